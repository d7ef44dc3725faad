// y = x W + b, the papers' W x + b for every row x.
#pragma once

#include "autograd/tape.h"

namespace alinea::ops {

// x [..., I], weight [I, O], bias [O] or none -> [..., O] (the leading axes of x).
Variable affine(Tape& tape, const Variable& x, const Variable& weight, const Variable& bias = {});

}  // namespace alinea::ops
