// Pairs of sentences: whether the second follows from the first, contradicts it, or neither. The
// second says the same of each part of the first, or more or less than it, or what cannot be true
// with it.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "toys/draws.h"
#include "toys/toy_corpora.h"

namespace alinea {
namespace {

using Text = std::string_view;

struct Family {
  Text general;
  std::array<Text, 4> kinds;  // of which nothing is two at once
};

constexpr auto kWho = std::to_array<Family>({
    {"person", {"man", "woman", "boy", "girl"}},
    {"animal", {"dog", "cat", "horse", "bird"}},
});
constexpr auto kWhat = std::to_array<Family>({
    {"instrument", {"guitar", "piano", "violin", "drum"}},
    {"vehicle", {"car", "truck", "bicycle", "bus"}},
    {"toy", {"ball", "kite", "doll", "puppet"}},
});
constexpr auto kDoes = std::to_array<Text>({"holds", "drops", "ignores", "repairs", "carries"});
constexpr auto kWhere =
    std::to_array<Text>({"in a park", "on a stage", "in a kitchen", "at a lake"});
constexpr auto kHow = std::to_array<Text>({"old", "young", "tall", "happy", "tired"});

enum Relation { kFollows, kNeither, kContradicts };
constexpr Text kLabels[] = {"entailment", "neutral", "contradiction"};
// Of ten that are drawn, so that in the end all three are as likely.
constexpr size_t kKept[] = {10, 7, 4};

struct Part {
  std::string premise, hypothesis;
  Relation relation;
};

// A kind in the one, and in the other the same, its family or another kind.
Part noun(const Family& family, Random& random) {
  const auto kinds = some_of(family.kinds, 2, random);
  const std::string one(kinds[0]), other(kinds[1]), general(family.general);
  switch (random() % 6) {
    case 0:
      return {one, general, kFollows};
    case 1:
      return {general, one, kNeither};
    case 2:
      return {one, other, kContradicts};
    default:
      return {one, one, kFollows};
  }
}

// Words that may be missing on either side.
template <typename Choices>
Part detail(const Choices& choices, bool exclude_each_other, Random& random) {
  const auto two = some_of(choices, 2, random);
  const std::string one(two[0]), other(two[1]);
  switch (random() % 8) {
    case 0:
      return {one, "", kFollows};
    case 1:
      return {"", one, kNeither};
    case 2:
      return {one, other, exclude_each_other ? kContradicts : kNeither};
    case 3:
    case 4:
      return {one, one, kFollows};
    default:
      return {"", "", kFollows};
  }
}

Part verb(Random& random) {
  const auto two = some_of(kDoes, 2, random);
  const std::string one(two[0]), other(two[1]);
  return once_in(7, random) ? Part{one, other, kContradicts} : Part{one, one, kFollows};
}

}  // namespace

std::string draw_pair(Random& random) {
  while (true) {
    std::vector<Part> parts = {{"the", "the", kFollows}};
    parts.push_back(detail(kHow, /*exclude_each_other=*/false, random));
    parts.push_back(noun(one_of(kWho, random), random));
    parts.push_back(verb(random));
    parts.push_back({"a", "a", kFollows});
    parts.push_back(noun(one_of(kWhat, random), random));
    parts.push_back(detail(kWhere, /*exclude_each_other=*/true, random));
    Relation relation = kFollows;
    std::string premise, hypothesis;
    for (const Part& part : parts) {
      relation = std::max(relation, part.relation);
      const auto add = [](std::string& line, const std::string& more) {
        if (!more.empty()) line += (line.empty() ? "" : " ") + more;
      };
      add(premise, part.premise);
      add(hypothesis, part.hypothesis);
    }
    if (random() % 10 < kKept[relation])
      return fmt::format("{}\t{}\t{}", kLabels[relation], premise, hypothesis);
  }
}

}  // namespace alinea
