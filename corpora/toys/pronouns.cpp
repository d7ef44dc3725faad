// Sentences about two things, one of which is an `it`: its tag is the word that it stands for, as
// what is said of it tells. All other tags are O.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "toys/draws.h"
#include "toys/toy_corpora.h"

namespace alinea {
namespace {

using Text = std::string_view;

struct Kind {
  std::array<Text, 5> things, predicates;
};

constexpr auto kKinds = std::to_array<Kind>({
    {{"dog", "horse", "cat", "cow", "goat"}, {"hungry", "asleep", "afraid", "thirsty", "barking"}},
    {{"truck", "bus", "tractor", "train", "car"},
     {"parked", "rusty", "out of petrol", "repaired", "driven away"}},
    {{"cake", "soup", "bread", "cheese", "pie"},
     {"eaten", "burnt", "delicious", "too salty", "still warm"}},
    {{"coat", "shirt", "scarf", "jacket", "hat"},
     {"knitted", "worn", "buttoned", "ironed", "folded"}},
});
constexpr auto kSides = std::to_array<Text>({"old", "small", "red", "new", "strange"});
constexpr auto kPlaces = std::to_array<Text>({"house", "station", "river", "church", "bridge"});

// {a} and {b} are the two things, {it} what is said of one of them.
constexpr auto kPatterns = std::to_array<Text>({
    "the {a} stood beside the {b} because it was {it}",
    "nobody saw the {a} behind the {b} although it was {it}",
    "near the {place} the {a} and the {b} were found , and it was {it}",
    "because it was {it} , the {a} was left there with the {b}",
    "as long as it was {it} , we wanted the {b} and not the {a}",
    "she has a {a} and a {b} at the {place} and says that it was {it}",
});

}  // namespace

std::string draw_pronoun(Random& random) {
  const Text pattern = one_of(kPatterns, random);
  const auto kinds = some_of(kKinds, 2, random);
  const Text one = one_of(kinds[0].things, random);
  const Text other = one_of(kinds[1].things, random);
  const bool is_one = once_in(2, random);
  const Text predicate = one_of(kinds[is_one ? 0 : 1].predicates, random);
  const Text place = one_of(kPlaces, random);
  const auto with_side = [&](Text thing) {
    return once_in(2, random) ? fmt::format("{} {}", one_of(kSides, random), thing)
                              : std::string(thing);
  };
  const std::string a = with_side(one);
  const std::string b = with_side(other);
  const std::string words = fmt::format(fmt::runtime(pattern), fmt::arg("a", a), fmt::arg("b", b),
                                        fmt::arg("place", place), fmt::arg("it", predicate));
  std::string tags;
  for (std::string_view left = words; !left.empty();) {
    const size_t end = std::min(left.find(' '), left.size());
    tags += tags.empty() ? "" : " ";
    tags += left.substr(0, end) == "it" ? (is_one ? one : other) : Text("O");
    left.remove_prefix(std::min(end + 1, left.size()));
  }
  return fmt::format("{}\t{}", words, tags);
}

}  // namespace alinea
