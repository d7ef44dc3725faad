// A source of features, as pages show it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "signals/feature_options.h"

namespace alinea {

struct SourceFeatures {
  FeatureOptions options;
  std::vector<float> rows;  // [T, options.columns], as the model reads them; of an empty line, none
  // Of a picture: the grid of FrontEndFields, and how many neighbours in it, row by row, a position
  // covers.
  int64_t cells_down = 0, cells_across = 0, cells_per_position = 1;
  std::string sound_file = {};  // its bytes, where they were kept; may be empty
};

}  // namespace alinea
