#include "models/language_variants.h"

#include <fmt/format.h>

#include "layers/positions.h"
#include "layers/recurrent.h"
#include "layers/transformer_layer.h"

namespace alinea {

namespace {

LanguageOptions tiny_language_model(const std::string& objective) {
  LanguageOptions options;
  options.objective = objective;
  EncoderFields& o = options.network;
  o.embedding_size = 6;
  o.hidden_size = 7;
  o.dropout = 0;
  o.transformer.heads = 2;
  o.transformer.feed_forward_size = 5;
  o.transformer.relative_window = 2;
  o.transformer.max_positions = 8;
  o.transformer.embedding_dropout = 0;
  return options;
}

std::string name_of(const LanguageOptions& options) {
  const EncoderFields& o = options.network;
  if (options.is_transformer())
    return fmt::format("{} transformer norm={} {} positions={} layers={}{}{}{}", options.objective,
                       o.transformer.norm, o.transformer.activation, o.transformer.positions,
                       o.layers, o.transformer.universal ? " universal" : "",
                       o.transformer.halting ? " halting" : "",
                       options.tie_embeddings ? " tied" : "");
  if (!options.is_recurrent())
    return fmt::format("{} convolutional kernel={} layers={}", options.objective,
                       o.convolution.kernel, o.layers);
  return fmt::format("{} {} layers={}{}{}{}", options.objective, o.cell, o.layers,
                     o.residual ? " residual" : "", o.layer_normalization ? " norm" : "",
                     options.tie_embeddings ? " tied" : "");
}

}  // namespace

std::vector<LanguageVariant> language_variants(const std::string& objective) {
  std::vector<LanguageVariant> variants;
  const auto add = [&](const LanguageOptions& options) {
    variants.push_back({name_of(options), options});
  };
  size_t turn = 0;
  for (const std::string& cell : cell_names())
    for (const int64_t layers : {1, 3}) {
      LanguageOptions options = tiny_language_model(objective);
      options.network.cell = cell;
      options.network.layers = layers;
      options.network.residual = layers > 1 && turn % 2 == 1;
      options.network.layer_normalization = turn++ % 3 == 1;
      add(options);
    }
  LanguageOptions tied = tiny_language_model(objective);
  tied.tie_embeddings = true;
  tied.network.hidden_size = tied.network.embedding_size / (tied.is_masked() ? 2 : 1);
  add(tied);
  for (const std::string& positions : position_names())
    for (const std::string& norm : norm_names()) {
      LanguageOptions options = tiny_language_model(objective);
      options.network.encoder = "transformer";
      options.network.layers = 2;
      options.network.transformer.positions = positions;
      options.network.transformer.norm = norm;
      options.network.transformer.activation = "gelu";
      options.network.transformer.universal = turn % 4 == 2;
      options.tie_embeddings = turn++ % 3 == 0;
      add(options);
    }
  for (const int64_t layers : {1, 3}) {
    LanguageOptions options = tiny_language_model(objective);
    options.network.encoder = "convolutional";
    options.network.layers = layers;
    options.network.convolution.kernel = 6 - layers;
    options.network.convolution.channels = layers == 1 ? "5" : "5,7";
    options.tie_embeddings = layers == 3;
    add(options);
  }
  LanguageOptions halting = tiny_language_model(objective);
  halting.network.encoder = "transformer";
  halting.network.layers = 4;
  halting.network.transformer.activation = "gelu";
  halting.network.transformer.universal = halting.network.transformer.halting = true;
  halting.network.transformer.halting_threshold = 0.9;
  halting.network.transformer.ponder_cost = 0.3;
  add(halting);
  return variants;
}

std::vector<LanguageVariant> language_variants() {
  std::vector<LanguageVariant> variants;
  for (const std::string& objective : objective_names())
    for (LanguageVariant& variant : language_variants(objective))
      variants.push_back(std::move(variant));
  return variants;
}

std::unique_ptr<LanguageNetwork> random_language_model(const LanguageOptions& options,
                                                       uint64_t seed) {
  auto model = std::make_unique<LanguageNetwork>(options, kLanguageVocabulary,
                                                 ParameterStore::Gradients::kKept);
  Random random(seed);
  for (const Parameter& parameter : model->parameters().parameters()) {
    const float middle = parameter.name().ends_with(".norm.gain") ? 1 : 0;
    for (float& value : parameter.value()) value = middle + 2.0F * random.uniform() - 1.0F;
  }
  model->parameters().changed();
  return model;
}

}  // namespace alinea
