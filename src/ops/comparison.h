// What stands side by side when two vectors are compared.
#pragma once

#include "autograd/tape.h"

namespace alinea::ops {

// x and y [R, C] -> [x; y; |x - y|; x ∘ y], [R, 4C] (Mou et al. 2016, equation 3; Chen et al. 2017,
// equations 14 and 15, where the difference has its sign). Where x = y, |x - y| has no gradient.
Variable comparison(Tape& tape, const Variable& x, const Variable& y);

}  // namespace alinea::ops
