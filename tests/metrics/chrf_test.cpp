#include "metrics/chrf.h"

#include <catch2/catch.hpp>
#include <vector>

#include "support/error.h"

namespace alinea {

namespace {

using Segments = std::vector<std::string>;

double chrf_of(const Segments& hypotheses, const Segments& references) {
  return corpus_chrf(hypotheses, {references}).score;
}

}  // namespace

TEST_CASE("chrF agrees with the cases that sacreBLEU is tested by") {
  CHECK(chrf_of({"a"}, {"a"}) == Approx(100));
  CHECK(chrf_of({"a b c"}, {"abc"}) == Approx(100));
  CHECK(chrf_of({"a", "b"}, {"a", "c"}) == Approx(50));
  CHECK(chrf_of({"aa"}, {"ab"}) == Approx(25));
  CHECK(chrf_of({""}, {"reference"}) == 0);
  CHECK(chrf_of({"abcdefg"}, {"hijklmnop"}) == 0);
}

TEST_CASE("chrF agrees with a value published for sacreBLEU 2") {
  CHECK(chrf_of({"The relationship between cats and dogs is not exactly friendly.",
                 "a good bookshop is just a genteel black hole that knows how to read."},
                {"The relationship between dogs and cats is not exactly friendly.",
                 "A good bookshop is just a genteel Black Hole that knows how to read."}) ==
        Approx(84.64214891738334).epsilon(1e-12));
}

TEST_CASE("chrF weighs recall by 2") {
  // Orders 1 and 2: P = 2/4 and 1/3, R = 2/2 and 1/1. Order 3 has no n-gram in the reference.
  const double precision = (2.0 / 4 + 1.0 / 3) / 2, recall = 1;
  CHECK(chrf_of({"abxy"}, {"ab"}) ==
        Approx(100 * 5 * precision * recall / (4 * precision + recall)).epsilon(1e-12));
}

TEST_CASE("n-grams that a reference is too short to hold do not count against the hypothesis") {
  // Order 1: 3 + 1 hypothesis n-grams, 1 + 2 reference n-grams, 1 + 1 in common. Order 2: the
  // first reference has none, so that only the second sentence counts, which has no bigram either.
  const double precision = 2.0 / 4, recall = 2.0 / 3;
  CHECK(chrf_of({"axy", "b"}, {"a", "bc"}) ==
        Approx(100 * 5 * precision * recall / (4 * precision + recall)).epsilon(1e-12));
}

TEST_CASE("chrF counts code points, not bytes") {
  // Both are two code points: P = R = 1/2 for order 1 and 0 for order 2.
  CHECK(chrf_of({"éa"}, {"èa"}) == Approx(25));
  CHECK(chrf_of({"日本"}, {"日\u3000本"}) == Approx(100));
  CHECK(chrf_of({"😀"}, {"😁"}) == 0);
}

TEST_CASE("chrF of nothing is 0") { CHECK(chrf_of({"", " "}, {"", "\t"}) == 0); }

TEST_CASE("chrF prints as sacreBLEU does") {
  const std::vector<std::string> one = {"aa"}, other = {"ab"};
  const Chrf chrf = corpus_chrf(one, {other});
  CHECK(chrf.to_string() == "chrF2 = 25.00");
  CHECK_THAT(chrf.signature(),
             Catch::StartsWith("nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no|version:alinea-"));
}

TEST_CASE("chrF says what is wrong with its input") {
  CHECK_THROWS_AS(chrf_of({}, {}), Error);
  CHECK_THROWS_WITH(chrf_of({"a"}, {"a", "b", "c"}),
                    Catch::Contains("is 1 hypothesis and 3 references"));
  CHECK_THROWS_WITH(chrf_of({"a", "\xc3"}, {"a", "b"}), Catch::Contains("hypothesis of line 2"));
}

}  // namespace alinea
