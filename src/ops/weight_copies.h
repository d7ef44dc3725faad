// Copies of weights that learn, laid out for products of few rows. A power of two between rows
// makes them compete for the same lines of the cache: 32 rows by 512 x 2,048 weights, 31 GFLOP/s of
// an AVX2 core as they lie and 88 by a copy whose rows are 16 floats longer.
#pragma once

#include "autograd/tape.h"
#include "ops/matrix_product.h"

namespace alinea::ops {

// The distance between rows of so many columns at which products are fast.
int64_t good_stride(int64_t columns);

// Weights [I, ...] with O elements a row, as [I, O] and transposed as [O, I]; rows lie good_stride
// apart. A parameter's copy is made once an update, anything else's once a tape, in the arena;
// where the weights lie well already, they are their own copy.
FloatView padded(Tape& tape, const Variable& weights);
FloatView transposed(Tape& tape, const Variable& weights);

}  // namespace alinea::ops
