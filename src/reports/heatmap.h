// A picture of one alignment.
#pragma once

#include <string>
#include <vector>

#include "reports/alignment.h"

namespace alinea {

// "weight": a cell is as dark as its weight; "row": as its share of the largest weight of its row;
// "auto": row where half of the rows or more have no weight of 0.3, as in long sentences, whose
// cells would all look blank.
std::vector<std::string> heatmap_scales();

// A self-contained SVG image: source tokens across the top, target tokens down the left, and a cell
// for every weight of 0.005 or more, in the colours of colours.h. Weights of 0.1 or more, and the
// largest of each row, stand in their cells as numbers; the exact weight shows where the mouse
// rests. Gold links are rings, solid where they are sure and dashed where they are possible; they
// must be within the sentences. In a local mode each row's window has an outline and p_t a tick,
// drawn at the edge if p_t is beyond it.
std::string heatmap_svg(const Alignment& alignment, const std::string& scale = "auto");

}  // namespace alinea
