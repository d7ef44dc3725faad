// What is added to the loss for the weights of attention themselves (Xu et al. 2015, "Show, attend
// and tell", section 4).
#pragma once

#include <cstdint>
#include <span>

#include "autograd/tape.h"

namespace alinea::ops {

// Row `row` of the variable `part`, all but its last axis taken together.
struct WeightRow {
  int64_t part, row;
};

// A position that was chosen, and what that led to; kNoPosition of ops/choose_positions.h: none.
struct Reinforcement {
  WeightRow weights;
  int32_t position;
  float reward;
};

// -Σ_i r_i log α_i - λ Σ_i H[α_i], [1], where α_i is the weight of the position that was chosen,
// and H = -Σ_s α_s log α_s the entropy of its row. Its gradient is REINFORCE's (Williams 1992): the
// rewards count as constants. `weights` are the α, [..., S], S may differ.
Variable reinforcement(Tape& tape, std::span<const Variable> weights,
                       std::span<const Reinforcement> chosen, float entropy);

// A row that sentence n looks with, and the words of its source.
struct LookingRow {
  WeightRow weights;
  int64_t sentence, length;
};

// scale Σ_n Σ_s (1 - share Σ_i α_is)², [1], over the rows i of each sentence n and the words s of
// its source: every word is to be looked at as much as any other (equation 14). Sentences are
// numbered from 0.
Variable uneven_attention(Tape& tape, std::span<const Variable> weights,
                          std::span<const LookingRow> rows, float share, float scale);

}  // namespace alinea::ops
