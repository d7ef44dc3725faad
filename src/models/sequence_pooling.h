// What makes one vector of a sequence of states h_t (Yang et al. 2016, sections 2.2 and 3.3).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "autograd/tape.h"
#include "ops/pooling.h"

namespace alinea {

struct Pooled {
  Variable vectors;  // [N, K]
  Variable weights;  // α, one weight per row, [R]; attention only
};

class SequencePooling {
 public:
  SequencePooling() = default;
  SequencePooling(const SequencePooling&) = delete;
  SequencePooling& operator=(const SequencePooling&) = delete;
  virtual ~SequencePooling() = default;

  // states [R, K], R rows of N sequences as `steps` says.
  virtual Pooled operator()(Tape& tape, const Variable& states,
                            const ops::PackedSteps& steps) const = 0;
};

struct PoolingSizes {
  int64_t states, attention;  // K, A
};

//   attention  u_t = tanh(W h_t + b), α = softmax_t(u_tᵀ u_w), Σ α_t h_t. Parameters: `name`.weight
//              [K, A], `name`.bias [A], `name`.context (u_w) [A]
//   average    the mean over t of h_t
//   max        the elementwise maximum
std::vector<std::string> pooling_names();

// Throws UsageError for a kind that is none of them.
std::unique_ptr<SequencePooling> make_pooling(const std::string& kind, ParameterStore& store,
                                              const std::string& name, const PoolingSizes& sizes);

}  // namespace alinea
