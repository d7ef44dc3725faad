#include "metrics/references.h"

#include <catch2/catch.hpp>

#include "metrics/bleu.h"
#include "metrics/chrf.h"
#include "support/error.h"

namespace alinea {

namespace {

using Lines = std::vector<std::string>;
const Lines kHypotheses = {"the cat sat on the mat", "a dog ran away from me"};
const Lines kFirst = {"a cat sat on the mat", "the dog ran away"};
const Lines kSecond = {"the cat was on a mat today", ""};

}  // namespace

TEST_CASE("an n-gram counts as often as in the reference that has most of it") {
  const Bleu bleu = corpus_bleu(kHypotheses, {kFirst, kSecond}, BleuTokenizer::kNone);
  // Sentence 1: the cat sat on the(once in each) mat | the cat, cat sat, sat on, on the, the mat |
  // cat sat on, sat on the, on the mat | cat sat on the, sat on the mat. Sentence 2 has one
  // reference: dog ran away | dog ran, ran away | dog ran away.
  CHECK(bleu.correct == std::array<int64_t, 4>{8, 7, 4, 2});
  CHECK(bleu.total == std::array<int64_t, 4>{12, 10, 8, 6});
  CHECK(bleu.reference_length == 6 + 4);
  CHECK(bleu.score == Approx(52.809722164707374).epsilon(1e-12));
}

TEST_CASE("the reference nearest in length counts, of two equally near the shorter") {
  const auto length = [](const char* first, const char* second) {
    return corpus_bleu(Lines{"a b c d"}, {{first}, {second}}, BleuTokenizer::kNone)
        .reference_length;
  };
  CHECK(length("a b c d e f", "a b c") == 3);
  CHECK(length("a b c d e", "a b c") == 3);
  CHECK(length("a b", "a b c d e") == 5);
}

TEST_CASE("a sentence that is one of its references is perfect") {
  const Lines hypotheses = {"it rains a lot in May", "we left early that day"};
  const References references = {{"it rains a lot in May", "that day we set off early"},
                                 {"May brings much rain", "we left early that day"}};
  CHECK(corpus_bleu(hypotheses, references, BleuTokenizer::k13a).score == Approx(100));
  CHECK(corpus_chrf(hypotheses, references).score == Approx(100));
}

TEST_CASE("chrF takes the reference of each sentence that it is nearest to") {
  CHECK(corpus_chrf(kHypotheses, {kFirst, kSecond}).score ==
        Approx(78.65422484429382).epsilon(1e-12));
  const Lines hypotheses = {"今天天气很好,我们去公园。", "他买了3.5公斤苹果。"};
  const Lines first = {"今天天气真好,我们去了公园。", "他买了3.5公斤的苹果。"};
  const Lines second = {"今天天气很好,咱们去公园玩。", "他购买3.5公斤苹果。"};
  CHECK(corpus_chrf(hypotheses, {first}).score == Approx(52.46121147983621).epsilon(1e-12));
  CHECK(corpus_chrf(hypotheses, {first, second}).score == Approx(58.96480190829417).epsilon(1e-12));
  CHECK(corpus_bleu(hypotheses, {first, second}, BleuTokenizer::kZh).score ==
        Approx(90.72253650855717).epsilon(1e-12));
}

TEST_CASE("the signature has the number of references") {
  const auto signature = [](const References& references) {
    const Lines hypotheses(references.front().size(), "a");
    const std::string bleu = corpus_bleu(hypotheses, references, BleuTokenizer::k13a).signature();
    const std::string chrf = corpus_chrf(hypotheses, references).signature();
    CHECK(bleu.substr(0, bleu.find('|')) == chrf.substr(0, chrf.find('|')));
    return bleu.substr(0, bleu.find('|'));
  };
  CHECK(signature({{"a", "b"}}) == "nrefs:1");
  CHECK(signature({{"a", "b"}, {"c", "d"}, {"e", "f"}}) == "nrefs:3");
  CHECK(signature({{"a", "b"}, {"c", " "}}) == "nrefs:var");
  CHECK(signature({{"a", ""}}) == "nrefs:1");
}

TEST_CASE("every file of references needs a line for each hypothesis") {
  CHECK_THROWS_WITH(corpus_bleu(Lines{"a"}, {}, BleuTokenizer::kNone),
                    Catch::Contains("at least one file"));
  CHECK_THROWS_WITH(corpus_chrf(Lines{"a"}, {{"a"}, {"b", "c"}}),
                    Catch::Contains("is 1 hypothesis and 2 references"));
  CHECK_THROWS_WITH(corpus_chrf(Lines{"a"}, {{"a"}, {"\xff"}}),
                    Catch::Contains("reference of line 1"));
}

}  // namespace alinea
