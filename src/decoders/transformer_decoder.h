// The Transformer's decoder (Vaswani et al. 2017, section 3.1): layers of masked self-attention,
// attention to the encoder and feed-forward. Step by step it keeps the keys and values of the
// positions so far, so that a step costs what one position costs. With `universal` it is one layer
// over and over (Dehghani et al. 2019, section 2.1).
#pragma once

#include <optional>
#include <vector>

#include "attention/attention.h"
#include "decoders/decoder.h"
#include "layers/transformer_layer.h"

namespace alinea {

class TransformerDecoder : public Decoder {
 public:
  // Parameters: those of TransformerInput under decoder; decoder.layerL.self as in SelfAttention,
  // decoder.layerL.cross as in Attention, decoder.layerL.cross.output as in Linear and
  // decoder.layerL.feed_forward as in FeedForward, with the norms of their Sublayers; pre: also
  // decoder.norm as in LayerNorm; halting: decoder.halting as in LayerSteps.
  TransformerDecoder(ParameterStore& store, const DecoderOptions& options, int64_t vocabulary);

  int64_t readout_size() const override { return options_.size; }
  const Parameter* embedding() const override { return &input_.embedding().weight(); }

  DecoderState start(Tape& tape, int64_t sentences, const Encoded* encoded) const override;
  DecoderStep step(Tape& tape, std::span<const int32_t> words, DecoderState& state,
                   int64_t position) const override;
  // All steps at once. Words that are replaced are those of a first pass over the given ones.
  Unrolled unroll(Tape& tape, const Targets& targets, DecoderState state) const override;
  // Layers are computed up to the attention that is wanted, and no further.
  AttentionWeights full_context_attention(Tape& tape, const Targets& words,
                                          const DecoderState& state, int64_t layers) const override;

 private:
  // Attention to the encoder, and the projection W_O behind it.
  struct Cross {
    Attention attention;
    Linear output;
  };
  struct Layer {
    Sublayer around_self;
    SelfAttention self;
    std::optional<Sublayer> around_cross;  // none without attention
    std::optional<Cross> cross;
    Sublayer around_feed_forward;
    FeedForward feed_forward;
  };
  // The words of all steps, sentences one behind the other.
  struct Rows {
    explicit Rows(const Targets& targets);
    std::span<const int64_t> lengths;
    std::vector<int64_t> of_packed;      // the row of each packed word
    std::vector<int64_t> padded, cells;  // from rows to [N, T] and back
    std::vector<int64_t> positions;      // within the sentence, from 0
    std::vector<int32_t> words;
  };
  // Attention of layer l to the encoder with all around it, x [rows, d]. Where weights are wanted,
  // adds its own.
  Variable look_at_source(Tape& tape, const Variable& x, int64_t l, const Rows& rows,
                          const DecoderState& state, std::vector<AttentionWeights>* weights) const;

  // The layer that step l of the network is, and its blocks of the state.
  const Layer& layer(int64_t l) const { return layers_[options_.universal ? 0 : l]; }
  std::span<const Variable> memory(const DecoderState& state, int64_t l) const;

  TransformerOptions options_;
  TransformerInput input_;
  LayerSteps steps_;
  std::vector<Layer> layers_;
  std::optional<LayerNorm> norm_;
};

}  // namespace alinea
