// oneDNN's recurrent primitives behind plain pointers: T steps of N sentences that all last that
// long, forward and backward.
#pragma once

#include <algorithm>
#include <cstddef>

#include "ops/recurrent.h"

namespace alinea::ops {

struct RunSize {
  Cell cell;
  bool training;
  int64_t steps, batch, inputs, hidden;  // T, N, I, H
  bool operator==(const RunSize&) const = default;
};

// Whether oneDNN computes such a layer. 2.6.3 writes beyond the memory of an LBR GRU with fewer
// than 6 units or inputs, and 3.7.2 has wrong states for a GRU of one unit.
inline bool has_primitive(Cell cell, int64_t inputs, int64_t hidden) {
  if (cell == Cell::kLbrGru) return std::min(inputs, hidden) >= 6;
  return cell != Cell::kGru || hidden > 1;
}

// The memory of a run, which stays as it is until its way back.
struct Run {
  const float* x;          // [T, N, I]
  const float *h, *c;      // [N, H] before the first step; c of an LSTM only
  float* y;                // every h_t, [T, N, H]
  float *last_h, *last_c;  // [N, H] after the last step
  std::byte* workspace;    // of workspace_bytes() where it trains
};

struct RunWeights {
  const float *input, *recurrent;  // forward padded(), backward transposed() of weight_copies.h
  const float* bias;
};

struct RunGradients {
  const float *y, *last_h, *last_c;  // read
  float *x, *h, *c;                  // overwritten
  float *input, *recurrent, *bias;   // added to; they lie as the parameters do
};

size_t workspace_bytes(const RunSize& size);
// The arena gives memory for a moment.
void primitive_forward(Arena& arena, const RunSize& size, const Run& run,
                       const RunWeights& weights);
void primitive_backward(Arena& arena, const RunSize& size, const Run& run,
                        const RunWeights& weights, const RunGradients& d);

}  // namespace alinea::ops
