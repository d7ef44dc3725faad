// The recurrent layer over a sequence, one direction. A sequence of one step is what a decoder
// takes at a time.
//
// LSTM (gates i, f, c̃, o):  c_t = f∘c_{t-1} + i∘c̃,  h_t = o∘tanh(c_t)
// GRU (gates u, r, o; Cho et al. 2014):  o = tanh(W x + U(r∘h_{t-1}) + b),
//                                        h_t = u∘h_{t-1} + (1-u)∘o
// LBR GRU (linear before reset, as cuDNN and PyTorch):  o = tanh(W x + b_o + r∘(U h_{t-1} + b'_o))
// RNN (Elman 1990):  h_t = tanh(W x + U h_{t-1} + b)
//
// I input size, H hidden size, G gates. Sentences of different lengths are packed: in descending
// order of length, time-major, with only those present that have not ended. active[t] of them are
// present at time t; the first axis of x and of the output holds sum(active) rows.
#pragma once

#include <span>

#include "autograd/tape.h"

namespace alinea::ops {

enum class Cell { kLstm, kGru, kLbrGru, kRnn };

inline constexpr int64_t gates(Cell cell) {
  return cell == Cell::kLstm ? 4 : cell == Cell::kRnn ? 1 : 3;
}
// LBR GRU's fourth bias is b'_o.
inline constexpr int64_t bias_rows(Cell cell) {
  return gates(cell) + (cell == Cell::kLbrGru ? 1 : 0);
}

struct RecurrentWeights {
  Variable input;      // W [I, G, H]
  Variable recurrent;  // U [H, G, H]
  Variable bias;       // b [G, H], LBR GRU [4, H]
};

struct RecurrentState {
  Variable h;  // [N, H]
  Variable c;  // [N, H], LSTM only
};

struct RecurrentResult {
  Variable output;      // [sum(active), H], every h_t
  RecurrentState last;  // each sentence's own last h and c
};

// x [sum(active), I], active non-increasing, active[0] = N.
RecurrentResult recurrent(Tape& tape, Cell cell, const Variable& x, std::span<const int64_t> active,
                          const RecurrentState& initial, const RecurrentWeights& weights);

}  // namespace alinea::ops
