// An encoder and a decoder that are nowhere in src: what a part has to provide, and no more.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "layers/embedding.h"
#include "layers/linear.h"
#include "models/encoder_decoder.h"
#include "models/variants.h"
#include "ops/activation.h"
#include "ops/rows.h"

namespace alinea {

// Every word by itself: h_s = E x_s. It has no last states.
class WordEncoder : public Encoder {
 public:
  static constexpr int64_t kSize = 8;
  explicit WordEncoder(ParameterStore& store)
      : embedding_(store, "toy.embedding", TinyBatch::kSourceVocabulary, kSize) {}

  int64_t state_size() const override { return kSize; }
  Encoded operator()(Tape& tape, const Source& source) const override {
    Encoded encoded{{}, SequenceLayout(source.lengths), {}};
    encoded.states = embedding_(tape, packed_ids(source, encoded.layout));
    return encoded;
  }

 private:
  Embedding embedding_;
};

// Carries nothing from step to step: q_t = E y_{t-1} W, o_t = tanh([q_t ; attend(q_t)] W_o).
class WordDecoder : public Decoder {
 public:
  static constexpr int64_t kSize = 7;
  WordDecoder(ParameterStore& store, int64_t state_size)
      : embedding_(store, "toy.target", TinyBatch::kTargetVocabulary, kSize),
        attention_(store, "toy.attention", {.score = "general", .mode = "local-m", .window = 2},
                   {kSize, state_size, kSize}),
        readout_(store, "toy.readout", kSize + state_size, kSize) {}

  int64_t readout_size() const override { return kSize; }
  const Parameter* embedding() const override { return &embedding_.weight(); }

  DecoderState start(Tape& tape, int64_t /*sentences*/, const Encoded* encoded) const override {
    const std::span<const int64_t> lengths = encoded->layout.lengths();
    return {{},
            attention_.remember(tape, padded_states(tape, *encoded)),
            {lengths.begin(), lengths.end()}};
  }

  DecoderStep step(Tape& tape, std::span<const int32_t> words, DecoderState& state,
                   int64_t position) const override {
    const int64_t width = std::ssize(words) / state.sentences();
    const std::vector<int64_t> positions(static_cast<size_t>(width), position);
    const Variable query = embedding_(tape, words).reshaped({state.sentences(), width, kSize});
    const Attention::Result seen =
        attention_(tape, query, {state.blocks, state.lengths}, positions);
    const Variable both = ops::concatenate(tape, {query, seen.context});
    return {ops::tanh(tape, readout_(tape, both)).reshaped({std::ssize(words), kSize}),
            seen.weights};
  }

 private:
  Embedding embedding_;
  Attention attention_;
  Linear readout_;
};

struct PartsVariant {
  std::string name;
  ModelOptions options;
  EncoderDecoder::Parts parts;
};

// Each toy part with each part of src, and with the other.
inline std::vector<PartsVariant> toy_variants() {
  std::vector<PartsVariant> variants;
  for (const std::string cell : {"gru", "lstm"}) {
    for (const std::string decoder : {"bahdanau", "luong", "toy"}) {
      for (const std::string encoder : {"recurrent", "toy"}) {
        if (encoder == "recurrent" && decoder != "toy") continue;
        ModelOptions options;
        options.cell = cell;
        options.embedding_size = 7;
        options.hidden_size = 12;
        options.encoder_hidden_size = 5;
        options.attention_size = 9;
        options.attention = "general";
        options.dropout = 0;
        if (decoder != "toy") options.decoder = decoder;
        options = completed(options);
        variants.push_back(
            {cell + " " + encoder + " " + decoder,
             options,
             {[=](ParameterStore& store) -> std::unique_ptr<Encoder> {
                if (encoder == "toy") return std::make_unique<WordEncoder>(store);
                return make_encoder(encoder, store, encoder_options(options),
                                    TinyBatch::kSourceVocabulary);
              },
              [=](ParameterStore& store, int64_t state_size) -> std::unique_ptr<Decoder> {
                if (decoder == "toy") return std::make_unique<WordDecoder>(store, state_size);
                return make_decoder(decoder, store, decoder_options(options, state_size),
                                    TinyBatch::kTargetVocabulary);
              }}});
      }
    }
  }
  return variants;
}

inline std::unique_ptr<EncoderDecoder> random_model(const PartsVariant& variant, uint64_t seed) {
  auto model = std::make_unique<EncoderDecoder>(
      variant.options,
      EncoderDecoder::Vocabularies{TinyBatch::kSourceVocabulary, TinyBatch::kTargetVocabulary},
      ParameterStore::Gradients::kKept, variant.parts);
  Random random(seed);
  for (const Parameter& parameter : model->parameters().parameters())
    for (float& value : parameter.value()) value = 1.6F * random.uniform() - 0.8F;
  model->parameters().changed();
  return model;
}

}  // namespace alinea
