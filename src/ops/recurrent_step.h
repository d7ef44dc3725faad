// A single step of a recurrent layer by matrix products, the equations of recurrent.h one by one.
// Faster than oneDNN's RNN primitives where steps come one at a time: on the way back those
// take 2.7 times as long as forward, three products at their speed take twice as long.
#pragma once

#include "ops/recurrent.h"

namespace alinea::ops {

// x [N, I]; output and last.h of the result are one.
RecurrentResult recurrent_step(Tape& tape, Cell cell, const Variable& x,
                               const RecurrentState& initial, const RecurrentWeights& weights);

}  // namespace alinea::ops
