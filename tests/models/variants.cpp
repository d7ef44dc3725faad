#include "models/variants.h"

#include <fmt/format.h>

#include "attention/mode.h"
#include "attention/score.h"
#include "decoders/bridge.h"
#include "layers/recurrent.h"

namespace alinea {

namespace {

struct Wiring {
  std::string name;
  bool input_feeding;
  std::string readout;
};

ModelOptions tiny(const std::string& cell) {
  ModelOptions options;
  options.cell = cell;
  options.embedding_size = 7;
  options.hidden_size = 12;
  options.encoder_hidden_size = 6;
  options.attention_size = 9;
  options.attention_window = 1;
  options.source_positions = 5;  // fewer than the longest source of TinyBatch
  options.dropout = 0;
  return options;
}

}  // namespace

std::vector<Variant> all_variants() {
  const Wiring wirings[] = {{"bahdanau", false, "tanh"},
                            {"bahdanau", false, "maxout"},
                            {"luong", true, "tanh"},
                            {"luong", false, "tanh"}};
  const std::vector<std::string> bridges = bridge_names();
  std::vector<Variant> variants;
  size_t turn = 0;
  const auto add = [&](ModelOptions options, const Wiring& wiring) {
    options.decoder = wiring.name;
    options.input_feeding = wiring.input_feeding;
    options.readout = wiring.readout;
    variants.push_back(
        {fmt::format(
             "{} {} {} {}{} {} bridge={} layers={}{}{}{}{}", options.cell, options.attention,
             options.attention_mode, options.decoder, wiring.input_feeding ? "+feeding" : "",
             options.readout, options.bridge, options.encoder_layers,
             options.residual ? " residual" : "", options.layer_normalization ? " norm" : "",
             options.coverage ? " coverage" : "", options.attention_heads > 1 ? " heads" : ""),
         options});
  };
  for (const std::string& cell : cell_names()) {
    for (const Wiring& wiring : wirings) {
      for (const std::string& score : score_names()) {
        for (const std::string& mode : mode_names()) {
          ModelOptions options = tiny(cell);
          options.attention = score;
          options.attention_mode = mode;
          options.bridge = bridges[turn % bridges.size()];
          options.encoder_layers = options.decoder_layers = turn % 4 == 3 ? 2 : 1;
          ++turn;
          add(options, wiring);
          options.coverage = score != "location";
          if (turn % 4 == 0) add(options, wiring);
        }
        ModelOptions options = tiny(cell);
        options.attention = score;
        options.attention_heads = 3;
        options.attention_mode = mode_names()[turn % mode_names().size()];
        options.coverage = score != "location" && turn % 2 == 0;
        // The bias of the values moves all units of a maxout at once, over kinks that central
        // differences cannot cross.
        if (wiring.readout != "maxout") add(options, wiring);
      }
      ModelOptions options = tiny(cell);
      options.attention = "none";
      if (wiring.name == "bahdanau" || !wiring.input_feeding) add(options, wiring);
    }
  }
  ModelOptions forward = tiny("gru");
  forward.bidirectional = false;
  forward.encoder_hidden_size = 12;
  forward.decoder_layers = 2;
  add(forward, wirings[0]);
  ModelOptions tied = tiny("gru");
  tied.embedding_size = 12;
  tied.tie_embeddings = true;
  add(tied, wirings[2]);
  for (const std::string& cell : cell_names()) {
    for (const Wiring& wiring : wirings) {
      ModelOptions deep = tiny(cell);
      deep.encoder_layers = deep.decoder_layers = 3;
      deep.residual = turn++ % 3 != 0;
      deep.layer_normalization = turn % 2 == 0;
      add(deep, wiring);
    }
  }
  return variants;
}

std::unique_ptr<EncoderDecoder> random_model(const ModelOptions& options, uint64_t seed) {
  auto model = std::make_unique<EncoderDecoder>(
      options,
      EncoderDecoder::Vocabularies{TinyBatch::kSourceVocabulary, TinyBatch::kTargetVocabulary},
      ParameterStore::Gradients::kKept);
  Random random(seed);
  for (const Parameter& parameter : model->parameters().parameters()) {
    const std::string& name = parameter.name();
    const bool is_large = name == "output.weight" || name.starts_with("attention.") ||
                          name.ends_with("embedding.weight");
    // Heads multiply twice: with larger weights their softmaxes would underflow.
    const float large = options.attention_heads > 1 ? 0.7F : 1.4F;
    const float limit = is_large ? large : 0.5F;
    for (float& value : parameter.value()) value = limit * (2.0F * random.uniform() - 1.0F);
  }
  model->parameters().changed();
  return model;
}

TinyBatch::TinyBatch()
    : sources{{3, 4, 5, 6, 7}, {8, 9, 3}, {}, {10, 4, 8}},
      targets{{3, 4, 12}, {5, 6, 7, 8, 9, 10}, {11}, {}} {
  std::vector<SentencePair> pairs;
  for (size_t i = 0; i < sources.size(); ++i)
    pairs.push_back({sources[i], targets[i], static_cast<int64_t>(i)});
  batch = make_batch(pairs);
}

}  // namespace alinea
