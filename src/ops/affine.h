// y = x W + b, the papers' W x + b for every row x.
#pragma once

#include "autograd/tape.h"

namespace alinea::ops {

// x [..., I], weight [I, O], bias [O] or none -> [..., O] (the leading axes of x).
Variable affine(Tape& tape, const Variable& x, const Variable& weight, const Variable& bias = {});

// x Wᵀ + b with weight [O, I], a row for each output: the layout of an embedding table, which the
// output layer may share.
Variable affine_transposed(Tape& tape, const Variable& x, const Variable& weight,
                           const Variable& bias = {});

}  // namespace alinea::ops
