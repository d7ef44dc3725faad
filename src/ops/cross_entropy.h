// Softmax and cross-entropy in one operation, and the softmax alone for the search.
#pragma once

#include <span>

#include "autograd/tape.h"

namespace alinea::ops {

struct CrossEntropy {
  Variable loss;  // [1], the sum over all rows: what training minimises
  // log p(target) of every row. Without label smoothing and row weights, loss = -sum.
  std::span<const float> log_probabilities;
};

// logits [R, V], targets R. With label smoothing ε (Szegedy et al. 2016, section 7) the target
// distribution is (1 - ε) on the target and ε / V on every word:
// loss = -Σ_r w_r [(1 - ε) log p(y_r) + ε / V Σ_v log p(v)], with row weights w_r of 1 where none
// are given. On the way back the gradient takes the place of the logits.
CrossEntropy cross_entropy(Tape& tape, const Variable& logits, std::span<const int32_t> targets,
                           float label_smoothing = 0, std::span<const float> row_weights = {});

// logits [R, V] -> log softmax, in place: for inference.
void log_softmax(Tensor logits);

}  // namespace alinea::ops
