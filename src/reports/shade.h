// Weights as shades of one colour.
#pragma once

#include <string>

namespace alinea {

// The colour of a weight as #rrggbb: from white at 0 to dark blue at 1 with even steps of
// lightness, which survive a black-and-white printer and need no colour vision.
std::string shade(double weight);

// Black or white: what is easier to read on shade(weight). The contrast is 4.5 or more.
std::string ink(double weight);

}  // namespace alinea
