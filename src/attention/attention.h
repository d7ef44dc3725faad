// Attention of one head or several. A single one compares the query with the states themselves and
// sums them up. Several look at projections of their own, of d = A / heads each, and their contexts
// stand side by side (Vaswani et al. 2017, section 3.2.2, without the last projection, which is the
// decoder's):
//
//   [q^1_t ; ... ; q^h_t] = W_q q_t + b_q,  of keys and values W_k h_s + b_k and W_v h_s + b_v
//   c_t = [c^1_t ; ... ; c^h_t],  c^i_t = attend^i(q^i_t, k^i, v^i)
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "attention/head.h"
#include "attention/weights.h"
#include "layers/linear.h"

namespace alinea {

class Attention {
 public:
  // Parameters under `prefix`: those of a head, or, of several (and of one that is projected), the
  // projections `prefix`.project.query, .keys and .values as in Linear, and those of each head
  // under `prefix`.headI with I from 0. A score that compares no keys has no projection of them.
  // Throws UsageError where the heads do not divide A, or the score refuses the sizes.
  Attention(ParameterStore& store, const std::string& prefix, const AttentionOptions& options,
            const AttentionSizes& sizes);

  int64_t heads() const { return static_cast<int64_t>(heads_.size()); }
  // Of c_t: what the states have, or A of several heads.
  int64_t context_size() const { return context_size_; }
  // Whether steps leave their weights to later ones: with coverage, and location-aware attention.
  bool carries_weights() const { return carries_weights_; }
  // What the first step finds in their place, [N, S] of each head.
  std::vector<Variable> first_weights(Tape& tape, int64_t sentences, int64_t positions) const;

  // states [N, S, K] -> the blocks of a memory, [N, S, ...] each.
  std::vector<Variable> remember(Tape& tape, const Variable& states) const {
    return remember(tape, states, states);
  }
  // The same where what is compared is not what is summed up: keys and values [N, S, K].
  std::vector<Variable> remember(Tape& tape, const Variable& keys, const Variable& values) const;

  struct Result {
    Variable context;  // c_t, [N, T, context_size()]
    AttentionWeights weights;
  };
  // query [N, T, Q] at the T target positions, counted from 1. `carried`: where steps carry
  // weights, those of each head, as AttentionHead has it; else empty. Weights that nobody keeps may
  // be left out; where nothing is learned either, memory does not grow with T * S.
  Result operator()(Tape& tape, const Variable& query, const AttentionMemory& memory,
                    std::span<const int64_t> positions, std::span<Variable> carried = {},
                    bool keep_weights = true) const;

 private:
  struct Projections {
    Linear query;
    std::optional<Linear> keys;
    Linear values;
  };
  Result one_by_one(Tape& tape, const Variable& query, const AttentionMemory& memory,
                    std::span<const int64_t> positions, std::span<Variable> carried) const;
  Result few_steps_at_a_time(Tape& tape, const Variable& query, const AttentionMemory& memory,
                             std::span<const int64_t> positions) const;
  Result all_at_once(Tape& tape, const Variable& query, const AttentionMemory& memory,
                     bool keep_weights) const;

  int64_t context_size_;
  bool carries_weights_;
  bool is_scaled_dot_;  // of several heads, and nothing else: then they are one operation
  float dropout_;
  std::vector<AttentionHead> heads_;
  std::optional<Projections> projections_;
};

}  // namespace alinea
