// Sums of consecutive rows, each under a mask of its place.
#pragma once

#include <span>

#include "autograd/tape.h"

namespace alinea::ops {

// x [R, C], masks [M, C], R rows of N sequences one behind the other ->
//   y_n = Σ_j m_min(j, M) ∘ x_nj, [N, C],
// with j from 1: rows beyond the last mask share it. A sequence without rows gives zeros
// (Sukhbaatar et al. 2015, section 4.1; Henaff et al. 2017, section 2.1).
Variable masked_sum(Tape& tape, const Variable& x, const Variable& masks,
                    std::span<const int64_t> lengths);

}  // namespace alinea::ops
