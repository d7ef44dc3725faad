// exp, log, tanh and the logistic function without branches or calls, so that loops over them
// vectorise. Where argument and result are normal floats, exp is within 1.1 units in the last
// place, log within 1, tanh within 1.4 and the logistic function within 2.5. exp flushes to 0 below
// -87.33 and saturates at e^88.37; the logistic function never falls below 1 / (1 + e^88.37).
#pragma once

#include <bit>
#include <cstdint>

namespace alinea::ops {

#pragma omp declare simd
inline float exp(float x) {
  // e^x = 2^n * e^r with n the nearest integer to x / ln 2 and |r| <= ln 2 / 2.
  constexpr float kRound = 12582912.0F;  // 1.5 * 2^23: adding it leaves the integer in the mantissa
  const float clamped = x < -87.33F ? -87.33F : (x > 88.37F ? 88.37F : x);
  const float shifted = clamped * 1.44269504088896341F + kRound;
  const float n = shifted - kRound;
  const float r = (clamped - n * 0.693359375F) + n * 2.12194440e-4F;  // ln 2 in two parts
  float p = 1.0F / 5040;
  p = p * r + 1.0F / 720;
  p = p * r + 1.0F / 120;
  p = p * r + 1.0F / 24;
  p = p * r + 1.0F / 6;
  p = p * r + 0.5F;
  p = p * r * r + r + 1.0F;
  const auto exponent = (std::bit_cast<int32_t>(shifted) - std::bit_cast<int32_t>(kRound)) << 23;
  const float result = std::bit_cast<float>(std::bit_cast<int32_t>(p) + exponent);
  return x < -87.33F ? 0.0F : result;
}

// Of normal floats above 0, and NaN, only.
#pragma omp declare simd
inline float log(float x) {
  // x = 2^n * m with m in [√½, √2), and log m = 2 artanh s with s = (m - 1) / (m + 1).
  constexpr int32_t kRootHalf = 0x3f3504f3;
  const auto bits = std::bit_cast<int32_t>(x);
  const int32_t n = (bits - kRootHalf) >> 23;
  const float above = std::bit_cast<float>(bits - n * (1 << 23)) - 1.0F;
  const float s = above / (above + 2.0F);
  const float square = s * s;
  float series = 1.0F / 9;
  series = series * square + 1.0F / 7;
  series = series * square + 0.2F;
  series = series * square + 1.0F / 3;
  const float rest = above - s * (above - 2.0F * square * series);
  const auto exponent = static_cast<float>(n);
  const float result =
      exponent * 0.693359375F + (rest - exponent * 2.12194440e-4F);  // ln 2 in two parts
  return x == x ? result : x;
}

#pragma omp declare simd
inline float logistic(float x) { return 1.0F / (1.0F + ops::exp(-x)); }

#pragma omp declare simd
inline float tanh(float x) {
  // Near zero the minimax polynomial of Cephes' tanhf keeps the relative precision that
  // 1 - 2 / (e^2|x| + 1) loses.
  const float magnitude = x < 0 ? -x : x;
  const float square = x * x;
  float series = -5.70498872745e-3F;
  series = series * square + 2.06390887954e-2F;
  series = series * square - 5.37397155531e-2F;
  series = series * square + 1.33314422036e-1F;
  series = series * square - 3.33332819422e-1F;
  const float small = x + x * square * series;
  const float large = 1.0F - 2.0F / (ops::exp(2.0F * magnitude) + 1.0F);
  return magnitude < 0.625F ? small : (x < 0 ? -large : large);
}

}  // namespace alinea::ops
