// Sums of two values of one shape, and multiples.
#pragma once

#include <span>

#include "autograd/tape.h"

namespace alinea::ops {

// y = a + b, elementwise.
Variable add(Tape& tape, const Variable& a, const Variable& b);
// The same where either side may be nothing, which counts as 0; nothing where both are.
Variable add_present(Tape& tape, const Variable& a, const Variable& b);

// y = factor * (a + b), elementwise.
Variable scaled_sum(Tape& tape, const Variable& a, const Variable& b, float factor);

// y = factor * x, elementwise.
Variable scale(Tape& tape, const Variable& x, float factor);

// x [R, C] -> y_r = factors_r x_r.
Variable scale_rows(Tape& tape, const Variable& x, std::span<const float> factors);

// y = x, with dx = factor * dy in the place of dx = dy.
Variable scale_gradient(Tape& tape, const Variable& x, float factor);

// x [R, C], gates [R, 1] -> y_r = (1 + gate_r) x_r.
Variable gate_rows(Tape& tape, const Variable& x, const Variable& gates);

}  // namespace alinea::ops
