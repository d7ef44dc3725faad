// How a hypothesis attends to a premise (Rocktäschel et al. 2016, equations 7 to 14). Y has the
// states of the premise's words as rows, h_t are those of the hypothesis and h_N is its last one.
//
//   none           h* = tanh(W_x h_N)
//   last           α = softmax(w tanh(W_y Y + W_h h_N)),  r = Y α,  h* = tanh(W_p r + W_x h_N)
//   word-by-word   α_t = softmax(w tanh(W_y Y + W_h h_t + W_r r_{t-1})),
//                  r_t = Y α_t + tanh(W_t r_{t-1}),  h* = tanh(W_p r_N + W_x h_N),  r_0 = 0
//
// Of an empty premise Y α is 0. "two-way" attends word by word in both directions, with the same
// parameters; what reads the texts sees to that.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "layers/linear.h"
#include "layers/sequence_layout.h"
#include "ops/window.h"

namespace alinea {

class PremiseAttention {
 public:
  static std::vector<std::string> names();
  // How often a hypothesis looks at its premise.
  enum class Looks { kNever, kOnce, kAtEachWord };

  // Parameters, each [K, K] but the third: pair.premise.weight (W_y), pair.hypothesis.weight (W_h)
  // and pair.v (w) [K] but for none; pair.recurrent.weight (W_r) and pair.transition.weight (W_t)
  // of word-by-word and two-way; pair.read.weight (W_p) but for none; pair.last.weight (W_x).
  // Throws UsageError for another name.
  PremiseAttention(ParameterStore& store, const std::string& name, int64_t states);

  // N premises, some of them perhaps empty.
  struct Premises {
    Variable states;  // [rows, K], as `layout` packs them; nothing where all are empty
    const SequenceLayout& layout;
  };
  // N hypotheses of at least one step.
  struct Hypotheses {
    Variable states;  // [rows, K], as `layout` packs them
    const SequenceLayout& layout;
    Variable last;  // h_N [N, K], in the order of the sequences
  };
  struct Result {
    Variable vectors;  // h* [N, K], in the order of the sequences
    // α of each step [a, 1, S], of the first a hypotheses as the layout packs them, 0 behind the
    // premise's last word. "last" has one step.
    std::vector<Variable> weights;
  };
  Result operator()(Tape& tape, const Premises& premises, const Hypotheses& hypotheses) const;

 private:
  // What is looked at, in the order of the hypotheses' packing.
  struct Memory {
    Variable states, keys;                 // Y and W_y Y, [N, S, K]
    std::span<const ops::Window> windows;  // N
  };
  Memory remember(Tape& tape, const Premises& premises, const SequenceLayout& hypotheses) const;
  // Y α [a, K] for queries [a, K] of the first a hypotheses.
  Variable look(Tape& tape, const Memory& memory, const Variable& queries,
                std::vector<Variable>& weights) const;
  // r_N [N, K], in the order of the packing.
  Variable read_words(Tape& tape, const Memory& memory, const Hypotheses& hypotheses,
                      std::vector<Variable>& weights) const;

  Looks looks_;
  int64_t size_;                                         // K
  std::optional<Linear> premise_, hypothesis_;           // W_y, W_h
  const Parameter* v_ = nullptr;                         // w
  std::optional<Linear> recurrent_, transition_, read_;  // W_r, W_t, W_p
  Linear last_;                                          // W_x
};

}  // namespace alinea
