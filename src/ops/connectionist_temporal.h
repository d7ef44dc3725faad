// Connectionist temporal classification (Graves, Fernández, Gomez & Schmidhuber 2006): the
// probability of a sequence of labels without knowing which step says which.
#pragma once

#include <cstdint>
#include <span>

#include "autograd/tape.h"

namespace alinea::ops {

// N sequences of labels, one behind the other, and the steps that are to say them.
struct LabelSequences {
  std::span<const int64_t> steps;    // N, S_n
  std::span<const int32_t> labels;   // [Σ L_n]
  std::span<const int64_t> lengths;  // N, L_n
  int32_t blank;                     // the class that says no label, and is none
};

// logits [Σ S_n, C] of the steps, sequences one behind the other -> Σ_n -log p(labels_n), [1]:
//
//   p(l) = Σ_π Π_s softmax(logits_s)_{π_s}    over all π that are l once repeated classes have
//                                             become one and blanks have gone (equations 2 and 3)
//
// A sequence whose labels no π has, because it has too few steps, counts 0.
Variable ctc_loss(Tape& tape, const Variable& logits, const LabelSequences& sequences);

}  // namespace alinea::ops
