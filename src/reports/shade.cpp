#include "reports/shade.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace alinea {

namespace {

using Colour = std::array<double, 3>;  // red, green, blue, to 255
// Lightness L* of 100, 60 and 21.
constexpr std::array<Colour, 3> kScale = {{{255, 255, 255}, {80, 149, 208}, {8, 48, 107}}};

Colour colour_of(double weight) {
  const double place = std::clamp(weight, 0.0, 1.0) * 2;
  const size_t below = place < 1 ? 0 : 1;
  const double part = place - static_cast<double>(below);
  Colour colour{};
  for (size_t i = 0; i < colour.size(); ++i)
    colour[i] = std::round(std::lerp(kScale[below][i], kScale[below + 1][i], part));
  return colour;
}

// Relative luminance of sRGB, from 0 to 1, as the Web Content Accessibility Guidelines define it.
double luminance(const Colour& colour) {
  const auto linear = [](double value) {
    const double part = value / 255;
    return part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * linear(colour[0]) + 0.7152 * linear(colour[1]) + 0.0722 * linear(colour[2]);
}

}  // namespace

std::string shade(double weight) {
  const Colour colour = colour_of(weight);
  return fmt::format("#{:02x}{:02x}{:02x}", static_cast<int>(colour[0]),
                     static_cast<int>(colour[1]), static_cast<int>(colour[2]));
}

std::string ink(double weight) {
  // Where black and white have the same contrast: (L + 0.05)² = 1.05 · 0.05.
  constexpr double kMiddle = 0.179;
  return luminance(colour_of(weight)) > kMiddle ? "#000" : "#fff";
}

}  // namespace alinea
