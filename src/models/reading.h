// Any number of questions through a reader, in batches of similar length.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "models/reader.h"

namespace alinea {

struct ReadingAnswer {
  // Spellings of the corpus with their probabilities, in descending order, the first of equals
  // before others: the candidates, or the different words of the document.
  struct Choice {
    int32_t spelling;
    double probability;
  };
  std::vector<Choice> choices;
  // log P(answer) where there is an answer that stands in the document; NaN where numbers overflow.
  double log_probability = 0;
  // Why there is no answer, or nothing: the document has no words, the encoder has no positions for
  // all words of a text, or the model's numbers overflow.
  std::string fault = {};
  // Where asked for: s [D], β [Q] of attention-over-attention and α [Q, D].
  std::vector<float> s, beta, alpha;
};

struct ReadingAnswerOptions {
  int64_t batch_size = 32;  // questions; long ones make smaller batches
  bool keep_weights = false;
};

// In the order of the questions, which are numbers in the corpus.
std::vector<ReadingAnswer> answer(const Reader& model, const ReadingCorpus& corpus,
                                  std::span<const int64_t> questions,
                                  const ReadingAnswerOptions& options = {});
// All of the corpus.
std::vector<ReadingAnswer> answer(const Reader& model, const ReadingCorpus& corpus,
                                  const ReadingAnswerOptions& options = {});

}  // namespace alinea
