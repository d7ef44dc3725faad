// Figures of messages.
#pragma once

#include <fmt/format.h>

#include <cmath>
#include <string>

namespace alinea {

// With four decimals; a large one with five digits and an exponent: "12.3457", "1.2346e+250".
inline std::string figure(double value) {
  constexpr double kLarge = 1e6;
  return std::abs(value) < kLarge ? fmt::format("{:.4f}", value) : fmt::format("{:.5g}", value);
}

}  // namespace alinea
