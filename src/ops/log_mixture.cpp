#include "ops/log_mixture.h"

#include <algorithm>
#include <array>
#include <limits>

#include "ops/vector_math.h"

namespace alinea::ops {
namespace {

constexpr size_t kMixedTogether = 1024;  // what a thread keeps in its nearest cache
constexpr float kLowest = std::numeric_limits<float>::lowest();
constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr size_t kMixtureThreads = 1 << 14;  // fewer are not worth waking one

// The largest part comes out of the sum, so that nothing underflows. Where all are -inf it is the
// lowest number instead.
void mix(std::span<const std::span<const float>> parts, std::span<const float> weights,
         size_t begin, std::span<float> mixed) {
  std::array<float, kMixedTogether> top, sum{};
  std::fill_n(top.data(), mixed.size(), kLowest);
  for (const auto part : parts) {
    const float* x = part.data() + begin;
#pragma omp simd
    for (size_t i = 0; i < mixed.size(); ++i) top[i] = top[i] > x[i] ? top[i] : x[i];
  }
  for (size_t m = 0; m < parts.size(); ++m) {
    const float* x = parts[m].data() + begin;
    const float weight = weights[m];
#pragma omp simd
    for (size_t i = 0; i < mixed.size(); ++i) sum[i] += weight * ops::exp(x[i] - top[i]);
  }
  float* result = mixed.data();
#pragma omp simd
  for (size_t i = 0; i < mixed.size(); ++i)
    result[i] = sum[i] == 0 ? -kInfinity : top[i] + ops::log(sum[i]);
}

}  // namespace

void log_mixture(std::span<const std::span<const float>> parts, std::span<const float> weights,
                 std::span<float> mixed) {
  const size_t size = mixed.size();
#pragma omp parallel for if (size > kMixtureThreads)
  for (size_t begin = 0; begin < size; begin += kMixedTogether)
    mix(parts, weights, begin, mixed.subspan(begin, std::min(kMixedTogether, size - begin)));
}

}  // namespace alinea::ops
