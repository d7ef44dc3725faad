// Arrays as NumPy saves them (format versions 1 to 3): integers and floats of up to 8 bytes, in
// any order.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "signals/number_types.h"

namespace alinea {

struct Array {
  std::vector<int64_t> shape;
  std::vector<float> values;  // the last axis runs fastest
  NumberKind kind = NumberKind::kFloat;
};

// The product of extents that are not negative. Throws Error where it is more than kMostFeatures.
int64_t elements(const std::vector<int64_t>& shape);

bool is_numpy(std::string_view bytes);
// Throws Error for a damaged file, for other types than numbers and for more than kMostFeatures.
Array read_numpy(std::string_view bytes);

}  // namespace alinea
