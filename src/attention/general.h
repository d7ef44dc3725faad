// Luong, Pham & Manning (2015), section 3.1, general:
//   e_ts = q_tᵀ W h_s
#pragma once

#include "attention/score.h"
#include "layers/linear.h"
#include "ops/batched_matmul.h"

namespace alinea {

class GeneralScore : public Score {
 public:
  GeneralScore(ParameterStore& store, const std::string& prefix, const AttentionSizes& sizes)
      : size_(sizes.query), key_(store, prefix + ".key", sizes.states, sizes.query, Bias::kNone) {
    key_.weight().scale_normalized_rate(rate_share(64, sizes.query));
  }

  int64_t key_size() const override { return size_; }

  Variable keys(Tape& tape, const Variable& states) const override {
    return key_(tape, states);  // W h_s, [N, S, Q]
  }

  Variable energies(Tape& tape, const Variable& query, const Variable& keys) const override {
    return ops::batched_dot(tape, query, keys);
  }

 private:
  int64_t size_;
  Linear key_;
};

}  // namespace alinea
