// A recurrent layer with intra-attention over a sequence, one direction (LSTMN: Cheng, Dong &
// Lapata 2016, section 3.1): before its step it looks at all its states so far, and the step starts
// from what it saw.
//
//   a_i = vᵀ tanh(W_h h_i + W_x x_t + W_h̃ h̃_{t-1}),  α = softmax_i(a)
//   h̃_t = Σ_i α_i h_i,  LSTM also c̃_t = Σ_i α_i c_i
//   (h_t, c_t) = cell(x_t, h̃_t, c̃_t)                     (ops/recurrent.h)
//
// i runs over the states that the sequence begins with and those before t. Where there are none,
// h̃_t = c̃_t = 0; h̃_0 is 0 unless it is given. The products with W_x, W and all gradients of weights
// are computed for all steps at once. R rows, packed as in ops/recurrent.h; A the attention size.
#pragma once

#include <span>

#include "ops/recurrent.h"

namespace alinea::ops {

struct IntraWeights {
  Variable states;   // W_h [H, A]
  Variable input;    // W_x [I, A]
  Variable summary;  // W_h̃ [H, A]
  Variable v;        // [A]
};

// A state that later steps look at, a row for each sentence.
struct PastState {
  Variable h;     // [N, H]
  Variable c;     // [N, H], LSTM only
  Variable keys;  // W_h h [N, A]
};

struct IntraStart {
  std::span<const PastState> past = {};  // M states, each of at least as many sentences as x has
  Variable summary = {};                 // h̃_0 [N, H], or nothing: 0
};

// Every row is what a later run, of the sentences that have not ended, may begin with.
struct IntraResult {
  Variable h;        // [R, H]
  Variable c;        // [R, H], LSTM only
  Variable keys;     // [R, A]
  Variable summary;  // h̃_t [R, H]
  // α of every step, [N, T, M + T], 0 where there is no state; where they are kept. Without
  // gradient.
  Variable weights;
};

struct IntraRecurrent {
  Cell cell;
  RecurrentWeights weights;
  IntraWeights attention;
  bool keep_weights = false;
};

// x [R, I], active non-increasing, N = active[0]. A step costs O(M + t).
IntraResult intra_recurrent(Tape& tape, const IntraRecurrent& of, const Variable& x,
                            std::span<const int64_t> active, const IntraStart& start);

}  // namespace alinea::ops
