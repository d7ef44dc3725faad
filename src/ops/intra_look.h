// One look of a recurrent layer at its own states so far, and its gradients:
//
//   a_i = Σ_a v_a tanh(q_a + k_ia),  α = softmax(a),  h̃ = Σ_i α_i h_i,  c̃ = Σ_i α_i c_i
//
// (Cheng, Dong & Lapata 2016, equations 4 to 6, with the projections done). M states, N sentences.
#pragma once

#include <cstdint>
#include <span>

namespace alinea::ops {

// A state that is looked at, of at least N sentences: [N, H], of an LSTM c too, and keys [N, A];
// on the way back the gradients that are added to, nullptr where none is wanted.
struct LookedAt {
  const float *h, *c, *keys;
  float *dh, *dc, *dkeys;
};

struct IntraLook {
  int64_t batch, hidden, size;     // N, H, A
  std::span<const LookedAt> past;  // M; without any, h̃ and c̃ are 0
  const float* query;              // q [N, A]
  const float* v;                  // [A]
  float* weights;                  // α [N, M], written
  float *h, *c;                    // h̃ and, LSTM only, c̃ [N, H], written
};

void look_forward(const IntraLook& look);

struct IntraLookGradient {
  const float *h, *c;  // of h̃ and c̃
  float* query;        // of q [N, A], overwritten
  float* v;            // a row for every sentence, [N, A], added to
};

void look_backward(const IntraLook& look, const IntraLookGradient& d);

}  // namespace alinea::ops
