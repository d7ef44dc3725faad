// Luong, Pham & Manning (2015), section 3.1, general:
//   e_ts = q_tᵀ W h_s
#pragma once

#include <algorithm>

#include "attention/score.h"
#include "layers/linear.h"
#include "ops/batched_matmul.h"

namespace alinea {

class GeneralScore : public Score {
 public:
  GeneralScore(ParameterStore& store, const AttentionSizes& sizes)
      : key_(store, "attention.key", sizes.states, sizes.query, Bias::kNone) {
    // One step of Adam moves every weight by about the learning rate, and with it an energy by a
    // sum over all of W. Unchecked, wide models saturate within ten updates, on whatever word looks
    // best before anything else is learned (docs/decisions/0009).
    constexpr double kNarrow = 64;  // units up to which nothing needs to be done
    key_.weight().scale_rate(std::min(1.0, kNarrow / static_cast<double>(sizes.query)));
  }

  Variable keys(Tape& tape, const Variable& states) const override {
    return key_(tape, states);  // W h_s, [N, S, Q]
  }

  Variable energies(Tape& tape, const Variable& query, const Variable& keys) const override {
    return ops::batched_dot(tape, query, keys);
  }

 private:
  Linear key_;
};

}  // namespace alinea
