#include "ops/log_mixture.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "support/random.h"

namespace alinea {
namespace {

TEST_CASE("a mixture's log-probabilities are those of the weighted sum") {
  const size_t size = GENERATE(1U, 7U, 1025U, 40000U);
  const std::vector<float> weights = {0.5F, 0.2F, 0.3F};
  Random random(3);
  std::vector<std::vector<float>> x(3, std::vector<float>(size));
  for (auto& part : x)
    for (float& value : part) value = -300 * random.uniform() * random.uniform();
  std::vector<float> mixed(size);
  ops::log_mixture(std::vector<std::span<const float>>{x[0], x[1], x[2]}, weights, mixed);
  for (size_t i = 0; i < size; ++i) {
    long double sum = 0;
    for (size_t m = 0; m < 3; ++m)
      sum += static_cast<long double>(weights[m]) * std::exp(static_cast<long double>(x[m][i]));
    REQUIRE(mixed[i] == Approx(static_cast<double>(std::log(sum))).epsilon(1e-6).margin(1e-6));
  }
}

TEST_CASE("what all parts of a mixture rule out stays ruled out") {
  constexpr float kRuledOut = -std::numeric_limits<float>::infinity();
  const std::vector<float> a = {kRuledOut, kRuledOut, -1}, b = {kRuledOut, -2, -1};
  std::vector<float> mixed(3);
  ops::log_mixture(std::vector<std::span<const float>>{a, b}, std::vector<float>{0.25F, 0.75F},
                   mixed);
  CHECK(mixed[0] == kRuledOut);
  CHECK(mixed[1] == Approx(-2 + std::log(0.75)));
  CHECK(mixed[2] == Approx(-1));
}

TEST_CASE("a mixture may take the place of its first part, and NaN stays") {
  std::vector<float> x = {-1, -2, -3, std::numeric_limits<float>::quiet_NaN()};
  const std::vector<float> before = x, same = x, weights = {0.25F, 0.75F};
  ops::log_mixture(std::vector<std::span<const float>>{x, same}, weights, x);
  for (size_t i = 0; i < 3; ++i) CHECK(x[i] == Approx(before[i]));
  CHECK(std::isnan(x[3]));
}

}  // namespace
}  // namespace alinea
