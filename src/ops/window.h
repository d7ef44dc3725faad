// What turns energies into attention weights: a softmax inside a window, and local-p's Gaussian.
#pragma once

#include <span>

#include "autograd/tape.h"

namespace alinea::ops {

// The source positions [begin, end) that one target step looks at, counted from 0; never empty.
struct Window {
  int64_t begin;
  int64_t end;
  bool operator==(const Window&) const = default;
};

// energies [N, T, S], one window for each n and t -> weights [N, T, S]: the softmax of the energies
// inside the window, exactly 0 outside.
Variable window_softmax(Tape& tape, const Variable& energies, std::span<const Window> windows);
// The same over the first lengths[n] columns of each row, and where that is 0 over the first one
// alone.
Variable softmax_within(Tape& tape, const Variable& energies, std::span<const int64_t> lengths);

// weights [N, T, S], centres [N, T] counted from 1 ->
// weights_s * exp(-(s - p_t)² / (2 σ²)), s counted from 1 (Luong et al. 2015, eq. 10).
Variable gaussian(Tape& tape, const Variable& weights, const Variable& centres, float sigma);

}  // namespace alinea::ops
