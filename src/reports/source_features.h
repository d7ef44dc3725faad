// A source of features, as pages show it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "signals/feature_options.h"

namespace alinea {

struct SourceFeatures {
  FeatureOptions options;
  std::vector<float> rows;  // [T, options.columns], as the model reads them; of an empty line, none
  int64_t cells_down = 0, cells_across = 0;  // of a picture: the grid of FrontEndFields
  // How many rows a position covers, or of a picture neighbours in its grid, row by row. The last
  // one may have fewer.
  int64_t cells_per_position = 1;
  std::string name = {};        // what the line of the list says
  std::string sound_file = {};  // its bytes, where they were kept; may be empty
};

// "Example 3: a/b.wav", markup: the heading of that example of a page, with its name where it has
// one.
std::string numbered_name(std::string_view what, int64_t number, const SourceFeatures& source);

}  // namespace alinea
