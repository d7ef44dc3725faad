#include "metrics/rouge.h"

#include <catch2/catch.hpp>

#include "support/error.h"

namespace alinea {

namespace {

using Segments = std::vector<std::string>;

Rouge rouge_of(const Segments& summaries, const References& references, Stems stems = Stems::kNo) {
  return corpus_rouge(summaries, references, stems);
}

void check_score(const Rouge::Score& score, double recall, double precision, double f1) {
  CHECK(score.recall == Approx(recall).margin(1e-12));
  CHECK(score.precision == Approx(precision).margin(1e-12));
  CHECK(score.f1 == Approx(f1).margin(1e-12));
}

}  // namespace

TEST_CASE("ROUGE agrees with the example of rouge-score") {
  const Rouge rouge = rouge_of({"The quick brown dog jumps on the log."},
                               {{"The quick brown fox jumps over the lazy dog"}}, Stems::kPorter);
  check_score(rouge.unigrams, 0.6666666666666666, 0.75, 0.7058823529411765);
  check_score(rouge.longest, 0.5555555555555556, 0.625, 0.5882352941176471);
}

TEST_CASE("ROUGE counts n-grams and the longest common subsequence") {
  const Rouge one = rouge_of({"testing"}, {{"testing one two"}});
  check_score(one.unigrams, 1.0 / 3, 1, 0.5);
  check_score(one.bigrams, 0, 0, 0);
  check_score(rouge_of({"testing one"}, {{"testing one two"}}).bigrams, 0.5, 1, 2.0 / 3);
  // Repeated words count as often as they do in both: 2 of 4 and of 3.
  check_score(rouge_of({"the the the"}, {{"the cat the mat"}}).unigrams, 0.5, 2.0 / 3, 4.0 / 7);
  // a c e
  check_score(rouge_of({"a b c d e"}, {{"a c x e"}}).longest, 3.0 / 4, 3.0 / 5, 2.0 / 3);
}

// Lin (2004), sections 2 and 3: the same words in the same order are more than the same words.
TEST_CASE("ROUGE scores the examples of its paper") {
  const References gunman = {{"police killed the gunman"}};
  const Rouge near = rouge_of({"police kill the gunman"}, gunman),
              far = rouge_of({"the gunman kill police"}, gunman),
              turned = rouge_of({"the gunman police killed"}, gunman);
  check_score(near.bigrams, 1.0 / 3, 1.0 / 3, 1.0 / 3);  // the gunman
  check_score(far.bigrams, 1.0 / 3, 1.0 / 3, 1.0 / 3);
  check_score(near.longest, 3.0 / 4, 3.0 / 4, 3.0 / 4);
  check_score(far.longest, 1.0 / 2, 1.0 / 2, 1.0 / 2);
  check_score(turned.bigrams, 2.0 / 3, 2.0 / 3, 2.0 / 3);
  check_score(turned.longest, 1.0 / 2, 1.0 / 2, 1.0 / 2);
  check_score(turned.unigrams, 1, 1, 1);
}

// As ROUGE-1.5.5 reads a line: whatever is no letter, digit or hyphen becomes a space, a hyphen a
// word of its own that is left out.
TEST_CASE("ROUGE counts the words that the public script reads, by hand") {
  struct Case {
    const char *summary, *reference;
    double common, words, reference_words, common_bigrams;
    int64_t longest;
  };
  const Case cases[] = {
      // it s 9 30 p m | it is 9 30
      {"It's 9:30 p.m.", "It is 9:30", 3, 6, 4, 1, 3},
      // well known u s firm | a well known us firm
      {"Well-known U.S. firm", "a well known US firm", 3, 5, 5, 1, 3},
      // 1 500 for c | c costs 1 500
      {"$1,500 for C++", "C costs $1,500", 3, 4, 4, 1, 2},
      // a a b | a b a b: a counts twice and b once
      {"a a b", "a b a b", 3, 3, 4, 1, 3},
      // the end of the end | end the: the end is in the other order
      {"the end of the end", "end the", 2, 5, 2, 0, 2},
      // x y z | z y x
      {"x, y; z", "z -- y -- x", 3, 3, 3, 0, 1},
      {"one", "two", 0, 1, 1, 0, 0},
  };
  for (const Case& c : cases) {
    CAPTURE(c.summary, c.reference);
    const auto check_counts = [](const Rouge::Score& score, double common, double given,
                                 double wanted) {
      const double precision = given > 0 ? common / given : 0,
                   recall = wanted > 0 ? common / wanted : 0, sum = precision + recall;
      check_score(score, recall, precision, sum > 0 ? 2 * precision * recall / sum : 0);
    };
    const Rouge rouge = rouge_of({c.summary}, {{c.reference}});
    check_counts(rouge.unigrams, c.common, c.words, c.reference_words);
    check_counts(rouge.bigrams, c.common_bigrams, c.words - 1, c.reference_words - 1);
    check_counts(rouge.longest, static_cast<double>(c.longest), c.words, c.reference_words);
  }
}

TEST_CASE("of several references the best counts, for each measure its own") {
  const Rouge rouge = rouge_of({"text first"}, {{"first text"}, {"first something"}});
  check_score(rouge.unigrams, 1, 1, 1);
  check_score(rouge.bigrams, 0, 0, 0);
  check_score(rouge.longest, 0.5, 0.5, 0.5);
  CHECK(rouge.references == 2);
}

TEST_CASE("scores are means over summaries, empty ones among them") {
  check_score(rouge_of({"a b", ""}, {{"a c", "d"}}).unigrams, 0.25, 0.25, 0.25);
  check_score(rouge_of({"...", "!"}, {{"a", "b"}}).longest, 0, 0, 0);
}

TEST_CASE("words of ROUGE are runs of letters and digits in lower case, of any script") {
  CHECK(rouge_of({"State-of-the-art, U.S. 3.5%"}, {{"state of the ART u s 3 5"}}).unigrams.f1 ==
        Approx(1));
  CHECK(rouge_of({"ÄPFEL und Öl"}, {{"äpfel, und öl"}}).bigrams.f1 == Approx(1));
  CHECK(rouge_of({"हिन्दी"}, {{"हिन्दी"}}).bigrams.f1 == 0);  // one word
}

TEST_CASE("stems are those of Porter, of words with more than three letters") {
  CHECK(rouge_of({"installing packages"}, {{"installed package"}}).unigrams.f1 == 0);
  CHECK(rouge_of({"installing packages"}, {{"installed package"}}, Stems::kPorter).unigrams.f1 ==
        Approx(1));
  CHECK(rouge_of({"has"}, {{"ha"}}, Stems::kPorter).unigrams.f1 == 0);
  CHECK(rouge_of({"dés"}, {{"dé"}}, Stems::kPorter).unigrams.f1 == 0);
}

TEST_CASE("ROUGE is printed with its signature") {
  const Rouge rouge = rouge_of({"testing one"}, {{"testing one two"}});
  CHECK(rouge.to_string() ==
        "ROUGE-1 = 80.00 (recall = 66.67 precision = 100.00)\n"
        "ROUGE-2 = 66.67 (recall = 50.00 precision = 100.00)\n"
        "ROUGE-L = 80.00 (recall = 66.67 precision = 100.00)");
  CHECK_THAT(rouge.signature(), Catch::StartsWith("nrefs:1|case:lc|stem:no|version:alinea-"));
}

TEST_CASE("ROUGE says what is wrong with its input") {
  CHECK_THROWS_AS(rouge_of({}, {{}}), Error);
  CHECK_THROWS_AS(rouge_of({"a", "b"}, {{"a"}}), Error);
}

}  // namespace alinea
