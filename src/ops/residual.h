// Residual connections: what a sublayer puts out is dropped from, added to what it read, and
// normalised, in one pass. `f` must be what no other operation reads: its memory takes up what the
// way back needs.
#pragma once

#include "autograd/tape.h"

namespace alinea::ops {

// y = x + dropout(f), in the place of f: x and f of one shape.
Variable residual(Tape& tape, const Variable& x, const Variable& f, float dropout);

// y = layer_norm(x + dropout(f), gain, bias), as layer_norm.h has it.
Variable residual_norm(Tape& tape, const Variable& x, const Variable& f, float dropout,
                       const Variable& gain, const Variable& bias);

}  // namespace alinea::ops
