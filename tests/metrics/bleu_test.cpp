#include "metrics/bleu.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "support/error.h"

namespace alinea {

namespace {

using Segments = std::vector<std::string>;
using Counts = std::array<int64_t, 4>;

Bleu bleu_of(const Segments& hypotheses, const Segments& references,
             BleuTokenizer tokenizer = BleuTokenizer::k13a) {
  return corpus_bleu(hypotheses, {references}, tokenizer);
}

}  // namespace

TEST_CASE("BLEU of the reference itself is 100") {
  const Bleu bleu =
      bleu_of({"Zwei Hunde rennen schnell.", "ja"}, {"Zwei Hunde rennen schnell.", "ja"});
  CHECK(bleu.score == Approx(100).epsilon(1e-12));
  CHECK(bleu.correct == Counts{6, 4, 3, 2});
  CHECK(bleu.total == bleu.correct);
}

TEST_CASE("BLEU counts n-grams over the corpus, clipped by sentence") {
  const Bleu bleu =
      bleu_of({"the the cat sat on it", "a b c d e"}, {"the cat sat on the mat", "a b c x e the"});
  // Sentence 1 matches the the cat sat on | the cat, cat sat, sat on | 2 | 1; sentence 2 a b c e,
  // a b, b c, a b c.
  CHECK(bleu.correct == Counts{9, 5, 3, 1});
  CHECK(bleu.total == Counts{11, 9, 7, 5});
  CHECK(bleu.hypothesis_length == 11);
  CHECK(bleu.reference_length == 12);
  CHECK(bleu.brevity_penalty == Approx(std::exp(-1.0 / 11)).epsilon(1e-12));
  const double product = 9.0 / 11 * 5 / 9 * 3 / 7 * 1 / 5;
  CHECK(bleu.score == Approx(100 * std::exp(-1.0 / 11) * std::pow(product, 0.25)).epsilon(1e-12));
}

TEST_CASE("BLEU smooths orders without a match by halves, as mteval-v13a does") {
  // p = 1/4, (1/2)/3, (1/4)/2, (1/8)/1
  const Bleu bleu = bleu_of({"the the the the"}, {"the cat"});
  CHECK(bleu.correct == Counts{1, 0, 0, 0});
  CHECK(bleu.precisions[1] == Approx(100.0 / 6));
  CHECK(bleu.precisions[2] == Approx(12.5));
  CHECK(bleu.precisions[3] == Approx(12.5));
  CHECK(bleu.brevity_penalty == 1);
  CHECK(bleu.score == Approx(15.97357760615681).epsilon(1e-12));  // sacreBLEU 2.6.0
}

TEST_CASE("BLEU agrees with published values of sacreBLEU 2.6.0") {
  const auto score = [](const char* hypothesis, const char* reference) {
    return bleu_of({hypothesis}, {reference}).score;
  };
  CHECK(score("a b c d", "d c b a") == Approx(22.59005009024613).epsilon(1e-12));
  CHECK(score("the cat sat on the mat", "a dog ran in the park") ==
        Approx(8.116697886877475).epsilon(1e-12));
  CHECK(score("It costs 3.5 dollars, right?", "It costs 4.5 dollars, right?") ==
        Approx(48.892302243490086).epsilon(1e-12));
  CHECK(score("Hello, world! How are you?", "Hello, world! How are you today?") ==
        Approx(76.72796459606589).epsilon(1e-12));
  CHECK(bleu_of({"the cat sat on the mat", "the cat sat on the mat", "xyzzy plugh"},
                {"the cat sat on the mat", "a dog ran in the park", "the cat sat on the mat"})
            .score == Approx(36.68915380611232).epsilon(1e-12));
}

TEST_CASE("BLEU without a tokenizer splits at white space alone") {
  const Bleu bleu =
      bleu_of({"ein Hund, ja! \n"}, {"\u3000ein\u00A0Hund, ja!"}, BleuTokenizer::kNone);
  CHECK(bleu.correct == Counts{3, 2, 1, 0});
  CHECK(bleu.hypothesis_length == 3);
  CHECK(bleu.reference_length == 3);
}

TEST_CASE("BLEU strips the end of a sentence before it tokenises") {
  // Else the hyphen would be taken for one at the end of a line.
  CHECK(bleu_of({"a b c d-\n"}, {"a b c d-"}).score == Approx(100));
}

TEST_CASE("BLEU is 0 where an order has no n-grams at all") {
  const Bleu bleu = bleu_of({"nur drei Wörter"}, {"nur drei Wörter"});
  CHECK(bleu.total == Counts{3, 2, 1, 0});
  CHECK(bleu.precisions == std::array<double, 4>{100, 100, 100, 0});
  CHECK(bleu.score == 0);
}

TEST_CASE("BLEU of nothing and of nothing right is 0") {
  const Bleu empty = bleu_of({"", " "}, {"ein Satz", "noch einer"});
  CHECK(empty.score == 0);
  CHECK(empty.brevity_penalty == 0);
  CHECK(empty.to_string() ==
        "BLEU = 0.00 0.0/0.0/0.0/0.0 (BP = 0.000 ratio = 0.000 hyp_len = 0 ref_len = 4)");
  const Bleu wrong = bleu_of({"a b c d e"}, {"v w x y"});
  CHECK(wrong.score == 0);
  CHECK(wrong.precisions == std::array<double, 4>{});
  CHECK(wrong.brevity_penalty == 1);
  CHECK(bleu_of({"a b c d"}, {""}).score == 0);
  CHECK(bleu_of({""}, {""}).to_string() ==
        "BLEU = 0.00 0.0/0.0/0.0/0.0 (BP = 1.000 ratio = 0.000 hyp_len = 0 ref_len = 0)");
}

TEST_CASE("an empty hypothesis among others shortens the corpus") {
  const Bleu bleu = bleu_of({"a b c d e", ""}, {"a b c d e", "f g h"});
  CHECK(bleu.brevity_penalty == Approx(std::exp(1 - 8.0 / 5)));
  CHECK(bleu.score == Approx(100 * std::exp(1 - 8.0 / 5)));
}

TEST_CASE("BLEU prints as sacreBLEU does") {
  const Bleu bleu = bleu_of({"the the cat sat on it", "a b c d e"},
                            {"the cat sat on the mat", "a b c x e the"}, BleuTokenizer::kNone);
  CHECK(bleu.to_string() ==
        "BLEU = 40.57 81.8/55.6/42.9/20.0 (BP = 0.913 ratio = 0.917 hyp_len = 11 ref_len = 12)");
  CHECK_THAT(bleu.signature(),
             Catch::StartsWith("nrefs:1|case:mixed|eff:no|tok:none|smooth:exp|version:alinea-"));
  CHECK_THAT(bleu_of({"a"}, {"a"}).signature(), Catch::Contains("|tok:13a|"));
}

TEST_CASE("BLEU says what is wrong with its input") {
  CHECK_THROWS_AS(bleu_of({}, {}), Error);
  CHECK_THROWS_WITH(bleu_of({"a", "b", "c"}, {"a", "b"}),
                    Catch::Contains("3 hypotheses and 2 references"));
  CHECK_THROWS_WITH(bleu_of({"a", "b"}, {"a", "\xff"}),
                    Catch::Contains("reference") && Catch::Contains("line 2"));
}

}  // namespace alinea
