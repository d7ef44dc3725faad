// Arrays as NumPy saves them (format versions 1 to 3): numbers of 1 to 8 bytes, in any order.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace alinea {

struct Array {
  std::vector<int64_t> shape;
  std::vector<float> values;  // the last axis runs fastest
  bool is_bytes = false;      // numbers from 0 to 255, as pictures have them
};

bool is_numpy(std::string_view bytes);
// Throws Error for a damaged file, for other types than numbers and for more than kMostFeatures.
Array read_numpy(std::string_view bytes);

}  // namespace alinea
