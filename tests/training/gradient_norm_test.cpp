#include "training/gradient_norm.h"

#include <omp.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <vector>

namespace alinea {
namespace {

double norm_with(std::span<const float> values, int threads) {
  const int before = omp_get_max_threads();
  omp_set_num_threads(threads);
  const double norm = global_norm(values);
  omp_set_num_threads(before);
  return norm;
}

double norm_of(const std::vector<float>& values) { return global_norm(values); }

TEST_CASE("the global norm is exact to double and the same for any number of threads") {
  CHECK(norm_of({}) == 0);
  CHECK(norm_of({3.0F, -4.0F}) == 5);
  CHECK(norm_of(std::vector<float>(13, 2.0F)) == Approx(std::sqrt(52.0)).epsilon(1e-15));
  CHECK(norm_of({1e30F, 0.0F}) == Approx(1e30).epsilon(1e-6));

  // Enough for several threads, and no multiple of any vector or block.
  std::vector<float> values(1'500'007);
  double sum = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    values[i] = static_cast<float>(std::sin(0.37 * static_cast<double>(i + 1)));
    sum += static_cast<double>(values[i]) * values[i];
  }
  const double norm = norm_with(values, 1);
  CHECK(norm == Approx(std::sqrt(sum)).epsilon(1e-12));
  CHECK(norm_with(values, 2) == norm);
  CHECK(norm_with(values, 5) == norm);
}

TEST_CASE("gradients are added up and measured in one pass") {
  constexpr size_t kCount = 1'100'003;
  std::vector<float> sum(kCount), expected(kCount);
  std::vector<std::vector<float>> others(3, std::vector<float>(kCount));
  for (size_t i = 0; i < kCount; ++i) {
    const auto x = static_cast<float>(i);
    expected[i] = sum[i] = std::sin(x);
    for (size_t m = 0; m < others.size(); ++m)
      expected[i] += others[m][i] = std::cos(x + static_cast<float>(m));
  }
  const double norm =
      add_up(sum, std::vector<std::span<const float>>(others.begin(), others.end()));
  CHECK(sum == expected);
  CHECK(norm == norm_of(expected));
}

TEST_CASE("clipping scales down what is too long and nothing else") {
  CHECK(clipping(5, 0) == 1);
  CHECK(clipping(5, 5) == 1);
  CHECK(clipping(5, 2.5) == 0.5);
  CHECK(clipping(std::numeric_limits<double>::infinity(), 1) == 1);
  CHECK(clipping(std::numeric_limits<double>::quiet_NaN(), 1) == 1);
}

}  // namespace
}  // namespace alinea
