#include "metrics/alignment_breakdown.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "support/error.h"

namespace alinea {
namespace {

using Class = WordClasses::Class;

// "w0" once, "w1" twice, ... each on a line of its own, and punctuation more often than any.
std::vector<std::string> text_of_counts(int64_t words) {
  std::vector<std::string> lines;
  for (int64_t w = 0; w < words; ++w)
    for (int64_t i = 0; i <= w; ++i) lines.push_back("w" + std::to_string(w) + " . ,");
  return lines;
}

const AlignmentError& of(const std::vector<AlignmentGroup>& groups, const std::string& name) {
  for (const AlignmentGroup& group : groups)
    if (group.name == name) return group.error;
  throw Error("no group {}", name);
}

}  // namespace

TEST_CASE("words are punctuation, rare, function or content words by their counts") {
  const std::vector<std::string> lines = text_of_counts(120);
  const WordClasses classes(lines);
  CHECK(classes(".") == Class::kPunctuation);
  CHECK(classes("\u00bb") == Class::kPunctuation);  // never seen
  CHECK(classes("w0") == Class::kRare);
  CHECK(classes("w4") == Class::kRare);  // five times
  CHECK(classes("unseen") == Class::kRare);
  CHECK(classes("w5") == Class::kContent);
  CHECK(classes("w19") == Class::kContent);
  CHECK(classes("w20") == Class::kFunction);  // 100 words from here on
  CHECK(classes("w119") == Class::kFunction);
}

TEST_CASE("links count in the group of their words, their sentence and their distance") {
  const std::vector<std::string> counts = text_of_counts(120);
  const WordClasses classes(counts);
  const std::vector<std::string> source = {"w119 w10 . w0",
                                           "w10 w10 w10 w10 w10 w10 w10 w10 w10 w10"},
                                 target = {"w119 w10 , w119", "w10 w10"};
  // Of the first sentence one function word wrong, one content word right, one rare word missing.
  const std::vector<Links> found = {{{0, 1}, {1, 1}, {2, 2}}, {{0, 0}, {4, 1}, {9, 0}}};
  const std::vector<GoldLinks> gold = {{{{1, 1}, {3, 3}}, {{1, 1}, {2, 2}, {3, 3}}},
                                       {{{0, 0}}, {{0, 0}}}};
  const auto groups = alignment_breakdown(found, gold, {source, target, classes, classes});
  const AlignmentError& rare = of(groups, "rare words");
  CHECK((rare.found == 0 && rare.sure == 1));
  const AlignmentError& content = of(groups, "content words");
  CHECK((content.found == 4 && content.found_sure == 2 && content.sure == 2));
  const AlignmentError& function = of(groups, "function words");
  CHECK((function.found == 1 && function.found_possible == 0 && function.sure == 0));
  const AlignmentError& punctuation = of(groups, "punctuation");
  CHECK((punctuation.found == 1 && punctuation.found_possible == 1 && punctuation.found_sure == 0));
  CHECK(of(groups, "1 to 9 words").found == 3);
  CHECK(of(groups, "10 to 19 words").found == 3);
  // No link is in a longer sentence.
  CHECK(std::ranges::find(groups, "40 words or more", &AlignmentGroup::name) == groups.end());
  CHECK(groups.size() == 4 + 2 + 3);
  // |0 - 1|, |4 - 5| and, on the diagonal, 1-1, 2-2, 3-3 and 0-0; |9 - 0| is far.
  CHECK(of(groups, "distance 0 to 1").found == 3);
  CHECK(of(groups, "distance 0 to 1").sure == 3);
  CHECK(of(groups, "distance 1 to 3").found == 2);
  CHECK(of(groups, "distance 6 or more").found == 1);
  int64_t all = 0;
  for (const AlignmentGroup& group : groups) all += group.error.found;
  CHECK(all == 3 * 6);
}

TEST_CASE("a no-break space is part of a word, as aligners count them") {
  const std::vector<std::string> source = {"a\u00a0. b"}, target = {"x\ty"};
  const WordClasses classes(source);
  const std::vector<Links> found = {{{1, 1}}};
  const std::vector<GoldLinks> gold = {{{{1, 1}}, {{1, 1}}}};
  const auto groups = alignment_breakdown(found, gold, {source, target, classes, classes});
  CHECK(of(groups, "rare words").found == 1);
  CHECK(of(groups, "distance 0 to 1").found == 1);
}

TEST_CASE("text that is not that of the links is refused by line") {
  const std::vector<std::string> one = {"a b"}, two = {"a", "b"};
  const WordClasses classes(one);
  const std::vector<Links> found = {{{0, 2}}};
  const std::vector<GoldLinks> gold(1);
  CHECK_THROWS_WITH(alignment_breakdown(found, gold, {one, one, classes, classes}),
                    "line 1: link 0-2, counted from 0, is not within 2 source and 2 target words");
  const std::vector<GoldLinks> possible = {{{}, {{5, 5}}}};
  CHECK_THROWS_WITH(
      alignment_breakdown(std::vector<Links>(1), possible, {one, one, classes, classes}),
      Catch::Contains("line 1: gold link 5-5"));
  CHECK_THROWS_WITH(alignment_breakdown(found, gold, {one, two, classes, classes}),
                    Catch::Contains("got 2 and 1"));
}

}  // namespace alinea
