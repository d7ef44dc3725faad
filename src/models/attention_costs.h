// What the weights of attention to the source add to what training minimises (Xu et al. 2015):
//
//   hard attention   -Σ_t [(R_t - b_t) log α_t,s_t + λ_e H[α_t]]        (equation 11, section 4.1)
//   doubly           λ Σ_s (1 - Σ_t α_ts)²                              (equation 14)
//
// s_t is the position that was drawn at step t, R_t = Σ_{u≥t} log p(y_u) the reward of the words
// from there on, and b_t what it is compared with: the baseline b for each of these words.
#pragma once

#include <span>
#include <vector>

#include "attention/weights.h"
#include "models/autoregressive_model.h"
#include "ops/choose_positions.h"
#include "support/random.h"

namespace alinea {

struct AttentionCosts {
  bool hard = false;
  bool drawn = false;                       // hard: positions were drawn, and are to be reinforced
  float entropy = 0;                        // λ_e, of hard attention
  float doubly_stochastic = 0;              // λ
  float baseline = 0;                       // b, nats per word
  std::span<const int64_t> positions = {};  // of each source, N

  bool any() const { return hard || doubly_stochastic > 0; }
};

// How so many sentences choose in training: about half of them draw, the others expect.
std::vector<ops::PositionChoice> drawn_choices(Random& random, int64_t sentences);

// The costs of a batch, [1], or nothing where there are none; `likelihood` has log p of its words
// by now. Heads choose by themselves; the penalty takes their mean.
Variable attention_costs(Tape& tape, std::span<const AttentionWeights> attention,
                         const Batch& batch, const Likelihood& likelihood,
                         const AttentionCosts& costs);

}  // namespace alinea
