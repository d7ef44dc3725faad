#include "models/word_level.h"

#include <algorithm>
#include <optional>

#include "ops/rows.h"
#include "ops/sum.h"

namespace alinea {

namespace {

using Words = std::span<const int32_t>;

// The sequences that are not empty, one behind the other, as far as the encoder reads them.
struct PresentWords {
  PresentWords(std::span<const Words> sequences, std::optional<int64_t> most) {
    for (size_t i = 0; i < sequences.size(); ++i) {
      if (sequences[i].empty()) continue;
      const size_t length =
          std::min(sequences[i].size(), static_cast<size_t>(most.value_or(sequences[i].size())));
      const Words words = sequences[i].first(length);
      ids.insert(ids.end(), words.begin(), words.end());
      lengths.push_back(static_cast<int64_t>(length));
      numbers.push_back(i);
    }
  }
  std::vector<int32_t> ids;
  std::vector<int64_t> lengths;
  std::vector<size_t> numbers;  // of all sequences
};

EncoderOptions with_features(const ClassifierOptions& options, int64_t features) {
  EncoderOptions encoder = options.words.options();
  encoder.features = features;
  return encoder;
}

SelfAttentionOf self_attention_of(const AttentionWeights& weights, int64_t n, int64_t length) {
  SelfAttentionOf kept{length};
  for (int64_t t = 0; t < length; ++t) kept.weights.append(weights.values(), n, t, length);
  return kept;
}

}  // namespace

WordLevel::WordLevel(ParameterStore& store, const ClassifierOptions& options, int64_t vocabulary,
                     int64_t features)
    : encoder_(
          make_encoder(options.words.encoder, store, with_features(options, features), vocabulary)),
      pooling_(make_pooling(options.pooling, store, "word.attention", encoder_->state_size())),
      ponder_cost_(static_cast<float>(options.words.transformer.ponder_cost)) {}

WordLevel::Read WordLevel::operator()(Tape& tape, std::span<const Words> sequences,
                                      const Keep& keep, const Variable& features) const {
  const auto count = static_cast<int64_t>(sequences.size());
  const PresentWords present(sequences, encoder_->most_words());
  Read read;
  read.weights.resize(keep.weights ? sequences.size() : 0);
  read.self_attention.resize(keep.self_attention ? sequences.size() : 0);
  if (present.lengths.empty()) {
    read.vectors = tape.zeros({count, size()});
    return read;
  }
  const Encoded encoded =
      (*encoder_)(tape, {present.ids, present.lengths, keep.self_attention, features});
  const Packing& packing = *encoded.layout.packing();
  const Pooled pooled = (*pooling_)(tape, encoded.states, {packing.offsets(), packing.active()});
  std::vector<int64_t> rows(sequences.size(), ops::kNoRow);
  for (size_t n = 0; n < present.numbers.size(); ++n) {
    const size_t i = present.numbers[n];
    const auto number = static_cast<int64_t>(n);
    rows[i] = encoded.layout.places()[n];
    if (keep.weights && pooled.weights) {
      read.weights[i] = weights_of(pooled.weights, encoded.layout, number);
      // Words that the encoder does not read weigh 0.
      read.weights[i].resize(sequences[i].size() * static_cast<size_t>(pooled.weights.columns()));
    }
    if (keep.self_attention && encoded.attention)
      read.self_attention[i] = self_attention_of(encoded.attention, number, present.lengths[n]);
  }
  read.vectors = ops::gather_rows(tape, pooled.vectors, rows);
  read.penalty = pooled.penalty;
  if (encoded.ponder)
    read.penalty =
        ops::add_present(tape, read.penalty, ops::scale(tape, encoded.ponder, ponder_cost_));
  return read;
}

}  // namespace alinea
