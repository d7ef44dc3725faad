#include "signals/drawn_digits.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>
#include <string_view>

namespace alinea {
namespace {

constexpr int kRows = 7, kColumns = 5;

// Each digit in seven rows of five cells.
constexpr std::array<std::string_view, 10> kFont = {
    ".###.#...##..###.#.###..##...#.###.", "..#...##....#....#....#....#...###.",
    ".###.#...#....#...#...#...#...#####", "#####...#...#.....#.....##...#.###.",
    "...#...##..#.#.#..#.#####...#....#.", "######....####.....#....##...#.###.",
    "..##..#...#....####.#...##...#.###.", "#####....#...#...#...#....#....#...",
    ".###.#...##...#.###.#...##...#.###.", ".###.#...##...#.####....#...#..##..",
};

// How much ink is at a place of the font, between its cells too.
double ink(std::string_view glyph, double row, double column) {
  const auto cell = [&](int r, int c) {
    const bool inside = r >= 0 && r < kRows && c >= 0 && c < kColumns;
    const int place = r * kColumns + c;
    return inside && glyph[static_cast<size_t>(place)] == '#' ? 1.0 : 0.0;
  };
  const double top = std::floor(row), left = std::floor(column);
  const double down = row - top, right = column - left;
  const int r = static_cast<int>(top), c = static_cast<int>(left);
  return (1 - down) * ((1 - right) * cell(r, c) + right * cell(r, c + 1)) +
         down * ((1 - right) * cell(r + 1, c) + right * cell(r + 1, c + 1));
}

}  // namespace

double uniform(std::mt19937_64& random) { return static_cast<double>(random() >> 11U) * 0x1p-53; }

GreyPicture ground(int height, int width, std::mt19937_64& random) {
  GreyPicture picture{height, width, std::vector<uint8_t>(static_cast<size_t>(height * width))};
  for (uint8_t& pixel : picture.pixels)
    pixel = static_cast<uint8_t>(random() % 30 == 0 ? random() % 160 : random() % 20);
  return picture;
}

void draw_digit(GreyPicture& picture, int digit, double y, double x, std::mt19937_64& random) {
  if (digit < 0 || digit >= static_cast<int>(kFont.size()))
    throw std::invalid_argument("there is no such digit");
  const double cell_height = 2.5 + 0.7 * uniform(random);  // pixels
  const double cell_width = 2.2 + 0.8 * uniform(random);
  const double turn = 0.4 * (uniform(random) - 0.5), slant = 0.5 * (uniform(random) - 0.5);
  const double brightness = 180 + 75 * uniform(random);
  for (int r = 0; r < picture.height; ++r)
    for (int c = 0; c < picture.width; ++c) {
      const double down = r - y, across = c - x;
      const double turned_down = std::cos(turn) * down - std::sin(turn) * across;
      const double turned_across =
          std::sin(turn) * down + std::cos(turn) * across + slant * turned_down;
      const double covered =
          ink(kFont[static_cast<size_t>(digit)], turned_down / cell_height + (kRows - 1) / 2.0,
              turned_across / cell_width + (kColumns - 1) / 2.0);
      const int place = r * picture.width + c;
      uint8_t& pixel = picture.pixels[static_cast<size_t>(place)];
      const double shade = brightness * std::clamp(1.6 * covered, 0.0, 1.0);
      pixel = std::max(pixel, static_cast<uint8_t>(std::lround(shade)));
    }
}

}  // namespace alinea
