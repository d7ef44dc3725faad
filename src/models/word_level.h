// The lower level of a document classifier: any encoder over the words of each sequence, and what
// makes one vector of its states.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "attention/weights.h"
#include "encoders/encoder.h"
#include "models/classifier_options.h"
#include "models/sequence_pooling.h"

namespace alinea {

// What the first so many words of a sequence looked at, [words, heads, words].
struct SelfAttentionOf {
  int64_t words = 0;
  KeptAttention weights = {};
};

class WordLevel {
 public:
  // Parameters: those of the encoder, of words with so many features, and word.attention as in
  // make_pooling.
  WordLevel(ParameterStore& store, const ClassifierOptions& options, int64_t vocabulary,
            int64_t features = 0);

  // Of the vectors that it puts out.
  int64_t size() const { return pooling_->size(); }
  // The longest sequence that it reads whole; nothing where there is no limit.
  std::optional<int64_t> most_words() const { return encoder_->most_words(); }

  struct Keep {
    bool weights = false;         // of pooling
    bool self_attention = false;  // of the encoder
  };
  // N sequences, empty ones among them.
  struct Read {
    Variable vectors;  // [N, size()], 0 for an empty sequence
    Variable penalty;  // to be added to what is minimised, [1]; or nothing
    // Where they are kept, of each sequence: α of its words [T, rows], 0 for words that the encoder
    // does not read; and what those that it reads looked at.
    std::vector<std::vector<float>> weights = {};
    std::vector<SelfAttentionOf> self_attention = {};
  };
  // features [words of all sequences, F], which are then read whole.
  Read operator()(Tape& tape, std::span<const std::span<const int32_t>> sequences, const Keep& keep,
                  const Variable& features = {}) const;

 private:
  std::unique_ptr<Encoder> encoder_;
  std::unique_ptr<SequencePooling> pooling_;
  float ponder_cost_;
};

}  // namespace alinea
