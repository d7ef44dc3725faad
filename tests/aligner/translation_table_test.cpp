#include "aligner/translation_table.h"

#include <catch2/catch.hpp>
#include <cmath>

namespace alinea {

namespace {

// "a b | x y", "b b | x" and a sentence without words.
const WordSide kSource = {{"a", "b"}, {{0, 1}, {1, 1}, {}}},
               kTarget = {{"x", "y"}, {{0, 1}, {0}, {}}};

}  // namespace

TEST_CASE("the derivative of ln gamma has its known values") {
  CHECK(digamma(1) == Approx(-0.57721566490153286));
  CHECK(digamma(0.5) == Approx(-1.9635100260214235));
  CHECK(digamma(10) == Approx(2.2517525890667211));
  CHECK(digamma(0.01) == Approx(-100.56088545786867));
}

TEST_CASE("a table has the words that occur together, and all with the empty word") {
  const TranslationTable table(kSource, kTarget);
  REQUIRE(table.sources() == 3);
  REQUIRE(table.size() == 6);
  for (const int32_t target : {0, 1}) CHECK(table.entry(TranslationTable::kNull, target) == target);
  CHECK(table.target(table.entry(1, 1)) == 1);
  CHECK(table.entries(2).begin == 4);
  CHECK(table.target(table.entry(2, 0)) == 0);
  CHECK(table.probability(5) == 0.5F);
}

TEST_CASE("words that never occur together have no entry") {
  const TranslationTable table({{"a", "b"}, {{0}, {1}}}, {{"x", "y"}, {{0}, {1}}});
  CHECK(table.size() == 4);
  CHECK(table.entries(1).end - table.entries(1).begin == 1);
  CHECK(table.probability(table.entry(1, 0)) == 1);
}

TEST_CASE("a table is estimated from expected counts under a Dirichlet prior") {
  TranslationTable table(kSource, kTarget);
  const double alpha = 0.25;
  table.estimate(std::vector<float>{1, 2, 3, 0, 0.5F, 4}, alpha);
  const auto expected = [&](double count, double sum) {
    return std::exp(digamma(count + alpha) - digamma(sum + 2 * alpha));
  };
  CHECK(table.probability(0) == Approx(expected(1, 3)));
  CHECK(table.probability(2) == Approx(expected(3, 3)));
  CHECK(table.probability(3) == Approx(expected(0, 3)));
  CHECK(table.probability(4) == Approx(expected(0.5, 4.5)));
  table.estimate(std::vector<float>(6, 0.0F), 1e-3);
  for (int64_t i = 0; i < table.size(); ++i) CHECK(table.probability(i) > 0);
}

TEST_CASE("likely cognates have a larger prior") {
  TranslationTable table({{"nation", "house"}, {{0, 1}}}, {{"nacion", "casa"}, {{0, 1}}});
  const double alpha = 0.01, cognate = 0.5;
  table.estimate(std::vector<float>(static_cast<size_t>(table.size()), 0.5F), alpha, cognate);
  const double all = digamma(1 + 2 * alpha + cognate), others = digamma(1 + 2 * alpha);
  CHECK(table.probability(table.entry(1, 0)) ==
        Approx(std::exp(digamma(0.5 + alpha + cognate) - all)));
  CHECK(table.probability(table.entry(1, 1)) == Approx(std::exp(digamma(0.5 + alpha) - all)));
  CHECK(table.probability(table.entry(2, 0)) == Approx(std::exp(digamma(0.5 + alpha) - others)));
  CHECK(table.probability(TranslationTable::kNull) ==
        Approx(std::exp(digamma(0.5 + alpha) - others)));
}

}  // namespace alinea
