// Matrix products of a batch: what attention does with keys and values.
#pragma once

#include "autograd/tape.h"

namespace alinea::ops {

// a [B, M, K], b [B, N, K] -> scale * a bᵀ [B, M, N]: every row of a against every row of b.
Variable batched_dot(Tape& tape, const Variable& a, const Variable& b, float scale = 1.0F);

// weights [B, M, N], values [B, N, K] -> weights · values [B, M, K]: weighted sums of rows.
Variable weighted_sum(Tape& tape, const Variable& weights, const Variable& values);

}  // namespace alinea::ops
