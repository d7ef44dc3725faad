// Sums of two values of one shape, and multiples.
#pragma once

#include "autograd/tape.h"

namespace alinea::ops {

// y = a + b, elementwise.
Variable add(Tape& tape, const Variable& a, const Variable& b);

// y = factor * x, elementwise.
Variable scale(Tape& tape, const Variable& x, float factor);

}  // namespace alinea::ops
