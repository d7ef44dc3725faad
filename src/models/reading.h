// Any number of questions through a reader, in batches of similar length.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/reader.h"

namespace alinea {

struct ReadingAnswer {
  // Spellings of the corpus with their probabilities, in descending order, the first of equals
  // before others: the candidates, or the different words of the document. Empty where the document
  // has no words.
  struct Choice {
    int32_t spelling;
    double probability;
  };
  std::vector<Choice> choices;
  // log P(answer) where there is an answer that stands in the document.
  double log_probability = 0;
  bool is_number = true;  // false: the model's numbers overflow
  // Where asked for: s [D], β [Q] of attention-over-attention and α [Q, D].
  std::vector<float> s, beta, alpha;
};

struct ReadingAnswerOptions {
  int64_t batch_size = 32;  // questions; long ones make smaller batches
  bool keep_weights = false;
};

// In the order of the questions, which are numbers in the corpus. Documents that are longer than
// the encoder reads are refused by an Error.
std::vector<ReadingAnswer> answer(const Reader& model, const ReadingCorpus& corpus,
                                  std::span<const int64_t> questions,
                                  const ReadingAnswerOptions& options = {});

}  // namespace alinea
