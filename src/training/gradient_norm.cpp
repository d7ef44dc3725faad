#include "training/gradient_norm.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "autograd/parallel.h"

namespace alinea {
namespace {

// The order of the additions is written out, so that no alignment or vector width changes it.
double sum_of_squares(std::span<const float> values) {
  constexpr size_t kLanes = 8;
  std::array<double, kLanes> sums{};
  size_t i = 0;
  for (; i + kLanes <= values.size(); i += kLanes) {
    for (size_t lane = 0; lane < kLanes; ++lane) {
      const double value = values[i + lane];
      sums[lane] += value * value;
    }
  }
  for (; i < values.size(); ++i) sums[0] += static_cast<double>(values[i]) * values[i];
  double total = 0;
  for (const double sum : sums) total += sum;
  return total;
}

}  // namespace

double global_norm(std::span<const float> values) {
  constexpr size_t kBlocks = 256;
  const size_t length = (values.size() + kBlocks - 1) / kBlocks;
  std::array<double, kBlocks> sums{};
#pragma omp parallel for schedule(static) if (std::ssize(values) >= kWorthThreads)
  for (size_t block = 0; block < kBlocks; ++block) {
    const size_t begin = std::min(block * length, values.size());
    sums[block] = sum_of_squares(values.subspan(begin, std::min(length, values.size() - begin)));
  }
  double total = 0;
  for (const double sum : sums) total += sum;
  return std::sqrt(total);
}

void scale(std::span<float> values, float factor) {
  const int64_t count = std::ssize(values);
  float* value = values.data();
#pragma omp parallel for simd schedule(static) if (parallel : count >= kWorthThreads)
  for (int64_t i = 0; i < count; ++i) value[i] *= factor;
}

double clip_by_global_norm(std::span<float> gradients, double max_norm) {
  const double norm = global_norm(gradients);
  if (max_norm > 0 && norm > max_norm && std::isfinite(norm)) {
    scale(gradients, static_cast<float>(max_norm / norm));
  }
  return norm;
}

}  // namespace alinea
