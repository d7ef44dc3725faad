// A picture of one alignment.
#pragma once

#include <string>

#include "reports/alignment.h"

namespace alinea {

// A self-contained SVG image: source tokens across the top, target tokens down the left, and a cell
// for every weight but 0, from white at 0 to dark blue at 1 with even steps of lightness. The exact
// weight shows where the mouse rests on a cell. Gold links are rings, solid where they are sure and
// dashed where they are possible; they must be within the sentences. In a local mode each row's
// window has an outline and p_t a tick, drawn at the edge if p_t is beyond it.
std::string heatmap_svg(const Alignment& alignment);

}  // namespace alinea
