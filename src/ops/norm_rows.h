// The equations of layer normalisation, of a row and of all rows.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "autograd/parallel.h"
#include "ops/layer_norm.h"

namespace alinea::ops {

// A row becomes (x - μ) / √(σ² + ε); returns 1 / √(σ² + ε). `normal` may be x.
inline float normalise(const float* x, int64_t columns, float* normal) {
  const float share = 1.0F / static_cast<float>(columns);
  float sum = 0, squares = 0;
#pragma omp simd reduction(+ : sum)
  for (int64_t c = 0; c < columns; ++c) sum += x[c];
  const float mean = sum * share;
#pragma omp simd reduction(+ : squares)
  for (int64_t c = 0; c < columns; ++c) squares += (x[c] - mean) * (x[c] - mean);
  const float scale = 1.0F / std::sqrt(squares * share + kLayerNormEpsilon);
#pragma omp simd
  for (int64_t c = 0; c < columns; ++c) normal[c] = (x[c] - mean) * scale;
  return scale;
}

// With n = (x - μ) / √(σ² + ε) and g = dy ∘ gain: dx_c = (g - mean(g) - n mean(g ∘ n)) / √(σ² + ε)
// is handed to `take(c, dx_c)`, a function that loops over c can be vectorised around.
template <typename Take>
void normalise_backward(const float* dy, const float* gain, const float* normal, float scale,
                        int64_t columns, Take take) {
  const float share = 1.0F / static_cast<float>(columns);
  float mean = 0, along = 0;
#pragma omp simd reduction(+ : mean, along)
  for (int64_t c = 0; c < columns; ++c) {
    mean += dy[c] * gain[c];
    along += dy[c] * gain[c] * normal[c];
  }
  mean *= share;
  along *= share;
#pragma omp simd
  for (int64_t c = 0; c < columns; ++c)
    take(c, (dy[c] * gain[c] - mean - normal[c] * along) * scale);
}

// dgain += Σ dy ∘ n and dbias += Σ dy over the rows in order, a block of columns at a time. Either
// may be nullptr.
inline void norm_weights_backward(const float* dy, const float* normal, int64_t rows,
                                  int64_t columns, float* dgain, float* dbias) {
  constexpr int64_t kBlock = 64;
#pragma omp parallel for if (parallel : rows * columns > kWorthThreads)
  for (int64_t begin = 0; begin < columns; begin += kBlock) {
    const int64_t width = std::min(kBlock, columns - begin);
    float gain[kBlock] = {}, bias[kBlock] = {};
    for (int64_t r = 0; r < rows; ++r) {
      const float *d = dy + r * columns + begin, *n = normal + r * columns + begin;
#pragma omp simd
      for (int64_t c = 0; c < width; ++c) {
        gain[c] += d[c] * n[c];
        bias[c] += d[c];
      }
    }
    for (int64_t c = 0; c < width && dgain != nullptr; ++c) dgain[begin + c] += gain[c];
    for (int64_t c = 0; c < width && dbias != nullptr; ++c) dbias[begin + c] += bias[c];
  }
}

}  // namespace alinea::ops
