#include "encoders/transformer_encoder.h"

#include <fmt/format.h>

#include "layers/word_dropout.h"
#include "ops/rows.h"
#include "ops/sum.h"

namespace alinea {

TransformerEncoder::TransformerEncoder(ParameterStore& store, const EncoderOptions& options,
                                       int64_t vocabulary)
    : options_(options.transformer),
      word_dropout_(options.word_dropout),
      sees_(options.bidirectional ? SelfAttention::Sees::kAll : SelfAttention::Sees::kPast),
      input_(store, "encoder", options_, vocabulary),
      features_(options.features > 0 ? std::make_optional<Linear>(store, "encoder.features",
                                                                  options.features, options_.size)
                                     : std::nullopt),
      steps_(store, "encoder", options_) {
  for (int64_t l = 0; l < (options_.universal ? 1 : options_.layers); ++l) {
    const std::string name = fmt::format("encoder.layer{}", l);
    const std::string self = name + ".self", feed_forward = name + ".feed_forward";
    layers_.push_back({Sublayer(store, self, options_), SelfAttention(store, self, options_, sees_),
                       Sublayer(store, feed_forward, options_),
                       FeedForward(store, feed_forward, options_)});
  }
  if (options_.norm == NormPlace::kPre) norm_.emplace(store, "encoder.norm", options_.size);
}

Variable TransformerEncoder::input(Tape& tape, const Source& source,
                                   std::span<const int64_t> positions) const {
  if (source.vectors) return input_.of_vectors(tape, source.vectors, positions);
  std::vector<int32_t> words(source.ids.begin(), source.ids.end());
  drop_words(tape, word_dropout_, words);
  return input_(tape, words, positions);
}

Encoded TransformerEncoder::operator()(Tape& tape, const Source& source) const {
  const std::vector<int64_t> positions = positions_within(source.lengths);
  Variable x = input(tape, source, positions);  // [rows, d], sentences one behind the other
  if (features_) x = ops::add(tape, x, (*features_)(tape, source.features));
  std::vector<AttentionWeights> weights;
  // Weights are those of all steps, whatever other positions need.
  const LayerSteps::Result result =
      steps_(tape, x, /*all=*/source.keep_attention, [&](Variable state, int64_t l) {
        const Layer& layer = options_.universal ? layers_[0] : layers_[l];
        state = input_.before_layer(tape, state, positions, l);
        Variable alpha;
        state = layer.around_self(tape, state, [&](const Variable& y) {
          return layer.self(tape, y, source.lengths, source.keep_attention ? &alpha : nullptr);
        });
        if (alpha)
          weights.push_back(
              self_attention(tape, alpha, source.lengths, sees_ == SelfAttention::Sees::kPast));
        return layer.around_feed_forward(
            tape, state, [&](const Variable& y) { return layer.feed_forward(tape, y); });
      });
  x = result.output;
  if (norm_) x = (*norm_)(tape, x);
  Encoded encoded{{}, SequenceLayout(source.lengths), {}};
  encoded.attention = joined(tape, weights, std::ssize(weights));
  if (encoded.attention)
    encoded.attention.taken = taken_by_sentence(tape, result.taken, source.lengths);
  encoded.ponder = result.ponder;
  encoded.states = ops::gather_rows(tape, x, packed_rows(encoded.layout));
  return encoded;
}

}  // namespace alinea
