// Small news of who bought what where, and a sentence about one of them with a blank. Words of the
// query lead to the sentence of the document that answers it, which says the same in other words.
#include <fmt/format.h>

#include <array>
#include <vector>

#include "toys/draws.h"
#include "toys/toy_corpora.h"

namespace alinea {
namespace {

using Text = std::string_view;

constexpr auto kPeople =
    std::to_array<Text>({"anna", "ben", "clara", "david", "emma", "felix", "greta", "hugo", "ida",
                         "jonas", "klara", "leon", "mira", "nora", "oscar", "paula"});
constexpr auto kThings = std::to_array<Text>({"lamp", "boat", "piano", "carpet", "clock", "tent",
                                              "mirror", "ladder", "saddle", "kettle", "camera",
                                              "sofa", "violin", "globe", "basket", "vase"});
constexpr auto kTowns = std::to_array<Text>({"paris", "rome", "oslo", "vienna", "lisbon", "prague",
                                             "athens", "dublin", "warsaw", "madrid", "geneva",
                                             "turin", "bergen", "malta", "riga", "porto"});

// {0} bought {1} in {2}.
constexpr auto kSaid = std::to_array<Text>({
    "{0} bought a {1} in {2} .",
    "in {2} a {1} was sold to {0} .",
    "a {1} in {2} now belongs to {0} .",
    "{0} went to {2} for a {1} .",
});
constexpr auto kAsked = std::to_array<Text>({
    "the {1} of {0} comes from {2}",
    "{0} has got the {1} from {2}",
    "from {2} comes the {1} that {0} has",
});

}  // namespace

std::string draw_question(Random& random) {
  const size_t count = 3 + random() % 3;
  const auto people = some_of(kPeople, count, random);
  const auto things = some_of(kThings, count, random);
  const auto towns = some_of(kTowns, count, random);
  std::string document;
  for (size_t i = 0; i < count; ++i) {
    const Text said = one_of(kSaid, random);
    document +=
        (i == 0 ? "" : " ") + fmt::format(fmt::runtime(said), people[i], things[i], towns[i]);
  }
  const size_t about = random() % count, missing = random() % 3;
  const std::vector<Text>* const columns[] = {&people, &things, &towns};
  std::array<Text, 3> words = {people[about], things[about], towns[about]};
  const Text answer = words[missing];
  words[missing] = "XXXXX";
  const Text asked = one_of(kAsked, random);
  return fmt::format("{}\t{}\t{}\t{}", document,
                     fmt::format(fmt::runtime(asked), words[0], words[1], words[2]), answer,
                     fmt::join(*columns[missing], "|"));
}

}  // namespace alinea
