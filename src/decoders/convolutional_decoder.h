// The decoder of convolutional sequence to sequence learning (Gehring et al. 2017, sections 3.2 to
// 3.5): blocks of gated convolutions over the words so far, each of which looks at the source
// (multi-step attention), or the last one alone does. Step by step it keeps the last k - 1 inputs
// of every block.
#pragma once

#include <optional>
#include <vector>

#include "attention/attention.h"
#include "decoders/decoder.h"
#include "layers/convolution.h"

namespace alinea {

class ConvolutionalDecoder : public Decoder {
 public:
  // Parameters: those of ConvolutionInput under decoder; where the encoder's states have not the
  // size E, decoder.source as in NormalisedLinear, [K, E]; decoder.layerL as in ConvolutionBlock
  // and, where it attends, decoder.layerL.cross as in Attention, decoder.layerL.query [C, E] and
  // decoder.layerL.context [context, C] as in NormalisedLinear; decoder.output likewise, [C, E].
  ConvolutionalDecoder(ParameterStore& store, const DecoderOptions& options, int64_t vocabulary);

  int64_t readout_size() const override { return options_.size; }
  std::optional<Dropout> readout_dropout() const override { return options_.dropout; }
  const Parameter* embedding() const override { return &input_.embedding().weight(); }

  DecoderState start(Tape& tape, int64_t sentences, const Encoded* encoded) const override;
  DecoderStep step(Tape& tape, std::span<const int32_t> words, DecoderState& state,
                   int64_t position) const override;
  // All steps at once. Words that are replaced are those of a first pass over the given ones.
  Unrolled unroll(Tape& tape, const Targets& targets, DecoderState state) const override;

 private:
  struct Cross {
    Attention attention;
    NormalisedLinear query, context;
  };
  struct Layer {
    ConvolutionBlock block;
    std::optional<Cross> cross;  // none where the block does not attend
  };
  // The queries of a block: those of N sentences, T each.
  struct Looks {
    const DecoderState& state;
    const Variable& vectors;             // g, [rows, E]
    std::vector<int64_t> positions;      // T, from 1
    std::vector<int64_t> padded, cells;  // as Packing has them; empty where rows are [N, T]
    std::vector<float> scales;           // √m of each row's source
    bool keep_attention;
    std::vector<AttentionWeights> weights;  // of the blocks
  };
  std::vector<float> source_scales(const DecoderState& state,
                                   std::span<const int64_t> sentences) const;
  Variable look(Tape& tape, const Variable& x, int64_t l, Looks& looks) const;

  ConvolutionOptions options_;
  bool scales_gradients_;
  ConvolutionInput input_;
  std::optional<NormalisedLinear> source_;
  std::vector<Layer> layers_;
  int64_t attentions_ = 0;  // of the last layers
  std::optional<NormalisedLinear> output_;
};

}  // namespace alinea
