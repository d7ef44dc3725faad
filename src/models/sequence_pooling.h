// What makes one vector of a sequence of states h_t, K numbers each (Yang et al. 2016, sections 2.2
// and 3.3; Lin et al. 2017).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "autograd/tape.h"
#include "layers/sequence_layout.h"
#include "ops/pooling.h"

namespace alinea {

struct Pooled {
  Variable vectors;       // [N, size()]
  Variable weights;       // α, a row for each row of the states, [R, rows()]; attention only
  Variable penalty = {};  // to be added to what is minimised, [1]; or nothing
};

// The rows of such weights that belong to a sequence of the layout, in its order; none of nothing.
std::vector<float> weights_of(const Variable& weights, const SequenceLayout& layout,
                              int64_t sequence);

class SequencePooling {
 public:
  SequencePooling() = default;
  SequencePooling(const SequencePooling&) = delete;
  SequencePooling& operator=(const SequencePooling&) = delete;
  virtual ~SequencePooling() = default;

  // Of the vector that it makes of a sequence.
  virtual int64_t size() const = 0;
  // states [R, K], R rows of N sequences as `steps` says.
  virtual Pooled operator()(Tape& tape, const Variable& states,
                            const ops::PackedSteps& steps) const = 0;
};

struct PoolingOptions {
  std::string kind = "attention";
  int64_t attention_size = 100;  // A
  int64_t rows = 10;             // r, of self-attentive
  double penalty = 1;            // λ, of self-attentive

  // Whether it has weights to show, and how many for each state.
  bool has_attention() const { return kind == "attention" || kind == "self-attentive"; }
  int64_t weight_rows() const { return kind == "self-attentive" ? rows : 1; }
};

//   attention       u_t = tanh(W h_t + b), α = softmax_t(u_tᵀ u_w), Σ α_t h_t. Parameters:
//                   `name`.weight [K, A], `name`.bias [A], `name`.context (u_w) [A]
//   self-attentive  A = softmax(W_2 tanh(W_1 Hᵀ)), the rows of A H one behind the other, with the
//                   penalty λ |A Aᵀ - I|² (Lin et al. 2017, equations 5 to 8). Parameters:
//                   `name`.inner.weight (W_1) [K, A], `name`.outer.weight (W_2) [A, r]
//   average         the mean over t of h_t
//   max             the elementwise maximum
//   first           h_1
//   last            h_T
std::vector<std::string> pooling_names();
// Those whose vector is of the size of a state.
std::vector<std::string> plain_pooling_names();

// Throws UsageError for a kind that is none of them.
std::unique_ptr<SequencePooling> make_pooling(const PoolingOptions& options, ParameterStore& store,
                                              const std::string& name, int64_t states);

}  // namespace alinea
