// The targets of a batch as decoders read them and as the loss is counted over them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "layers/packing.h"
#include "models/autoregressive_model.h"

namespace alinea {

// What readouts are to say, a word for each row, and by which sentence.
struct ScoredWords {
  std::span<const int32_t> words;
  std::span<const int64_t> sentences;
};

// Packed: for each row of the packing, what is read, what is to be said, and by which sentence.
struct TargetWords {
  explicit TargetWords(const Batch& batch);

  Packing packing;
  std::vector<int32_t> previous;   // y_{t-1}
  std::vector<int32_t> next;       // y_t
  std::vector<int64_t> sentences;  // n

  ScoredWords scored() const { return {next, sentences}; }
};

// What a copying model adds, for each of the rows that are scored.
struct CopyRows {
  Variable gates, alpha;             // [rows, 1], [rows, S]
  std::span<const uint8_t> matches;  // [rows, S]: 1 where the source has the word
};

// What a batch's likelihood starts from: nothing of any sentence.
Likelihood empty_likelihood(int64_t sentences);

// The loss of the readouts [rows, H] of all words. Adds log p of each to its sentence of the
// likelihood. Where nothing is learned, only so many logits are in memory at a time. `copies`: of a
// model that copies, or nullptr.
Variable score_words(Tape& tape, const OutputLayer& output, const Variable& readouts,
                     const ScoredWords& scored, float label_smoothing, Likelihood& likelihood,
                     const CopyRows* copies = nullptr);

}  // namespace alinea
