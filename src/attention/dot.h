// Luong, Pham & Manning (2015), section 3.1, dot:
//   e_ts = q_tᵀ h_s
#pragma once

#include "attention/score.h"
#include "ops/batched_matmul.h"
#include "support/error.h"

namespace alinea {

class DotScore : public Score {
 public:
  DotScore(ParameterStore& /*store*/, const std::string& /*prefix*/, const AttentionSizes& sizes)
      : size_(sizes.states) {
    if (sizes.query != sizes.states)
      throw UsageError(
          "expected decoder and encoder states of the same size for a dot product, got {} and {}: "
          "make them equal, or use attention general",
          sizes.query, sizes.states);
  }

  int64_t key_size() const override { return size_; }

  Variable energies(Tape& tape, const Variable& query, const Variable& keys) const override {
    return ops::batched_dot(tape, query, keys);
  }

 private:
  int64_t size_;
};

}  // namespace alinea
