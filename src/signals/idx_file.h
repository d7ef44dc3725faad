// IDX files, as MNIST comes: an array whose first axis counts the examples.
//   2 bytes 0, 1 byte type, 1 byte number of axes; their extents and the numbers, big endian
#pragma once

#include <cstdint>
#include <string_view>

#include "signals/numpy_array.h"

namespace alinea {

// Example `index` of the file. Throws Error for a damaged file, and where there is no such example.
Array read_idx(std::string_view bytes, int64_t index);

}  // namespace alinea
