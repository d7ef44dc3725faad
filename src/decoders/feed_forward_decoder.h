// The decoder of attention-based summarization (Rush, Chopra & Weston 2015, section 3.1): a
// feed-forward language model over the last C words, beside what an encoder makes of the source.
//
//   ỹ_t = [E y_{t-C} ; ... ; E y_{t-1}],  <s> in front of the first word
//   h_t = tanh(U ỹ_t + b)
//   p(y_t) = softmax(V h_t + W enc(x, ỹ'_t) + b_v)
//
// With attention enc is a sum of states, each the mean of its neighbourhood, weighted by the states
// themselves and the same words with vectors of their own (section 3.2); without, the states' mean.
#pragma once

#include <optional>

#include "attention/attention.h"
#include "decoders/decoder.h"
#include "layers/embedding.h"
#include "layers/linear.h"

namespace alinea {

class FeedForwardDecoder : public Decoder {
 public:
  // Parameters: decoder.embedding.weight, decoder.hidden as in Linear, [C E, H]; with attention
  // decoder.query.weight, word vectors as the embedding's, and attention.* as in Attention.
  FeedForwardDecoder(ParameterStore& store, const DecoderOptions& options, int64_t vocabulary);

  // [h_t ; enc]
  int64_t readout_size() const override { return hidden_size_ + context_size_; }
  std::optional<Dropout> readout_dropout() const override { return dropout_; }
  const Parameter* embedding() const override { return &embedding_.weight(); }

  DecoderState start(Tape& tape, int64_t sentences, const Encoded* encoded) const override;
  DecoderStep step(Tape& tape, std::span<const int32_t> words, DecoderState& state,
                   int64_t position) const override;
  // All steps at once. Words that are replaced are those of a first pass over the given ones.
  Unrolled unroll(Tape& tape, const Targets& targets, DecoderState state) const override;

 private:
  // The last C words of each row in vectors, [R, C E].
  struct LastWords {
    Variable hidden, query;  // of h, and of attention
  };
  Variable smoothed(Tape& tape, const Encoded& encoded) const;
  Variable hidden(Tape& tape, const Variable& words, std::span<const int64_t> active) const;
  LastWords last_words(Tape& tape, std::span<const int32_t> words) const;

  int64_t context_, smoothing_, hidden_size_, context_size_;
  Dropout dropout_;
  Embedding embedding_;
  Linear hidden_;
  std::optional<Embedding> query_;
  std::optional<Attention> attention_;
};

}  // namespace alinea
