// A recurrent layer's operation, and the two ways to compute it.
#pragma once

#include "ops/recurrent.h"

namespace alinea::ops {

// With room for its result; R rows in all steps together.
struct RecurrentLayer {
  Cell cell;
  int64_t inputs, hidden, rows;  // I, H, R
  Variable x;
  RecurrentState initial;
  RecurrentWeights weights;
  RecurrentResult result;

  int64_t width() const { return ops::gates(cell) * hidden; }
  bool has_cell() const { return cell == Cell::kLstm; }
  bool is_wanted() const {
    return result.output.has_gradient() || result.last.h.has_gradient() ||
           result.last.c.has_gradient();
  }
};

// The runs of steps, between which no sentence ends, that a primitive takes at once.
struct RunCount {
  int64_t runs = 0;
  int64_t single = 0;  // rows in runs of a single step
};
RunCount count_runs(std::span<const int64_t> active);
// By oneDNN's recurrent primitives, in such runs.
void recurrent_by_primitives(Tape& tape, const RecurrentLayer& layer,
                             std::span<const int64_t> active);
// By products with the weights, in any precision, and the cell's equations.
void recurrent_by_products(Tape& tape, const RecurrentLayer& layer,
                           std::span<const int64_t> active);

}  // namespace alinea::ops
