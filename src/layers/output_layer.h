// From a readout to the next word: p(y) = softmax(W_v · readout + b_v).
#pragma once

#include <string>

#include "autograd/tape.h"

namespace alinea {

class OutputLayer {
 public:
  // Parameters: `name`.weight [vocabulary, size], a row a word, unless `tied` takes its place, and
  // `name`.bias [vocabulary].
  OutputLayer(ParameterStore& store, const std::string& name, const Shape& shape,
              const Parameter* tied = nullptr);

  // readouts [R, size] -> [R, vocabulary]
  Variable logits(Tape& tape, const Variable& readouts) const;
  // The same as log p of every word.
  Tensor log_probabilities(Tape& tape, const Variable& readouts) const;

  int64_t vocabulary() const { return weight_.shape()[0]; }
  const Parameter& weight() const { return weight_; }
  const Parameter& bias() const { return bias_; }

 private:
  const Parameter& weight_;
  const Parameter& bias_;
};

}  // namespace alinea
