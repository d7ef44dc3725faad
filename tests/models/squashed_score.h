// The score that docs/tour.md adds as an example.
// The general score with bounded keys:
//   e_ts = q_tᵀ tanh(W h_s + b)
#pragma once

#include "attention/score.h"
#include "layers/linear.h"
#include "ops/activation.h"
#include "ops/batched_matmul.h"

namespace alinea {

class SquashedScore : public Score {
 public:
  SquashedScore(ParameterStore& store, const std::string& prefix, const AttentionSizes& sizes)
      : size_(sizes.query), key_(store, prefix + ".key", sizes.states, sizes.query) {}

  int64_t key_size() const override { return size_; }

  Variable keys(Tape& tape, const Variable& states) const override {
    return ops::tanh(tape, key_(tape, states));  // [N, S, Q]
  }

  Variable energies(Tape& tape, const Variable& query, const Variable& keys) const override {
    return ops::batched_dot(tape, query, keys);  // [N, T, S]
  }

 private:
  int64_t size_;
  Linear key_;
};

}  // namespace alinea
