// The output layer for some words only: a copy of their rows, and the softmax over those that a
// sentence may have.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/autoregressive_model.h"

namespace alinea {

class OutputWords {
 public:
  // The words of each sentence of a batch, ascending. In the precision of the model.
  OutputWords(const AutoregressiveModel& model, std::span<const std::vector<int32_t>> words);

  // readout [R, H], each row of a sentence -> log p of every word, [R, V], -inf for those that the
  // row's sentence may not have. What comes out for a sentence does not depend on the others.
  Tensor log_probabilities(Tape& tape, const Variable& readout,
                           std::span<const int64_t> sentences) const;

 private:
  struct Choice {
    std::vector<int32_t> words;
    std::vector<int64_t> columns;  // where they stand among all that are copied
  };
  std::vector<Choice> choices_;  // of each sentence
  int64_t vocabulary_size_;
  ParameterStore store_;
  Parameter* weight_;  // [words, H]
  Parameter* bias_;
};

}  // namespace alinea
