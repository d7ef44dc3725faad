// Weights turned over, for products on the way back.
#pragma once

#include "autograd/tape.h"

namespace alinea::ops {

// [I, ...] with O elements a row -> [O, I], on the way back. A parameter's copy is made once an
// update; anything else's once a tape, in the arena.
const float* transposed(Tape& tape, const Variable& weights);

}  // namespace alinea::ops
