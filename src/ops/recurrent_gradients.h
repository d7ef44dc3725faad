// The gradients of a recurrent layer's weights and input, of all steps at once.
#pragma once

#include "ops/recurrent.h"

namespace alinea::ops {

// R rows of all steps together, in the arena; they stay as they are.
struct RecurrentRows {
  Cell cell;
  int64_t inputs, hidden, rows;  // I, H, R
  Variable x;                    // [R, I]
  const float* before;           // the states that the steps started from, [R, H]
  const float* gates;            // gradients of the gates before their activations, [R, G, H]
  // GRU: r∘h_{t-1}. Of the LBR GRU the gradients of U h_{t-1} + b'_o. [R, H]
  const float* inner;
};

// Adds to the gradients of W, U, b and x, as far as they are wanted.
void add_recurrent_gradients(Tape& tape, const RecurrentRows& rows,
                             const RecurrentWeights& weights);

}  // namespace alinea::ops
