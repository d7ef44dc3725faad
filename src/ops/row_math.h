// Sums over a row or two.
#pragma once

#include <cmath>
#include <cstdint>

#include "ops/vector_math.h"

namespace alinea::ops {

inline float dot(const float* a, const float* b, int64_t size) {
  float sum = 0;
#pragma omp simd reduction(+ : sum)
  for (int64_t i = 0; i < size; ++i) sum += a[i] * b[i];
  return sum;
}

// y_r = a · b_r for the rows b_r of b, `stride` apart. Four at a time: one sum alone waits for
// itself.
inline void dot_rows(const float* a, const float* b, int64_t rows, int64_t stride, int64_t size,
                     float* y) {
  int64_t r = 0;
  for (; r + 4 <= rows; r += 4) {
    const float* row = b + r * stride;
    float sum0 = 0, sum1 = 0, sum2 = 0, sum3 = 0;
#pragma omp simd reduction(+ : sum0, sum1, sum2, sum3)
    for (int64_t i = 0; i < size; ++i) {
      sum0 += a[i] * row[i];
      sum1 += a[i] * row[stride + i];
      sum2 += a[i] * row[2 * stride + i];
      sum3 += a[i] * row[3 * stride + i];
    }
    y[r] = sum0;
    y[r + 1] = sum1;
    y[r + 2] = sum2;
    y[r + 3] = sum3;
  }
  for (; r < rows; ++r) y[r] = dot(a, b + r * stride, size);
}

// Of at least one number.
inline float highest(const float* x, int64_t size) {
  float top = x[0];
#pragma omp simd reduction(max : top)
  for (int64_t i = 0; i < size; ++i) top = top < x[i] ? x[i] : top;
  return top;
}

// log Σ_i exp x_i
inline float log_sum_exp(const float* x, int64_t size) {
  const float top = highest(x, size);
  float sum = 0;
#pragma omp simd reduction(+ : sum)
  for (int64_t i = 0; i < size; ++i) sum += ops::exp(x[i] - top);
  return top + std::log(sum);
}

inline float mean(const float* x, int64_t size) {
  float sum = 0;
#pragma omp simd reduction(+ : sum)
  for (int64_t i = 0; i < size; ++i) sum += x[i];
  return sum / static_cast<float>(size);
}

// y += factor * x
inline void add_scaled(float factor, const float* x, float* y, int64_t size) {
#pragma omp simd
  for (int64_t i = 0; i < size; ++i) y[i] += factor * x[i];
}

}  // namespace alinea::ops
