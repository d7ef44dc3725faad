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

// The norm of so many values, of which block(begin, count) gives some at a time.
template <typename Block>
double norm_of_blocks(size_t size, const Block& block) {
  constexpr size_t kParts = 256;
  constexpr size_t kBlock = 4096;  // stays in the cache while it is made and measured
  const size_t length = (size + kParts - 1) / kParts;
  std::array<double, kParts> squares{};
#pragma omp parallel for schedule(static) if (static_cast <int64_t>(size) >= kWorthThreads)
  for (size_t part = 0; part < kParts; ++part) {
    const size_t end = std::min((part + 1) * length, size);
    for (size_t begin = part * length; begin < end; begin += kBlock)
      squares[part] += sum_of_squares(block(begin, std::min(kBlock, end - begin)));
  }
  double total = 0;
  for (const double square : squares) total += square;
  return std::sqrt(total);
}

}  // namespace

double add_up(std::span<float> sum, std::span<const std::span<const float>> others) {
  return norm_of_blocks(sum.size(), [&](size_t begin, size_t count) {
    const std::span<float> block = sum.subspan(begin, count);
    for (const std::span<const float> other : others)
      for (size_t i = 0; i < count; ++i) block[i] += other[begin + i];
    return std::span<const float>(block);
  });
}

double global_norm(std::span<const float> values) {
  return norm_of_blocks(values.size(),
                        [&](size_t begin, size_t count) { return values.subspan(begin, count); });
}

double clipping(double norm, double max_norm) {
  return max_norm > 0 && norm > max_norm && std::isfinite(norm) ? max_norm / norm : 1;
}

}  // namespace alinea
