// Copying words of the source (See, Liu & Manning 2017, section 2.2): a gate says how much a word
// is written, and how much one of the source is pointed at by attention.
//
//   p_gen = σ(w · o_t + b)
//   p(y_t) = p_gen softmax(W_v o_t + b_v)_y + (1 - p_gen) Σ_{s: x_s = y} α_ts
//
// with α the mean over all heads. Words that the vocabulary does not have are numbered as OpenWords
// does; source and target have one vocabulary.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "attention/weights.h"
#include "layers/linear.h"
#include "layers/packing.h"
#include "models/target_words.h"

namespace alinea {

// Words of a batch's sources in columns: those of the vocabulary are their own, those of each
// sentence that it does not have stand behind it, in the order in which they come.
class SourceColumns {
 public:
  // ids one sentence behind the other, as Source has them; V words.
  SourceColumns(std::span<const int32_t> ids, std::span<const int64_t> lengths, int64_t vocabulary);

  // V and the most words that a sentence has beside.
  int64_t count() const { return vocabulary_ + most_; }
  // Of a sentence's positions.
  std::span<const int32_t> of(int64_t sentence) const { return columns_[sentence]; }
  // The column of a word, that of <unk> where the sentence has none of it; and back.
  int32_t column(int64_t sentence, int32_t word) const;
  int32_t word(int64_t sentence, int32_t column) const;

 private:
  int64_t vocabulary_, most_ = 0;
  std::vector<std::vector<int32_t>> columns_, others_;
};

class Copying {
 public:
  // Parameters: copy.gate as in Linear, [readout, 1].
  Copying(ParameterStore& store, int64_t readout) : gate_(store, "copy.gate", readout, 1) {}

  // What score_words takes of the readouts, of attention in blocks of steps, and of a batch whose
  // ids are open. The arena keeps it.
  CopyRows rows(Tape& tape, const Variable& readouts, std::span<const AttentionWeights> attention,
                const TargetWords& words, const Batch& batch) const;

  // What is known of a step, log p of the vocabulary [R, V], with what the source adds: [R,
  // columns]. `sentences`: of each row, among those of the batch.
  Tensor log_probabilities(Tape& tape, const DecoderStep& step, const Tensor& written,
                           const SourceColumns& columns, std::span<const int64_t> sentences) const;

 private:
  Linear gate_;
};

// The weights of all target words, packed, [rows, S]: the mean over the heads.
Variable packed_weights(Tape& tape, std::span<const AttentionWeights> attention,
                        const Packing& packing);

// Those that a vocabulary of V words has; <unk> in the place of others.
std::vector<int32_t> closed(std::span<const int32_t> ids, int64_t vocabulary);

}  // namespace alinea
