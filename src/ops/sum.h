// Sums of two values of one shape.
#pragma once

#include "autograd/tape.h"

namespace alinea::ops {

// y = a + b, elementwise.
Variable add(Tape& tape, const Variable& a, const Variable& b);

}  // namespace alinea::ops
