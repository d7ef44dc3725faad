// What a sound, a picture or a table is to a model: rows of numbers.
#pragma once

#include <cstdint>
#include <vector>

namespace alinea {

struct FeatureRows {
  int64_t columns = 0;
  std::vector<float> values;  // [rows, columns]

  int64_t rows() const { return columns == 0 ? 0 : static_cast<int64_t>(values.size()) / columns; }
};

// Pixels from 0 to 1, row by row, the channels of each together.
struct Picture {
  int64_t height = 0, width = 0;
  int64_t channels = 0;       // 1: grey; 3: red, green, blue
  std::vector<float> pixels;  // [height, width, channels]
};

// Larger ones are a slip of the finger, or damaged.
inline constexpr int64_t kMostFeatures = int64_t{1} << 29;  // numbers of an example
inline constexpr int64_t kMostPixels = int64_t{1} << 26;    // of a picture

}  // namespace alinea
