#include "models/model_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "attention/mode.h"
#include "attention/score.h"
#include "decoders/bridge.h"
#include "layers/recurrent.h"
#include "options/field_list.h"
#include "options/limits.h"
#include "support/error.h"

namespace alinea {

namespace {

// Convolutional layers of the side that has more of them.
int64_t most_convolutions(const ModelOptions& o) {
  return std::max(o.encoder == "convolutional" ? o.encoder_layers : 0,
                  o.decoder == "convolutional" ? o.decoder_layers : 0);
}

ConvolutionOptions convolution_options(const ModelOptions& o, int64_t layers) {
  return o.convolution.options({o.embedding_size, layers, o.transformer.max_positions},
                               o.dropout_kind(), o.dropout);
}

void check_location_aware(const ModelOptions& o) {
  if (!o.has_attention() || o.attention == "location")
    throw UsageError(
        "location-aware changes the keys that a score compares, but attention {} has none: choose "
        "another score",
        o.attention);
  if (o.coverage)
    throw UsageError(
        "location-aware and coverage both change the keys of attention: leave out one of them");
  if (!o.has_recurrent_decoder())
    throw UsageError("location-aware requires a recurrent decoder, but the decoder is {}",
                     o.decoder);
}

void check_features(const ModelOptions& o) {
  if (o.ties_all())
    throw UsageError(
        "tie-embeddings all requires a source of words, but source-type is features: use "
        "target-output");
  if (o.copy)
    throw UsageError("copy requires a source of words, but source-type is features: leave it out");
  if (o.attention == "location")
    throw UsageError(
        "attention location knows the positions of words, but source-type is features: choose "
        "another score");
  if (o.front_end.subsampling == 0) return;
  if (o.encoder != "recurrent")
    throw UsageError("subsampling halves the length in encoder recurrent, but the encoder is {}",
                     o.encoder);
  if (o.front_end.subsampling >= o.encoder_layers)
    throw UsageError(
        "subsampling {} requires as many layers above the first, but encoder-layers is {}: raise "
        "it",
        o.front_end.subsampling, o.encoder_layers);
  if (o.intra_attention)
    throw UsageError(
        "intra-attention tells the weights of all layers together, which subsampling gives "
        "different lengths: leave out one of them");
}

// Of recurrent decoders: others make their queries as large as they have to be.
void check_dot_product(const ModelOptions& o) {
  const bool is_dot = o.attention == "dot" || o.attention == "scaled-dot";
  if (!is_dot || !o.has_recurrent_decoder() || o.attention_heads > 1) return;
  if (o.state_size() == o.hidden_size) return;
  throw UsageError(
      "expected decoder and encoder states of the same size for a dot product, got {} and {}: "
      "change hidden-size or {}, or use attention general",
      o.hidden_size, o.state_size(),
      o.has_states_of_embedding_size() ? "embedding-size" : "encoder-hidden-size");
}

void check_together(const ModelOptions& o) {
  if (!o.has_attention() && o.attention_mode != "global")
    throw UsageError(
        "attention-mode {} requires attention, but attention is none: choose a score, or leave "
        "out the mode",
        o.attention_mode);
  if (!o.has_attention() && o.coverage)
    throw UsageError("coverage requires attention, but attention is none: choose a score");
  if (!o.has_attention() && o.attention_heads > 1)
    throw UsageError("attention-heads requires attention, but attention is none: choose a score");
  if (!o.has_attention() && (o.copy || o.coverage_loss > 0))
    throw UsageError("{} requires attention, but attention is none: choose a score",
                     o.copy ? "copy" : "coverage-loss");
  if (o.attention_mode == "local-p" && o.copy)
    throw UsageError(
        "copy requires weights that sum to 1, but those of attention-mode local-p do not: use "
        "global or local-m");
  if (o.attention == "location" && o.coverage)
    throw UsageError(
        "coverage changes the keys that a score compares, and attention location has none: "
        "choose another score");
  if (o.has_hard_attention() || o.context_gate || o.doubly_stochastic > 0) {
    if (!o.has_attention() || !o.has_recurrent_decoder())
      throw UsageError(
          "attention-choice hard, context-gate and doubly-stochastic require attention and a "
          "recurrent decoder, but attention is {} and the decoder is {}",
          o.attention, o.decoder);
  }
  if (o.has_hard_attention() && o.attention_mode == "local-p")
    throw UsageError(
        "attention-choice hard draws a position by weights that sum to 1, but those of "
        "attention-mode local-p do not: choose global or local-m");
  if (o.attention_size % o.attention_heads != 0)
    throw UsageError(
        "attention-heads requires an attention size that it divides, but attention-size is {} "
        "and attention-heads is {}: change one of them",
        o.attention_size, o.attention_heads);
  if (!o.has_attention() && o.has_layered_decoder())
    throw UsageError(
        "decoder {} sees the source by attention alone, but attention is none: choose a score",
        o.decoder);
  if (!o.has_attention() && o.bridge == "zero")
    throw UsageError(
        "bridge zero with attention none would hide the source from the decoder: choose "
        "bridge bridge or last, or a score");
  if (o.readout != "tanh" && o.decoder != "bahdanau")
    throw UsageError("readout {} applies to decoder bahdanau, but the decoder is {}", o.readout,
                     o.decoder);
  if (o.ties_output() && o.embedding_size != o.readout_size())
    throw UsageError(
        "tie-embeddings {} requires an embedding of the size of the readout, but embedding-size is "
        "{} and hidden-size is {}{}: make them equal",
        o.tie_embeddings, o.embedding_size, o.hidden_size,
        o.decoder == "feed-forward"
            ? fmt::format(", with {} behind it", o.readout_size() - o.hidden_size)
            : std::string());
  if (o.has_transformer()) o.transformer.check(o.embedding_size);
  if (o.has_convolutional()) o.convolution.check(most_convolutions(o));
  if (o.has_features()) check_features(o);
  if (o.location_aware) check_location_aware(o);
  check_dot_product(o);
  if (!o.has_attention() && (o.smoothing || o.sharpening != 1))
    throw UsageError(
        "sharpening and smoothing require attention, but attention is none: choose a score");
  if (!o.has_recurrent_decoder() && o.coverage)
    throw UsageError("coverage requires a recurrent decoder, but the decoder is {}", o.decoder);
  if (o.full_context && o.decoder != "transformer")
    throw UsageError(
        "full-context-alignment requires decoder transformer, whose words can see those behind "
        "them, but the decoder is {}",
        o.decoder);
  if (o.decoder == "transformer" && o.attention_heads > 1)
    throw UsageError(
        "attention-heads applies to other decoders, but the decoder is transformer: use heads");
  if (!o.has_recurrent_decoder() || o.bridge != "last") return;
  if (o.encoder != "recurrent")
    throw UsageError(
        "bridge last requires the last states of encoder recurrent, but the encoder is {}: use "
        "bridge bridge or zero",
        o.encoder);
  if (o.encoder_layers != o.decoder_layers)
    throw UsageError(
        "bridge last requires as many encoder as decoder layers, but encoder-layers is {} and "
        "decoder-layers is {}: make them equal, or use bridge bridge",
        o.encoder_layers, o.decoder_layers);
  if (o.state_size() != o.hidden_size)
    throw UsageError(
        "bridge last requires encoder states of the size of the decoder's, but they have {} and "
        "{} units: change encoder-hidden-size or hidden-size, or use bridge bridge",
        o.state_size(), o.hidden_size);
}

}  // namespace

std::vector<std::string> attention_names() {
  std::vector<std::string> names = score_names();
  names.emplace_back("none");
  return names;
}

std::vector<std::string> attention_choice_names() { return {"soft", "hard"}; }
std::vector<std::string> readout_names() { return {"tanh", "maxout"}; }
std::vector<std::string> tie_names() { return {"none", "target-output", "all"}; }

// Those of a small Transformer, which learns with no other option.
std::span<const AssumedOption> assumed_options(const ModelOptions& options) {
  static constexpr AssumedOption kTransformer[] = {
      {"attention", "scaled-dot"}, {"encoder-layers", "3"}, {"decoder-layers", "3"},
      {"dropout", "0.1"},          {"schedule", "noam"},    {"warmup", "2000"},
      {"adam-beta2", "0.98"},      {"epsilon", "1e-9"},     {"label-smoothing", "0.1"},
  };
  static constexpr AssumedOption kConvolutional[] = {
      {"attention", "dot"}, {"encoder-layers", "4"},    {"decoder-layers", "3"},
      {"dropout", "0.2"},   {"label-smoothing", "0.1"},
  };
  if (options.architecture == "transformer") return kTransformer;
  if (options.architecture == "convolutional") return kConvolutional;
  static constexpr AssumedOption kFeedForward[] = {{"attention", "general"}};
  if (options.chosen_decoder() == "convolutional") return std::span(kConvolutional).first(1);
  if (options.chosen_decoder() == "feed-forward") return kFeedForward;
  if (options.chosen_decoder() == "transformer") return std::span(kTransformer).first(1);
  return {};
}

std::string ModelOptions::chosen_encoder() const {
  return encoder.empty() ? architecture : encoder;
}

std::string ModelOptions::chosen_decoder() const {
  if (!decoder.empty()) return decoder;
  if (architecture != "recurrent") return architecture;
  return attention == "additive" ? "bahdanau" : "luong";
}

bool ModelOptions::has_attention(AttentionOf of) const {
  if (of == AttentionOf::kEncoder)
    return chosen_encoder() == "transformer" ||
           (intra_attention && chosen_encoder() == "recurrent");
  if (of == AttentionOf::kDecoder)
    return chosen_decoder() == "transformer" || (intra_attention && has_recurrent_decoder());
  return has_attention();
}

ModelOptions completed(ModelOptions options) {
  options.encoder = options.chosen_encoder();
  options.decoder = options.chosen_decoder();
  if (options.attention_size == 0) options.attention_size = options.hidden_size;
  if (options.encoder_hidden_size == 0 && options.encoder == "window")
    options.encoder_hidden_size = options.hidden_size;
  if (options.encoder_hidden_size == 0) {
    if (options.bidirectional && options.hidden_size % 2 != 0 && options.encoder == "recurrent")
      throw UsageError(
          "a bidirectional encoder has half of hidden-size in each direction, but {} is odd: "
          "change it, or give encoder-hidden-size",
          options.hidden_size);
    options.encoder_hidden_size = options.hidden_size / (options.bidirectional ? 2 : 1);
  }
  if (options.decoder != "luong" || !options.has_attention()) options.input_feeding = false;
  check_fields(options);
  check_together(options);
  return options;
}

EncoderOptions encoder_options(const ModelOptions& o) {
  return {.cell = o.cell,
          .layers = o.encoder_layers,
          .bidirectional = o.bidirectional || o.encoder != "recurrent",
          .embedding_size = o.embedding_size,
          .hidden_size = o.encoder_hidden_size,
          .residual = o.residual,
          .layer_normalization = o.layer_normalization,
          .dropout = o.dropout_kind(),
          .word_dropout = o.word_dropout,
          .weight_drop = o.weight_drop,
          .transformer = o.transformer.options(o.embedding_size, o.encoder_layers, o.dropout),
          .convolution = convolution_options(o, o.encoder_layers),
          .intra_attention = o.intra_attention,
          .window = o.encoder_window,
          .front_end = o.has_features() ? o.front_end.options() : FrontEndOptions(),
          .subsampling = o.front_end.subsampling};
}

DecoderOptions decoder_options(const ModelOptions& o, int64_t state_size) {
  DecoderOptions options{
      .cell = o.cell,
      .layers = o.decoder_layers,
      .embedding_size = o.embedding_size,
      .hidden_size = o.hidden_size,
      .state_size = state_size,
      .attention = std::nullopt,
      .attention_size = o.attention_size,
      .input_feeding = o.input_feeding,
      .readout = o.readout,
      .bridge = o.bridge,
      .residual = o.residual,
      .layer_normalization = o.layer_normalization,
      .dropout = o.dropout_kind(),
      .weight_drop = o.weight_drop,
      .transformer = o.transformer.options(o.embedding_size, o.decoder_layers, o.dropout),
      .convolution = convolution_options(o, o.decoder_layers),
      .every_layer_attends = o.decoder_attention == "all",
      .scale_gradients = o.scale_gradients,
      .context = o.context,
      .smoothing_window = o.smoothing_window,
      .intra_attention = o.intra_attention,
      .context_gate = o.context_gate,
      .full_context = o.full_context};
  if (o.has_attention())
    options.attention =
        AttentionOptions{.score = o.attention,
                         .mode = o.attention_mode,
                         .window = o.attention_window,
                         .coverage = o.coverage,
                         .location_filters = o.location_aware ? o.location_filters : 0,
                         .location_width = o.location_width,
                         .sharpening = static_cast<float>(o.sharpening),
                         .smoothing = o.smoothing,
                         .heads = o.attention_heads,
                         .source_positions = o.source_positions,
                         .hard = o.has_hard_attention()};
  return options;
}

ModelOptions model_options_from_json(nlohmann::ordered_json json) {
  // Version 0.1.0 calls the decoder its wiring, and has no other encoder.
  if (json.contains("wiring")) json["decoder"] = json["wiring"];
  if (json.is_object() && !json.contains("encoder")) json["encoder"] = "recurrent";
  return from_json_fields<ModelOptions>(json);
}

}  // namespace alinea
