// Luong, Pham & Manning (2015), section 3.1, concat:
//   e_ts = vᵀ tanh(W [q_t ; h_s])
// computed as vᵀ tanh(W_q q_t + W_k h_s) with W = [W_q W_k], so that the part of the states is
// done once a sentence.
#pragma once

#include "attention/score.h"
#include "ops/additive_energy.h"
#include "ops/affine.h"

namespace alinea {

class ConcatScore : public Score {
 public:
  ConcatScore(ParameterStore& store, const std::string& prefix, const AttentionSizes& sizes)
      : sizes_(sizes),
        weight_(store.add(prefix + ".concat.weight", {sizes.query + sizes.states, sizes.attention},
                          glorot_limit(sizes.query + sizes.states, sizes.attention))),
        v_(store.add(prefix + ".v", {sizes.attention}, glorot_limit(sizes.attention, 1))) {}

  int64_t key_size() const override { return sizes_.attention; }

  Variable keys(Tape& tape, const Variable& states) const override {
    const Variable rows = tape.slice(tape.use(weight_), sizes_.query, sizes_.states);
    return ops::affine(tape, states, rows);  // W_k h_s, [N, S, A]
  }

  Variable energies(Tape& tape, const Variable& query, const Variable& keys) const override {
    const Variable rows = tape.slice(tape.use(weight_), 0, sizes_.query);
    return ops::additive_energy(tape, ops::affine(tape, query, rows), keys, tape.use(v_));
  }

 private:
  AttentionSizes sizes_;
  const Parameter& weight_;
  const Parameter& v_;
};

}  // namespace alinea
