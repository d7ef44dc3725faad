// The scores of a linear chain as plain numbers.
#pragma once

#include <cstdint>

#include "ops/check.h"
#include "ops/linear_chain_crf.h"

namespace alinea::ops {

struct Chain {
  explicit Chain(const ChainScores& scores)
      : tags(scores.emissions.columns()),
        emissions(scores.emissions.value()),
        transitions(scores.transitions.value()),
        start(scores.start.value()),
        end(scores.end.value()) {}

  const float* emission(int64_t row) const { return emissions + row * tags; }
  const float* from(int64_t tag) const { return transitions + tag * tags; }

  int64_t tags;  // C
  const float *emissions, *transitions, *start, *end;
};

inline void check_scores(const ChainScores& scores, const char* operation) {
  const int64_t tags = scores.emissions.columns();
  check(scores.transitions.rows() == tags && scores.transitions.columns() == tags, operation,
        "the transitions", tags * tags, scores.transitions.elements());
  check(scores.start.elements() == tags, operation, "the start", tags, scores.start.elements());
  check(scores.end.elements() == tags, operation, "the end", tags, scores.end.elements());
}

}  // namespace alinea::ops
