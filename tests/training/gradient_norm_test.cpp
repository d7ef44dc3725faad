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

TEST_CASE("the global norm is exact to double and the same for any number of threads") {
  CHECK(global_norm(std::vector<float>{}) == 0);
  CHECK(global_norm(std::vector<float>{3.0F, -4.0F}) == 5);
  CHECK(global_norm(std::vector<float>(13, 2.0F)) == Approx(std::sqrt(52.0)).epsilon(1e-15));
  CHECK(global_norm(std::vector<float>{1e30F, 0.0F}) == Approx(1e30).epsilon(1e-6));

  // Enough for several threads, and no multiple of any vector or block.
  std::vector<float> values(100003);
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

TEST_CASE("clipping scales down what is too long and nothing else") {
  std::vector<float> gradients = {3.0F, -4.0F};
  CHECK(clip_by_global_norm(gradients, 0) == 5);
  CHECK(clip_by_global_norm(gradients, 5) == 5);
  CHECK(gradients == std::vector<float>{3.0F, -4.0F});
  CHECK(clip_by_global_norm(gradients, 2.5) == 5);
  CHECK(gradients == std::vector<float>{1.5F, -2.0F});

  gradients[0] = std::numeric_limits<float>::infinity();
  CHECK(std::isinf(clip_by_global_norm(gradients, 1)));
  CHECK(gradients[1] == -2.0F);
}

}  // namespace
}  // namespace alinea
