// Pictures of digits, in grey: a small font, turned, stretched and slanted, on a ground with
// specks.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

namespace alinea {

struct GreyPicture {
  int height = 0, width = 0;
  std::vector<uint8_t> pixels;  // row by row, 0 is black
};

// From 0 to 1, without 1.
double uniform(std::mt19937_64& random);

// A black picture with specks.
GreyPicture ground(int height, int width, std::mt19937_64& random);

// Draws the digit, some 20 pixels high, with its middle at (y, x). Throws std::invalid_argument
// where there is no such digit.
void draw_digit(GreyPicture& picture, int digit, double y, double x, std::mt19937_64& random);

}  // namespace alinea
