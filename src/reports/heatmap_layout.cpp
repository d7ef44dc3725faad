#include "reports/heatmap_layout.h"

#include <algorithm>
#include <numbers>

#include "reports/label.h"

namespace alinea {

namespace {

constexpr double kMargin = 10;  // around the picture
constexpr double kSlope =
    std::numbers::sqrt2 / 2;  // of the source tokens, which rise at 45 degrees
constexpr double kLegendWidth = 42, kWideLegendWidth = 78, kGoldLegendHeight = 46;

}  // namespace

HeatmapLayout::HeatmapLayout(const Alignment& alignment, bool scale_rows) {
  const double grid_width = kCell * static_cast<double>(alignment.source.size()),
               grid_height = kCell * static_cast<double>(alignment.target.size());
  double widest = 0, highest = 0, overhang = 0;
  for (const auto& token : alignment.target)
    widest = std::max(widest, kFontSize * label_width(token));
  for (size_t s = 0; s < alignment.source.size(); ++s) {
    const double rise = kSlope * kFontSize * (label_width(alignment.source[s]) + 1);
    highest = std::max(highest, rise);
    overhang = std::max(overhang, kCell * (static_cast<double>(s) + 0.5) + rise);
  }
  left = kMargin + widest + kGap;
  top = kMargin + highest + kGap;
  legend = left + grid_width + kCell;
  const bool has_focus = !alignment.focus.empty();
  const double legend_width =
      has_focus || alignment.gold || scale_rows ? kWideLegendWidth : kLegendWidth;
  const double legend_height = kLegendHeight + (has_focus ? kFocusLegendHeight : 0) +
                               (alignment.gold ? kGoldLegendHeight : 0) + kFontSize / 2;
  width = kMargin + std::max(legend + legend_width, left + overhang);
  height = kMargin + top + std::max(grid_height, legend_height);
}

}  // namespace alinea
