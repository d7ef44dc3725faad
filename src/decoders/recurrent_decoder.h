// What recurrent decoders share: word vectors, the bridge, recurrent layers, attention, and the
// layout of what they carry from step to step. bahdanau_decoder.h and luong_decoder.h say when
// attention looks and what it feeds.
#pragma once

#include <optional>

#include "decoders/bridge.h"
#include "decoders/decoder.h"
#include "layers/embedding.h"
#include "layers/linear.h"

namespace alinea {

class RecurrentDecoder : public Decoder {
 public:
  const Parameter* embedding() const override { return &embedding_.weight(); }
  std::optional<Dropout> readout_dropout() const override { return dropout_; }
  DecoderState start(Tape& tape, int64_t sentences, const Encoded* encoded) const override;
  DecoderStep step(Tape& tape, std::span<const int32_t> words, DecoderState& state,
                   int64_t position) const override;
  Unrolled unroll(Tape& tape, const Targets& targets, DecoderState state) const override;

 protected:
  // Parameters: those of Bridge, decoder.embedding, attention.* as in Attention, attention.gate as
  // in Linear with a context gate, decoder.layerL as in RecurrentStack. `feed`: what the bottom
  // layer reads besides the word. With intra-attention the bridge's state is the first that a layer
  // looks at.
  RecurrentDecoder(ParameterStore& store, const DecoderOptions& options, int64_t vocabulary,
                   int64_t feed);

  // DecoderState::rows by name. Its blocks are the memory of attention.
  struct Rows {
    std::vector<RecurrentState> layers;
    Variable feed = {};                  // the last readout, [R, H]; input feeding only
    std::vector<Variable> carried = {};  // weights of steps before, [R, S] of each head
  };

  // A step at `position` (from 1), given E y_{t-1} [R, E]. What it gives for readout is what
  // `finish` makes readouts of.
  virtual DecoderStep advance(Tape& tape, const Variable& embedded, DecoderState& state,
                              int64_t position, const RecurrentStack::Draws& draws) const = 0;
  virtual Variable finish(Tape& /*tape*/, const Variable& unfinished) const { return unfinished; }

  Rows rows_of(const DecoderState& state) const;
  std::vector<Variable> to_rows(const Rows& rows) const;

  // Of queries [N, T, H] at the T target positions, with what the context gate leaves of the
  // context (Xu et al. 2015, section 4.2.1):
  //   c_t = β_t attend(q_t),  β_t = σ(w q_t + b)
  Attention::Result look(Tape& tape, const Variable& query, const DecoderState& state,
                         std::span<const int64_t> positions, std::span<Variable> carried,
                         bool keep_weights = true) const;
  // c_t [R, C] of queries [R, H]. Leaves its weights in `carried`, where steps carry them.
  Attention::Result attend(Tape& tape, const Variable& query, const DecoderState& state,
                           int64_t position, std::span<Variable> carried) const;

  // The weights of intra-attention [N, layers, T, T], of those that runs over one or more steps
  // told of each layer.
  static AttentionWeights intra_attention(Tape& tape, std::span<const std::vector<Variable>> runs,
                                          std::span<const int64_t> lengths);

  // E y_{t-1}, with dropout, of all steps at once; [rows, E].
  Variable embed(Tape& tape, const Targets& targets) const {
    return dropout_(tape, embedding_(tape, targets.words), targets.packing.active());
  }

  int64_t hidden_size() const { return hidden_size_; }
  const std::optional<Attention>& attention() const { return attention_; }
  const RecurrentStack& layers() const { return layers_; }

 private:
  int64_t hidden_size_;
  bool input_feeding_;
  Dropout dropout_;
  Bridge bridge_;
  Embedding embedding_;
  std::optional<Attention> attention_;
  std::optional<Linear> gate_;  // of the context
  RecurrentStack layers_;
};

// The size of c_t, 0 without attention.
int64_t context_size(const DecoderOptions& options);

}  // namespace alinea
