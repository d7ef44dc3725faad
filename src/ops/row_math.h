// What products with a row or two come down to.
#pragma once

#include <cstdint>

namespace alinea::ops {

inline float dot(const float* a, const float* b, int64_t size) {
  float sum = 0;
#pragma omp simd reduction(+ : sum)
  for (int64_t i = 0; i < size; ++i) sum += a[i] * b[i];
  return sum;
}

// y += factor * x
inline void add_scaled(float factor, const float* x, float* y, int64_t size) {
#pragma omp simd
  for (int64_t i = 0; i < size; ++i) y[i] += factor * x[i];
}

}  // namespace alinea::ops
