// The accuracy that ops/vector_math.h promises, in units in the last place of float.
#include "ops/vector_math.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <limits>
#include <vector>

#include "ops/activation.h"

namespace alinea {

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kSmallest = std::numeric_limits<float>::denorm_min();

double units(float came, double exact) {
  int exponent = 0;
  std::frexp(exact, &exponent);
  return std::abs(static_cast<double>(came) - exact) /
         std::ldexp(1.0, std::max(exponent - 24, -149));
}

// Every 10,007th float of either sign within [low, high]: hundreds of each exponent, denormals
// among them.
std::vector<float> sweep(float low, float high) {
  std::vector<float> values;
  for (uint64_t bits = 0; bits < (uint64_t{1} << 32); bits += 10007) {
    const auto x = std::bit_cast<float>(static_cast<uint32_t>(bits));
    if (x >= low && x <= high) values.push_back(x);
  }
  return values;
}

template <typename Function, typename Exact>
double worst(const std::vector<float>& values, Function function, Exact exact) {
  double result = 0;
  for (float x : values)
    result = std::max(result, units(function(x), exact(static_cast<double>(x))));
  return result;
}

double exact_logistic(double x) { return 1 / (1 + std::exp(-x)); }

}  // namespace

TEST_CASE("exp is within 1.1 units in the last place") {
  CHECK(worst(
            sweep(-87.33F, 88.37F), [](float x) { return ops::exp(x); },
            [](double x) { return std::exp(x); }) <= 1.1);
}

TEST_CASE("log of a normal float is within 1 unit in the last place") {
  constexpr float kLargest = std::numeric_limits<float>::max();
  CHECK(worst(
            sweep(std::numeric_limits<float>::min(), kLargest), [](float x) { return ops::log(x); },
            [](double x) { return std::log(x); }) <= 1.0);
  CHECK(ops::log(1.0F) == 0.0F);
}

TEST_CASE("logistic is within 2.5 units in the last place") {
  CHECK(worst(
            sweep(-87.33F, kInfinity), [](float x) { return ops::logistic(x); }, exact_logistic) <=
        2.5);
}

TEST_CASE("tanh is within 1.4 units in the last place") {
  CHECK(worst(
            sweep(-kInfinity, kInfinity), [](float x) { return ops::tanh(x); },
            [](double x) { return std::tanh(x); }) <= 1.4);
}

TEST_CASE("the vectorised loop is as accurate as the function") {
  std::vector<float> values = sweep(-12, 12);
  Arena arena;
  Tape tape(arena, Tape::Mode::kInference);
  const Shape shape{static_cast<int64_t>(values.size())};
  const Variable y = ops::tanh(tape, tape.constant({values.data(), shape}));
  double result = 0;
  for (size_t i = 0; i < values.size(); ++i)
    result = std::max(result, units(y.values()[i], std::tanh(static_cast<double>(values[i]))));
  CHECK(result <= 1.4);
}

TEST_CASE("exp flushes to 0 and saturates") {
  for (float x : {-87.34F, -1000.0F, -3e38F, -kInfinity}) CHECK(ops::exp(x) == 0);
  for (float x : {88.38F, 1000.0F, 3e38F, kInfinity}) CHECK(ops::exp(x) == ops::exp(88.37F));
  CHECK(std::isfinite(ops::exp(kInfinity)));
}

TEST_CASE("zero and denormals give what they should") {
  for (float x : {0.0F, -0.0F, kSmallest, -kSmallest, 1e-39F, -1e-39F}) {
    CHECK(ops::exp(x) == 1);
    CHECK(ops::logistic(x) == 0.5F);
    CHECK(ops::tanh(x) == x);
  }
}

TEST_CASE("large arguments reach the limits, never beyond") {
  for (float x : {20.0F, 1000.0F, 3e38F, kInfinity}) {
    CHECK(ops::tanh(x) == 1);
    CHECK(ops::tanh(-x) == -1);
    CHECK(ops::logistic(x) == 1);
    CHECK(ops::logistic(-x) >= 0);
    CHECK(ops::logistic(-x) < 3e-9F);
  }
}

TEST_CASE("not a number stays one") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  CHECK(std::isnan(ops::exp(nan)));
  CHECK(std::isnan(ops::log(nan)));
  CHECK(std::isnan(ops::logistic(nan)));
  CHECK(std::isnan(ops::tanh(nan)));
}

}  // namespace alinea
