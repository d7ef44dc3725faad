// The Transformer's encoder (Vaswani et al. 2017, section 3.1): layers of self-attention and
// feed-forward. With `universal` it is one layer over and over (Dehghani et al. 2019, section 2.1).
// Where it is not bidirectional, a position sees those before it alone, as those of a causal
// language model do (Radford et al. 2018).
#pragma once

#include <optional>
#include <vector>

#include "encoders/encoder.h"
#include "layers/linear.h"
#include "layers/transformer_layer.h"

namespace alinea {

class TransformerEncoder : public Encoder {
 public:
  // Parameters: those of TransformerInput under encoder; encoder.features as in Linear, [F, d],
  // where words have features; encoder.layerL.self as in SelfAttention and
  // encoder.layerL.feed_forward as in FeedForward, with the norms of their Sublayers; pre: also
  // encoder.norm as in LayerNorm; halting: encoder.halting as in LayerSteps.
  TransformerEncoder(ParameterStore& store, const EncoderOptions& options, int64_t vocabulary);

  int64_t state_size() const override { return options_.size; }
  std::optional<int64_t> most_words() const override { return input_.positions().most(); }
  // Without last states.
  Encoded operator()(Tape& tape, const Source& source) const override;

 private:
  struct Layer {
    Sublayer around_self;
    SelfAttention self;
    Sublayer around_feed_forward;
    FeedForward feed_forward;
  };

  Variable input(Tape& tape, const Source& source, std::span<const int64_t> positions) const;

  TransformerOptions options_;
  double word_dropout_;
  SelfAttention::Sees sees_;
  TransformerInput input_;
  std::optional<Linear> features_;
  LayerSteps steps_;
  std::vector<Layer> layers_;
  std::optional<LayerNorm> norm_;
};

}  // namespace alinea
