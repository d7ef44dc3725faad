#include "reports/colours.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string_view>
#include <utility>

namespace alinea {

namespace {

constexpr Colour rgb(uint32_t value) {
  return {static_cast<uint8_t>(value >> 16), static_cast<uint8_t>(value >> 8 & 255),
          static_cast<uint8_t>(value & 255)};
}

// Relative luminance of sRGB, from 0 to 1, as the guidelines define it.
double luminance(Colour colour) {
  const auto linear = [](uint8_t value) {
    const double part = value / 255.0;
    return part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * linear(colour.red) + 0.7152 * linear(colour.green) + 0.0722 * linear(colour.blue);
}

uint8_t between(uint8_t from, uint8_t to, double part) {
  return static_cast<uint8_t>(std::lround(std::lerp(from, to, part)));
}

void add_properties(std::string& style, const Palette& palette) {
  const std::pair<std::string_view, Colour> named[] = {
      {"paper", palette.paper}, {"ink", palette.ink},      {"soft", palette.soft},
      {"line", palette.line},   {"rule", palette.rule},    {"focus", palette.focus},
      {"gold", palette.gold},   {"most", palette.scale[2]}};
  for (const auto& [name, colour] : named)
    fmt::format_to(std::back_inserter(style), "--{}:{};", name, to_string(colour));
  for (size_t i = 0; i < palette.series.size(); ++i)
    fmt::format_to(std::back_inserter(style), "--series-{}:{};", i, to_string(palette.series[i]));
}

void add_shades(std::string& style, std::string_view selector, const Palette& palette) {
  for (int step = 0; step <= kShades; ++step)
    fmt::format_to(std::back_inserter(style), "{}.w{}{{--weight:{};--shade:{};--shade-ink:{}}}\n",
                   selector, step, static_cast<double>(step) / kShades,
                   to_string(shade(step, palette)), to_string(shade_ink(step, palette)));
}

}  // namespace

std::string to_string(Colour colour) {
  return fmt::format("#{:02x}{:02x}{:02x}", colour.red, colour.green, colour.blue);
}

double contrast(Colour one, Colour other) {
  const auto [darker, lighter] = std::minmax({luminance(one), luminance(other)});
  return (lighter + 0.05) / (darker + 0.05);
}

const Palette& light_palette() {
  static constexpr Palette kLight = {
      .paper = rgb(0xffffff),
      .ink = rgb(0x222222),
      .soft = rgb(0x5f6368),
      .line = rgb(0x767b81),
      .rule = rgb(0xcccccc),
      .focus = rgb(0xc84e00),
      .gold = rgb(0xc51b7d),
      .scale = {rgb(0xffffff), rgb(0x5095d0), rgb(0x08306b)},  // lightness L* of 100, 60 and 21
      .series = {rgb(0x1b66b1), rgb(0xb84300), rgb(0x1d7a3a), rgb(0x8c3fa8), rgb(0xa8123e),
                 rgb(0x00707a), rgb(0x7a5c00), rgb(0x555b63)}};
  return kLight;
}

const Palette& dark_palette() {
  static constexpr Palette kDark = {
      .paper = rgb(0x17191d),
      .ink = rgb(0xe8e8e8),
      .soft = rgb(0xa5abb3),
      .line = rgb(0x7d838b),
      .rule = rgb(0x42464d),
      .focus = rgb(0xff8c42),
      .gold = rgb(0xff7ac2),
      .scale = {rgb(0x17191d), rgb(0x327dc3), rgb(0xdeebf7)},  // lightness L* of 9, 51 and 92
      .series = {rgb(0x6fb1f2), rgb(0xff9a5c), rgb(0x6fcf86), rgb(0xd39af0), rgb(0xff8a9f),
                 rgb(0x4fd0d8), rgb(0xe0bd4a), rgb(0xb3bac4)}};
  return kDark;
}

int shade_step(double weight) {
  if (!(weight > 0)) return 0;  // nor what is no number
  return static_cast<int>(std::lround(std::min(weight, 1.0) * kShades));
}

Colour shade(int step, const Palette& palette) {
  const double place = 2.0 * step / kShades;
  const size_t below = place < 1 ? 0 : 1;
  const double part = place - static_cast<double>(below);
  const Colour from = palette.scale[below], to = palette.scale[below + 1];
  return {between(from.red, to.red, part), between(from.green, to.green, part),
          between(from.blue, to.blue, part)};
}

Colour shade_ink(int step, const Palette& palette) {
  const Colour black = rgb(0x000000), white = rgb(0xffffff), back = shade(step, palette);
  return contrast(black, back) >= contrast(white, back) ? black : white;
}

std::string shade_class(double weight) { return fmt::format("w{}", shade_step(weight)); }

std::string shade_attribute(double weight) {
  return shade_step(weight) == 0 ? "" : fmt::format(" class=\"{}\"", shade_class(weight));
}

std::string colour_style() {
  std::string style = ":root{color-scheme:light;";
  add_properties(style, light_palette());
  style += "}\n";
  add_shades(style, "", light_palette());
  style += "@media screen{\n:root[data-theme=dark]{color-scheme:dark;";
  add_properties(style, dark_palette());
  style += "}\n";
  add_shades(style, "[data-theme=dark] ", dark_palette());
  return style + "}\n";
}

}  // namespace alinea
