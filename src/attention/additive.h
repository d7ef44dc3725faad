// Bahdanau, Cho & Bengio (2015), appendix A.1.2:
//   e_ts = vᵀ tanh(W_q q_t + W_k h_s + b)
#pragma once

#include "attention/score.h"
#include "layers/linear.h"
#include "ops/additive_energy.h"

namespace alinea {

class AdditiveScore : public Score {
 public:
  AdditiveScore(ParameterStore& store, const std::string& prefix, const AttentionSizes& sizes)
      : query_(store, prefix + ".query", sizes.query, sizes.attention, Bias::kNone),
        key_(store, prefix + ".key", sizes.states, sizes.attention),
        v_(store.add(prefix + ".v", {sizes.attention}, glorot_limit(sizes.attention, 1))) {}

  int64_t key_size() const override { return v_.shape().elements(); }

  Variable keys(Tape& tape, const Variable& states) const override {
    return key_(tape, states);  // W_k h_s + b, [N, S, A]
  }

  Variable energies(Tape& tape, const Variable& query, const Variable& keys) const override {
    return ops::additive_energy(tape, query_(tape, query), keys, tape.use(v_));
  }

 private:
  Linear query_, key_;
  const Parameter& v_;
};

}  // namespace alinea
