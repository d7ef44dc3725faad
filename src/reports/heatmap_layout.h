// Where the parts of a heatmap are: pixels from the upper left corner of the picture.
#pragma once

#include "reports/alignment.h"

namespace alinea {

struct HeatmapLayout {
  static constexpr double kCell = 20;
  static constexpr double kFontSize = 12;
  static constexpr double kGap = 6;  // between the grid and its labels
  static constexpr double kLegendBar = 12, kLegendHeight = 80, kFocusLegendHeight = 46;

  HeatmapLayout(const Alignment& alignment, bool scale_rows);

  double left = 0, top = 0;  // of the grid
  double legend = 0;         // left end of the colour bar
  double width = 0, height = 0;
};

}  // namespace alinea
