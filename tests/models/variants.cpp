#include "models/variants.h"

#include <fmt/format.h>

#include "attention/mode.h"
#include "attention/score.h"
#include "decoders/bridge.h"
#include "layers/positions.h"
#include "layers/recurrent.h"
#include "layers/transformer_layer.h"

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

// A Transformer with heads of 5 units. The decoder reads more words than there are learned
// positions.
ModelOptions tiny_transformer() {
  ModelOptions options = tiny("gru");
  options.architecture = "transformer";
  options.attention = "scaled-dot";
  options.embedding_size = 15;
  options.transformer.heads = 3;
  options.transformer.feed_forward_size = 11;
  options.encoder_layers = options.decoder_layers = 2;
  options.transformer.relative_window = 2;
  options.transformer.max_positions = 14;
  options.transformer.embedding_dropout = 0;
  return options;
}

std::string transformer_name(const ModelOptions& o) {
  const ModelOptions c = completed(o);
  return fmt::format("{}-{} {} {} {} norm={} {} positions={} layers={}/{} heads={}{}{}{}{}{}",
                     c.encoder, c.decoder, c.cell, c.attention, c.attention_mode,
                     c.transformer.norm, c.transformer.activation, c.transformer.positions,
                     c.encoder_layers, c.decoder_layers, c.transformer.heads,
                     c.transformer.universal ? " universal" : "",
                     c.transformer.halting ? " halting" : "", c.ties_output() ? " tied" : "",
                     c.input_feeding ? " feeding" : "", c.attention_heads > 1 ? " heads" : "");
}

}  // namespace

std::vector<Variant> transformer_variants() {
  std::vector<Variant> variants;
  const auto add = [&](const ModelOptions& options) {
    variants.push_back({transformer_name(options), options});
  };
  size_t turn = 0;
  for (const std::string& norm : norm_names())
    for (const std::string& positions : position_names())
      for (const bool universal : {false, true}) {
        ModelOptions options = tiny_transformer();
        options.transformer.norm = norm;
        options.transformer.positions = positions;
        options.transformer.universal = universal;
        options.transformer.activation = activation_names()[(turn / 2 + turn) % 2];
        options.encoder_layers = 1 + static_cast<int64_t>(turn % 3);
        if (turn++ % 4 == 1) options.tie_embeddings = "target-output";
        add(options);
      }
  for (const std::string& norm : norm_names()) {
    ModelOptions halting = tiny_transformer();
    halting.transformer.norm = norm;
    halting.transformer.activation = "gelu";
    halting.transformer.positions = norm == "post" ? "sinusoidal" : "relative";
    halting.transformer.universal = halting.transformer.halting = true;
    halting.encoder_layers = halting.decoder_layers = 4;
    halting.transformer.halting_threshold = 0.9;
    halting.transformer.ponder_cost = 0.3;
    add(halting);
  }
  ModelOptions all = tiny_transformer();
  all.tie_embeddings = "all";
  add(all);
  // Every score and mode in the place of scaled dot products of all positions.
  for (const std::string& score : score_names())
    for (const std::string& mode : mode_names()) {
      ModelOptions options = tiny_transformer();
      options.attention = score;
      options.attention_mode = mode;
      options.transformer.norm = norm_names()[turn % 2];
      options.transformer.activation = "gelu";
      options.transformer.universal = turn % 5 == 0;
      if (turn++ % 4 == 3) options.transformer.heads = 1;
      if (score != "scaled-dot" || mode != "global") add(options);
    }
  // Beside recurrent ones.
  for (const std::string& cell : cell_names()) {
    ModelOptions options = tiny_transformer();
    options.cell = cell;
    options.transformer.activation = "gelu";
    options.encoder = "recurrent";
    options.bidirectional = turn++ % 2 == 0;
    add(options);
    options.encoder = "transformer";
    options.transformer.positions = position_names()[turn++ % 4];
    options.transformer.norm = norm_names()[turn % 2];
    options.decoder = "bahdanau";
    options.attention = "additive";
    options.coverage = turn % 2 == 0;
    options.bridge = turn % 4 < 2 ? "bridge" : "zero";
    add(options);
    options.coverage = false;
    options.decoder = "luong";
    options.attention = "general";
    add(options);
    options.input_feeding = false;
    options.attention = "dot";
    options.hidden_size = options.embedding_size;
    add(options);
    options.attention = "scaled-dot";
    options.attention_heads = 3;
    options.input_feeding = true;
    add(options);
  }
  return variants;
}

std::vector<Variant> intra_variants() {
  std::vector<Variant> variants;
  size_t turn = 0;
  const auto add = [&](const ModelOptions& options) {
    const ModelOptions c = completed(options);
    variants.push_back(
        {fmt::format("intra {}-{} {} {}{} bridge={} layers={}/{}{}{}", c.encoder, c.decoder, c.cell,
                     c.attention, c.input_feeding ? " feeding" : "", c.bridge, c.encoder_layers,
                     c.decoder_layers, c.bidirectional ? "" : " forward",
                     c.coverage ? " coverage" : ""),
         options});
  };
  for (const std::string& cell : cell_names()) {
    for (const char* decoder : {"bahdanau", "luong"})
      for (const bool input_feeding : {false, true}) {
        ModelOptions options = tiny(cell);
        options.intra_attention = true;
        options.decoder = decoder;
        options.input_feeding = input_feeding;
        options.attention =
            decoder == std::string("bahdanau") && input_feeding ? "none" : "general";
        options.coverage = turn % 3 == 2 && options.attention != "none";
        options.bridge = options.attention == "none" ? "bridge" : bridge_names()[turn % 3];
        options.encoder_layers = options.decoder_layers = 1 + static_cast<int64_t>(turn % 2);
        options.bidirectional = turn % 4 != 1 || options.bridge == "last";
        // Without attention nothing reads what the encoder's top layer puts out.
        options.layer_normalization = turn++ % 5 == 3 && options.attention != "none";
        add(options);
      }
    ModelOptions half = tiny_transformer();
    half.intra_attention = true;
    half.cell = cell;
    half.transformer.activation = "gelu";
    half.encoder = "recurrent";
    add(half);
    half.encoder = "transformer";
    half.decoder = turn % 2 == 0 ? "luong" : "bahdanau";
    half.attention = "additive";
    add(half);
  }
  return variants;
}

std::vector<Variant> window_variants() {
  std::vector<Variant> variants;
  int64_t window = 0;
  for (const char* decoder : {"bahdanau", "luong", "transformer"})
    for (const char* bridge : {"bridge", "zero"}) {
      ModelOptions options = tiny_transformer();
      options.cell = cell_names()[static_cast<size_t>(window) % cell_names().size()];
      options.transformer.activation = "gelu";
      options.encoder = "window";
      options.decoder = decoder;
      options.bridge = bridge;
      options.attention = window % 2 == 0 ? "additive" : "general";
      options.encoder_window = window++ % 3;
      options.encoder_layers = 1 + window % 2;
      variants.push_back({fmt::format("window={} layers={} {} {} {}", options.encoder_window,
                                      options.encoder_layers, decoder, bridge, options.attention),
                          options});
    }
  return variants;
}

std::vector<Variant> convolutional_variants() {
  std::vector<Variant> variants;
  int64_t turn = 0;
  const auto add = [&](const ModelOptions& options) {
    variants.push_back(
        {fmt::format("{}-{} kernel={} channels={} layers={}/{} {} {}{}{}", options.encoder,
                     options.decoder, options.convolution.kernel, options.convolution.channels,
                     options.encoder_layers, options.decoder_layers, options.attention,
                     options.attention_mode, options.attention_heads > 1 ? " heads" : "",
                     options.decoder_attention == "last" ? " last" : ""),
         options});
  };
  const auto tiny_convolutions = [&] {
    ModelOptions options = tiny_transformer();
    options.transformer.activation = "gelu";
    options.scale_gradients = false;
    options.encoder = options.decoder = "convolutional";
    options.convolution.kernel = 1 + (turn + 2) % 4;
    options.convolution.channels = turn % 3 == 0 ? "5,7" : "6";
    options.encoder_layers = 2 + turn % 2;
    options.decoder_layers = 1 + turn / 2 % 3;
    options.transformer.max_positions = 14;
    options.cell = cell_names()[static_cast<size_t>(turn) % cell_names().size()];
    ++turn;
    return options;
  };
  for (const std::string& score : score_names())
    for (const std::string& mode : mode_names()) {
      ModelOptions options = tiny_convolutions();
      options.attention = score;
      options.attention_mode = mode;
      options.attention_heads = turn % 5 == 4 ? 3 : 1;
      options.decoder_attention = turn % 7 == 3 ? "last" : "all";
      if (turn % 4 == 1) options.tie_embeddings = "target-output";
      add(options);
    }
  ModelOptions all = tiny_convolutions();
  all.tie_embeddings = "all";
  add(all);
  for (const std::string& encoder : encoder_names()) {
    ModelOptions options = tiny_convolutions();
    options.encoder = encoder;
    options.attention = turn % 2 == 0 ? "dot" : "general";
    if (encoder != "convolutional") add(options);
  }
  for (const char* decoder : {"bahdanau", "luong", "transformer"}) {
    ModelOptions options = tiny_convolutions();
    options.decoder = decoder;
    options.attention = turn % 2 == 0 ? "additive" : "general";
    options.coverage = decoder == std::string("bahdanau");
    add(options);
  }
  return variants;
}

std::vector<Variant> choice_variants() {
  std::vector<Variant> variants;
  size_t turn = 0;
  for (const char* decoder : {"bahdanau", "luong"})
    for (const bool input_feeding : {true, false})
      for (const char* choice : {"hard", "soft"})
        for (const int64_t heads : {1, 3}) {
          ModelOptions options = tiny(cell_names()[turn % cell_names().size()]);
          options.decoder = decoder;
          options.input_feeding = input_feeding;
          options.attention = score_names()[turn++ % score_names().size()];
          options.attention_mode = turn % 3 == 0 ? "local-m" : "global";
          options.attention_window = 3;
          options.attention_choice = choice;
          options.attention_entropy = 0.07;
          options.doubly_stochastic = 0.4;
          options.context_gate = turn % 4 != 1;
          options.attention_heads = heads;
          options.coverage = options.attention != "location" && turn % 5 < 2;
          variants.push_back(
              {fmt::format("{} {} {} {} {}{} heads={}{}{}", choice, options.cell, options.attention,
                           options.attention_mode, decoder, input_feeding ? "+feeding" : "", heads,
                           options.context_gate ? " gate" : "",
                           options.coverage ? " coverage" : ""),
               options});
        }
  return variants;
}

std::vector<Variant> feature_variants() {
  std::vector<Variant> variants;
  int64_t turn = 0;
  for (const std::string& encoder : encoder_names())
    for (const std::string& decoder : decoder_names()) {
      ModelOptions options = tiny_transformer();
      options.scale_gradients = false;
      options.convolution.kernel = 1 + turn % 3;
      options.convolution.channels = "6";
      options.source_type = "features";
      options.front_end.columns = TinyBatch::kColumns;
      options.front_end.stacking = 1 + turn % 3;
      if (turn % 5 == 3) {
        options.front_end.name = "convolution";
        options.front_end.stacking = 1;
        options.front_end.layers = 2;
        options.front_end.channels = 3;
        options.front_end.height = 3;
        options.front_end.width = 5;
      }
      options.cell = cell_names()[static_cast<size_t>(turn) % cell_names().size()];
      options.transformer.activation = "gelu";
      options.transformer.positions = position_names()[static_cast<size_t>(turn) % 4];
      options.encoder = encoder;
      options.decoder = decoder;
      options.attention = turn % 2 == 0 ? "additive" : "general";
      options.bidirectional = turn++ % 3 != 1;
      if (options.encoder == "recurrent" && options.front_end.name == "linear") {
        options.encoder_layers = 3;
        options.front_end.subsampling = turn % 3;
        options.residual = turn % 2 == 0;
      }
      options.ctc_weight = turn % 4 == 1 ? 0.3 : 0;
      if ((decoder == "bahdanau" || decoder == "luong") && turn % 2 == 0) {
        options.location_aware = true;
        options.location_filters = 2;
        options.location_width = 1 + turn % 3;
      }
      if ((decoder == "bahdanau" || decoder == "luong") && turn % 3 == 0)
        options.doubly_stochastic = 0.4;
      options.sharpening = turn % 3 == 0 ? 1.5 : 1;
      options.smoothing = turn % 5 < 2;
      variants.push_back(
          {fmt::format("{} {}-{} {} stacking={} subsampling={} {}{}{}{}",
                       "features-" + options.front_end.name, encoder, decoder, options.cell,
                       options.front_end.stacking, options.front_end.subsampling, options.attention,
                       options.bidirectional ? "" : " forward",
                       options.location_aware ? " location-aware" : "",
                       options.ctc_weight > 0 ? " ctc" : ""),
           options});
    }
  return variants;
}

std::vector<Variant> feed_forward_variants() {
  std::vector<Variant> variants;
  int64_t turn = 0;
  const auto add = [&](const char* encoder, const std::string& decoder, const char* attention) {
    ModelOptions options = tiny_transformer();
    options.transformer.activation = "gelu";
    options.scale_gradients = false;
    options.convolution.channels = "6";
    options.encoder = encoder;
    options.decoder = decoder;
    options.encoder_layers = options.decoder_layers = 1 + turn % 2;
    options.cell = cell_names()[static_cast<size_t>(turn) % cell_names().size()];
    options.attention = attention;
    options.context = 1 + turn % 4;
    options.smoothing_window = turn % 3;
    options.attention_heads = turn % 4 == 3 && options.has_attention() ? 3 : 1;
    options.attention_mode = turn % 5 == 4 && options.has_attention()
                                 ? mode_names()[static_cast<size_t>(turn % 3)]
                                 : "global";
    ++turn;
    variants.push_back(
        {fmt::format("{}-{} {} {} context={} smoothing={}{}", encoder, decoder, options.attention,
                     options.attention_mode, options.context, options.smoothing_window,
                     options.attention_heads > 1 ? " heads" : ""),
         options});
  };
  for (const char* encoder : {"bag", "convolutional", "recurrent", "transformer", "window"})
    for (const char* attention : {"none", "general", "additive", "location"})
      add(encoder, "feed-forward", attention);
  for (const char* decoder : {"bahdanau", "luong", "transformer", "convolutional"}) {
    add("bag", decoder, "general");
    if (variants.back().options.decoder == "transformer")
      variants.back().options.attention_heads = 1;
  }
  return variants;
}

std::vector<Variant> copy_variants() {
  std::vector<Variant> variants;
  int64_t turn = 0;
  for (const std::string& decoder : decoder_names())
    for (const bool covers : {false, true}) {
      ModelOptions options = tiny_transformer();
      options.transformer.activation = "gelu";
      options.scale_gradients = false;
      options.convolution.channels = "6";
      options.encoder = encoder_names()[static_cast<size_t>(turn) % encoder_names().size()];
      options.decoder = decoder;
      options.cell = cell_names()[static_cast<size_t>(turn) % cell_names().size()];
      options.attention = turn % 3 == 0 ? "additive" : "general";
      options.attention_mode = turn % 4 == 3 ? "local-m" : "global";
      options.attention_heads = decoder != "transformer" && turn % 2 == 0 ? 3 : 1;
      options.copy = true;
      if (covers) options.coverage_loss = 0.7;
      ++turn;
      variants.push_back(
          {fmt::format("copy {}-{} {} {}{}", options.encoder, decoder, options.attention,
                       options.attention_mode, covers ? " coverage-loss" : ""),
           options});
    }
  return variants;
}

std::vector<Variant> full_context_variants() {
  std::vector<Variant> variants;
  size_t turn = 0;
  std::vector<std::string> all_positions = position_names();
  all_positions.emplace_back("relative");  // with the usual attention
  for (const std::string& positions : all_positions)
    for (const bool universal : {false, true}) {
      const bool is_usual = turn / 2 == position_names().size();
      ModelOptions options = tiny_transformer();
      options.full_context = true;
      options.transformer.positions = positions;
      options.transformer.universal = universal;
      options.transformer.halting = universal && turn % 4 == 1;
      options.transformer.ponder_cost = options.transformer.halting ? 0.3 : 0;
      options.transformer.norm = is_usual ? "pre" : norm_names()[turn / 2 % 2];
      options.transformer.activation = "gelu";
      options.encoder = turn % 3 == 2 ? "recurrent" : "transformer";
      if (!is_usual) {
        options.attention = score_names()[turn % score_names().size()];
        options.attention_mode = mode_names()[turn % mode_names().size()];
        options.attention_window = 2;
      }
      options.copy = turn % 4 == 3;
      if (options.copy) options.coverage_loss = 0.7;
      ++turn;
      variants.push_back(
          {fmt::format("full-context {}{}", transformer_name(options), options.copy ? " copy" : ""),
           options});
    }
  return variants;
}

int64_t attention_rows(const ModelOptions& options) {
  return options.layer_heads() * options.attention_layers();
}

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
             "{} {} {} {}{} {} bridge={} layers={}{}{}{}{}{}{}", options.cell, options.attention,
             options.attention_mode, options.decoder, wiring.input_feeding ? "+feeding" : "",
             options.readout, options.bridge, options.encoder_layers,
             options.residual ? " residual" : "", options.layer_normalization ? " norm" : "",
             options.coverage ? " coverage" : "", options.attention_heads > 1 ? " heads" : "",
             options.location_aware ? " location-aware" : "",
             options.smoothing ? " smoothing" : ""),
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
  // Attention that sees its last weights, of every score that compares keys.
  for (const std::string& score : score_names()) {
    if (score == "location") continue;
    for (const Wiring& wiring : wirings) {
      ModelOptions options = tiny(cell_names()[turn % cell_names().size()]);
      options.attention = score;
      options.attention_mode = mode_names()[turn % mode_names().size()];
      options.location_aware = true;
      options.location_filters = 3;
      options.location_width = static_cast<int64_t>(turn % 3);
      options.smoothing = turn % 2 == 0;
      options.sharpening = turn++ % 3 == 0 ? 0.7 : 1;
      if (wiring.readout != "maxout") options.attention_heads = turn % 4 == 0 ? 3 : 1;
      add(options, wiring);
    }
  }
  ModelOptions forward = tiny("gru");
  forward.bidirectional = false;
  forward.encoder_hidden_size = 12;
  forward.decoder_layers = 2;
  add(forward, wirings[0]);
  ModelOptions all = tiny("lstm");
  all.embedding_size = 12;
  all.tie_embeddings = "all";
  add(all, wirings[0]);
  ModelOptions tied = tiny("gru");
  tied.embedding_size = 12;
  tied.tie_embeddings = "target-output";
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
  for (const Variant& variant : intra_variants()) variants.push_back(variant);
  for (const Variant& variant : transformer_variants()) variants.push_back(variant);
  for (const Variant& variant : window_variants()) variants.push_back(variant);
  for (const Variant& variant : convolutional_variants()) variants.push_back(variant);
  for (const Variant& variant : choice_variants()) variants.push_back(variant);
  for (const Variant& variant : copy_variants()) variants.push_back(variant);
  for (const Variant& variant : feed_forward_variants()) variants.push_back(variant);
  for (const Variant& variant : full_context_variants()) variants.push_back(variant);
  return variants;
}

EncoderDecoder::Vocabularies tiny_vocabularies(const ModelOptions& options) {
  const int64_t target = TinyBatch::kTargetVocabulary;
  if (options.has_features()) return {0, target};
  const bool is_one = options.ties_all() || options.copy;
  return {is_one ? target : TinyBatch::kSourceVocabulary, target};
}

Tensor next_log_probabilities(const EncoderDecoder& model, Tape& tape, const DecoderStep& step,
                              const Source& source) {
  const Tensor written = model.log_probabilities(tape, step.readout);
  if (model.copying() == nullptr) return written;
  const std::vector<int64_t> sentences(static_cast<size_t>(written.shape[0]), 0);
  return model.copying()->log_probabilities(
      tape, step, written, SourceColumns(source.ids, source.lengths, model.vocabulary_size()),
      sentences);
}

std::unique_ptr<EncoderDecoder> random_model(const ModelOptions& options, uint64_t seed) {
  auto model = std::make_unique<EncoderDecoder>(options, tiny_vocabularies(options),
                                                ParameterStore::Gradients::kKept);
  Random random(seed);
  for (const Parameter& parameter : model->parameters().parameters()) {
    const std::string& name = parameter.name();
    const bool is_large = name == "output.weight" || name.starts_with("attention.") ||
                          (name.ends_with("embedding.weight") && !options.has_transformer());
    // Heads multiply twice: with larger weights their softmaxes would underflow.
    const float less = options.has_convolutional() ? 0.5F : 0.7F;
    const float large = options.attention_heads > 1 || options.has_convolutional() ? less : 1.4F;
    const float limit = is_large ? large : 0.5F;
    const bool is_gain = (options.has_transformer() && name.ends_with(".norm.gain")) ||
                         (options.has_convolutional() && name.ends_with(".gain"));
    const float middle = is_gain ? 1 : 0;
    for (float& value : parameter.value())
      value = middle + limit * (2.0F * random.uniform() - 1.0F);
  }
  model->parameters().changed();
  return model;
}

TinyBatch::TinyBatch(bool open)
    : sources{{3, 4, 5, 6, 7}, {8, 9, 3}, {}, {10, 4, 8}},
      targets{{3, 4, 12}, {5, 6, 7, 8, 9, 10}, {11}, {}} {
  if (open) {
    sources[0][1] = targets[0][1] = 100;
    sources[1] = {kTargetVocabulary, 101, kTargetVocabulary};
    targets[1][3] = kTargetVocabulary;
  }
  std::vector<SentencePair> pairs;
  for (size_t i = 0; i < sources.size(); ++i)
    pairs.push_back({sources[i], targets[i], static_cast<int64_t>(i)});
  batch = make_batch(pairs);
  Random random(9);
  for (int64_t i = 0; i < std::ssize(batch.source) * kColumns; ++i)
    batch.features.push_back(2 * random.uniform() - 1);
}

}  // namespace alinea
