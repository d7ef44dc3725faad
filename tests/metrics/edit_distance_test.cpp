#include "metrics/edit_distance.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

#include "metrics/whitespace.h"
#include "support/error.h"

namespace alinea {

namespace {

EditCounts of(std::string_view hypothesis, std::string_view reference) {
  return edit_counts(split_words(hypothesis), split_words(reference));
}

// Every alignment, by its first step.
int64_t fewest(std::span<const std::string_view> a, std::span<const std::string_view> b) {
  if (a.empty() || b.empty()) return std::ssize(a) + std::ssize(b);
  return std::min({fewest(a.subspan(1), b.subspan(1)) + (a[0] == b[0] ? 0 : 1),
                   fewest(a.subspan(1), b) + 1, fewest(a, b.subspan(1)) + 1});
}

}  // namespace

TEST_CASE("errors are substitutions, deletions and insertions") {
  CHECK(of("a b c", "a b c") == EditCounts{3, 0, 0, 0});
  CHECK(of("a x c", "a b c") == EditCounts{2, 1, 0, 0});
  CHECK(of("a c", "a b c") == EditCounts{2, 0, 1, 0});
  CHECK(of("a b b c", "a b c") == EditCounts{3, 0, 0, 1});
  CHECK(of("", "a b") == EditCounts{0, 0, 2, 0});
  CHECK(of("a b", "") == EditCounts{0, 0, 0, 2});
  CHECK(of("", "") == EditCounts{});
  // One substitution rather than a deletion and an insertion beside the same two errors.
  CHECK(of("b", "a b c") == EditCounts{1, 0, 2, 0});
  CHECK(of("x y", "y z") == EditCounts{0, 2, 0, 0});
}

TEST_CASE("errors are as few as those of any alignment, and account for both sides") {
  std::mt19937_64 random(5);
  constexpr std::string_view kWords[] = {"a", "b", "c"};
  for (int i = 0; i < 200; ++i) {
    std::vector<std::string_view> a(random() % 6), b(random() % 6);
    for (auto* side : {&a, &b})
      for (std::string_view& word : *side) word = kWords[random() % 3];
    const EditCounts counts = edit_counts(a, b);
    CHECK(counts.errors() == fewest(a, b));
    CHECK(counts.reference() == std::ssize(b));
    CHECK(counts.correct + counts.substitutions + counts.insertions == std::ssize(a));
    EditCounts steps;
    std::vector<std::string_view> hypothesis, reference;
    for (const Edit& edit : edits(a, b)) {
      using Kind = Edit::Kind;
      ++(edit.kind == Kind::kCorrect       ? steps.correct
         : edit.kind == Kind::kSubstituted ? steps.substitutions
         : edit.kind == Kind::kDeleted     ? steps.deletions
                                           : steps.insertions);
      if (edit.kind != Kind::kInserted) reference.push_back(edit.reference);
      if (edit.kind != Kind::kDeleted) hypothesis.push_back(edit.hypothesis);
      if (edit.kind == Kind::kCorrect) CHECK(edit.reference == edit.hypothesis);
    }
    CHECK(steps == counts);
    CHECK(hypothesis == a);
    CHECK(reference == b);
  }
}

TEST_CASE("the words of a line are aligned with its closest reference") {
  const std::vector<std::string_view> references = {"x y z", "a b c"};
  std::string told;
  for (const Edit& edit : word_edits("a c d", references))
    told += std::string(edit_name(edit.kind)) + " " + std::string(edit.reference) + ">" +
            std::string(edit.hypothesis) + "; ";
  CHECK(told == "correct a>a; substituted b>c; substituted c>d; ");
  CHECK(word_edits("", std::vector<std::string_view>{""}).empty());
}

TEST_CASE("error rates are those of all lines together") {
  const std::vector<std::string> hypotheses = {"one  two", "trois", ""};
  const ErrorRates rates = error_rates(hypotheses, {{"one two", "drei", "four"}});
  CHECK(rates.words == EditCounts{2, 1, 1, 0});
  CHECK(rates.characters.reference() == 7 + 4 + 4);
  CHECK(rates.exact == 1);
  CHECK(rates.to_string().starts_with(
      "WER = 50.00% (2 of 4 words: 1 substituted, 1 deleted, 0 inserted)\nCER = "));
  CHECK(rates.to_string().ends_with("\nexact = 33.33% (1 of 3 lines)"));
}

TEST_CASE("characters are code points") {
  const std::vector<std::string> hypotheses = {"größe"};
  CHECK(error_rates(hypotheses, {{"grösse"}}).characters == EditCounts{4, 1, 1, 0});
}

TEST_CASE("of several references the closest counts, and an empty one is none") {
  const std::vector<std::string> hypotheses = {"a b", "c"};
  const ErrorRates rates = error_rates(hypotheses, {{"x y z", ""}, {"a b", "c d"}});
  CHECK(rates.words == EditCounts{3, 0, 1, 0});
  CHECK(rates.exact == 1);
  CHECK(error_rates(std::vector<std::string>{"a"}, {{""}, {""}}).words == EditCounts{0, 0, 0, 1});
}

TEST_CASE("lines that are too long to compare are refused") {
  const std::vector<std::string_view> line(size_t{1} << 17, "a");
  CHECK_THROWS_WITH(edit_counts(line, line), Catch::Contains("too long to count their errors"));
}

}  // namespace alinea
