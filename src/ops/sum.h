// Sums of two values of one shape, and multiples.
#pragma once

#include "autograd/tape.h"

namespace alinea::ops {

// y = a + b, elementwise.
Variable add(Tape& tape, const Variable& a, const Variable& b);
// The same where either side may be nothing, which counts as 0; nothing where both are.
Variable add_present(Tape& tape, const Variable& a, const Variable& b);

// y = factor * x, elementwise.
Variable scale(Tape& tape, const Variable& x, float factor);

// x [R, C], gates [R, 1] -> y_r = (1 + gate_r) x_r.
Variable gate_rows(Tape& tape, const Variable& x, const Variable& gates);

}  // namespace alinea::ops
