// One step of a recurrent layer, the equations of recurrent.h one by one, and their gradients.
#pragma once

#include "ops/recurrent.h"

namespace alinea::ops {

// Of N sentences. Gates lie one behind another in a row, [N, G, H].
struct RecurrentStep {
  Cell cell;
  int64_t batch, hidden;  // N, H
  Variable recurrent;     // U
  const float* bias;
  const float *h_before, *c_before;  // h_{t-1} and, LSTM only, c_{t-1} [N, H]
  // W x_t; then what the way back needs, the gates behind their activations.
  float* gates;
  // [N, H], for the way back: GRU r∘h_{t-1}, LBR GRU U h_{t-1} + b'_o, LSTM tanh(c_t).
  float* inner;
  float *h, *c;  // h_t and c_t [N, H], written

  int64_t width() const { return ops::gates(cell) * hidden; }
};

void step_forward(Tape& tape, const RecurrentStep& step);

// Those of the gates, before their activations, take the place of step.gates.
struct RecurrentStepGradient {
  const float* h;   // of h_t
  const float* c;   // of c_t, LSTM only; nullptr: 0
  float* h_before;  // of h_{t-1}, overwritten; may be h itself
  float* c_before;  // of c_{t-1}, the same
  float* inner;     // overwritten: GRU of r∘h_{t-1}, LBR GRU of U h_{t-1} + b'_o
};

void step_backward(Tape& tape, const RecurrentStep& step, const RecurrentStepGradient& gradient);

}  // namespace alinea::ops
