// The types of numbers that files of arrays have.
#pragma once

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "signals/byte_order.h"

namespace alinea {

// What numbers mean as pixels: bytes are from 0 to 255, floats from 0 to 1. What the
// greatest of other integers is, a file does not say.
enum class NumberKind { kByte, kInteger, kFloat };

// IEEE 754's binary16, and bfloat16, the upper half of a float.
inline float from_half(uint16_t bits) {
  constexpr int kMantissaBits = 10, kBias = 15, kEndless = 31;
  const int exponent = bits >> kMantissaBits & kEndless, mantissa = bits & 0x3ff;
  float value = 0;
  if (exponent == kEndless)
    value = mantissa == 0 ? HUGE_VALF : NAN;
  else if (exponent == 0)
    value = std::ldexp(static_cast<float>(mantissa), 1 - kBias - kMantissaBits);
  else
    value = std::ldexp(static_cast<float>(mantissa | 1 << kMantissaBits),
                       exponent - kBias - kMantissaBits);
  return (bits & 0x8000) != 0 ? -value : value;
}
inline float from_bfloat(uint16_t bits) { return std::bit_cast<float>(uint32_t{bits} << 16U); }

template <typename T>
float from_number(T value) {
  return static_cast<float>(value);
}

// Fills values, for each of which there are bytes.
template <typename T, float (*kFloat)(T) = from_number<T>>
void read_numbers(std::string_view bytes, std::endian order, std::vector<float>& values) {
  for (size_t i = 0; i < values.size(); ++i)
    values[i] = kFloat(number_at<T>(bytes, i * sizeof(T), order));
}

struct NumberType {
  std::string_view name;  // as the format calls it
  size_t size;
  NumberKind kind;
  void (*read)(std::string_view bytes, std::endian order, std::vector<float>& values);
};

}  // namespace alinea
