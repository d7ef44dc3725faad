// Small news of who bought what where, and a sentence about one of them with a blank. Words of the
// query lead to the sentence of the document that answers it, which says the same in other words.
#include <fmt/format.h>

#include <array>
#include <utility>
#include <vector>

#include "toys/draws.h"
#include "toys/toy_corpora.h"

namespace alinea {
namespace {

using Text = std::string_view;

constexpr auto kPeople = std::to_array<Text>(
    {"anna", "ben", "clara", "david", "emma", "felix", "greta", "hugo", "ida", "jonas"});
constexpr auto kThings = std::to_array<Text>(
    {"lamp", "boat", "piano", "carpet", "clock", "tent", "mirror", "ladder", "saddle", "kettle"});
constexpr auto kTowns = std::to_array<Text>({"paris", "rome", "oslo", "vienna", "lisbon", "prague",
                                             "athens", "dublin", "warsaw", "madrid"});

// {0} bought {1} in {2}.
constexpr auto kSaid = std::to_array<Text>({
    "{0} bought a {1} in {2} .",
    "in {2} a {1} was sold to {0} .",
    "a {1} in {2} now belongs to {0} .",
    "{0} went to {2} for a {1} .",
});
// Who, what and where, of which one is missing.
constexpr size_t kParts = 3;
struct Asked {
  size_t missing;
  Text text;
};
constexpr auto kAsked = std::to_array<Asked>({
    {0, "the {1} belongs to {0}"},
    {0, "{0} was in {2}"},
    {1, "{0} has a {1} now"},
    {1, "the {1} comes from {2}"},
    {2, "the {1} comes from {2}"},
    {2, "{0} was in {2}"},
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
  const size_t about = random() % count;
  const Asked& asked = one_of(kAsked, random);
  const std::vector<Text>* const parts[kParts] = {&people, &things, &towns};
  std::array<Text, kParts> words = {people[about], things[about], towns[about]};
  const Text answer = std::exchange(words[asked.missing], "XXXXX");
  return fmt::format("{}\t{}\t{}\t{}", document,
                     fmt::format(fmt::runtime(asked.text), words[0], words[1], words[2]), answer,
                     fmt::join(*parts[asked.missing], "|"));
}

}  // namespace alinea
