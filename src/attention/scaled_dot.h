// The dot product, kept at the same variance for every size (Vaswani et al. 2017, section 3.2.1):
//   e_ts = q_tᵀ h_s / √H
#pragma once

#include <cmath>

#include "attention/dot.h"

namespace alinea {

class ScaledDotScore : public DotScore {
 public:
  ScaledDotScore(ParameterStore& store, const std::string& prefix, const AttentionSizes& sizes)
      : DotScore(store, prefix, sizes), scale_(1.0F / std::sqrt(static_cast<float>(sizes.query))) {}

  Variable energies(Tape& tape, const Variable& query, const Variable& keys) const override {
    return ops::batched_dot(tape, query, keys, scale_);
  }

 private:
  float scale_;
};

}  // namespace alinea
