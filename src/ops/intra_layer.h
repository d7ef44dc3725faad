// What the passes of ops/intra_recurrent share: the layer over a sequence, step by step.
#pragma once

#include <span>

#include "ops/intra_look.h"
#include "ops/intra_recurrent.h"
#include "ops/recurrent_step.h"
#include "ops/weight_product.h"

namespace alinea::ops {

struct IntraStep {
  int64_t row;  // its first one
  IntraLook look;
  RecurrentStep cell;
};

struct IntraLayer {
  IntraRecurrent of;
  Variable x, first_summary;
  std::span<const PastState> past;
  IntraResult result;
  int64_t inputs, hidden, size, rows;  // I, H, A, R
  float *gates, *inner, *query, *cells;
  std::span<LookedAt> looked_at;  // M + T
  std::span<IntraStep> steps;

  int64_t width() const { return ops::gates(of.cell) * hidden; }
  bool has_cell() const { return of.cell == Cell::kLstm; }
  bool is_wanted() const {
    return result.h.has_gradient() || result.c.has_gradient() || result.keys.has_gradient() ||
           result.summary.has_gradient();
  }
  // h̃_{t-1} of the sentences of step t; nullptr: 0.
  const float* summary_before(size_t t) const {
    if (t > 0) return result.summary.value() + steps[t - 1].row * hidden;
    return first_summary ? first_summary.value() : nullptr;
  }
};

inline WeightPart part_of(const Variable& weight, int64_t inputs, int64_t outputs) {
  return {.weight = weight, .inputs = inputs, .outputs = outputs, .stride = outputs};
}

// Adds to the gradients of everything that the layer read.
void intra_backward(Tape& tape, const IntraLayer& layer);

}  // namespace alinea::ops
