// How two texts are compared word by word (Parikh et al. 2016, "A decomposable attention model for
// natural language inference"; Chen et al. 2017, equations 11 to 15 and 18 to 20). Y_s and h_t are
// the states of their words:
//
//   e_ts = h_t · Y_s / √K
//   h̃_t = Σ_s softmax_s(e_ts) Y_s,  Ỹ_s = Σ_t softmax_t(e_ts) h_t
//   c(x, x̃) = max(0, [x; x̃; |x - x̃|; x ∘ x̃] W_c + b_c)
//   v = [mean_t c(h_t, h̃_t); max_t c(h_t, h̃_t); mean_s c(Y_s, Ỹ_s); max_s c(Y_s, Ỹ_s)]
//   h* = tanh(v W_v + b_v)
//
// Of a text without words the mean and the maximum are 0, and what is seen in it is 0.
#pragma once

#include <vector>

#include "layers/linear.h"
#include "layers/sequence_layout.h"
#include "models/pair_look.h"

namespace alinea {

class PairComparison {
 public:
  // Parameters: pair.compare as in Linear, [4K, K], and pair.combine, [4K, K].
  PairComparison(ParameterStore& store, int64_t states, float dropout);

  // N texts.
  struct Texts {
    Variable states;  // [rows, K], as `layout` packs them; nothing where all are empty
    const SequenceLayout& layout;
  };
  struct Result {
    Variable vectors;  // h* [N, K]
    // Of each pair, where they are kept: the hypothesis at the premise, and the reverse.
    std::vector<PairLook> of_hypotheses = {}, of_premises = {};
  };
  Result operator()(Tape& tape, const Texts& premises, const Texts& hypotheses,
                    bool keep_weights) const;

 private:
  // [mean; max] of c over the words of each text, [N, 2K].
  Variable compared(Tape& tape, const Texts& texts, const Variable& seen) const;

  int64_t size_;  // K
  float dropout_;
  Linear compare_, combine_;
};

}  // namespace alinea
