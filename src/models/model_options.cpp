#include "models/model_options.h"

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
  if (!o.has_attention() && !o.has_recurrent_decoder())
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
        "{} and hidden-size is {}: make them equal",
        o.tie_embeddings, o.embedding_size, o.hidden_size);
  if (o.has_transformer()) o.transformer.check(o.embedding_size);
  if (o.has_convolutional()) o.convolution.check(most_convolutions(o));
  if (!o.has_recurrent_decoder() && o.coverage)
    throw UsageError("coverage requires a recurrent decoder, but the decoder is {}", o.decoder);
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
  if (options.chosen_decoder() == "convolutional") return std::span(kConvolutional).first(1);
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
  if (of == AttentionOf::kEncoder) return chosen_encoder() == "transformer" || intra_attention;
  if (of == AttentionOf::kDecoder) return chosen_decoder() == "transformer" || intra_attention;
  return has_attention();
}

ModelOptions completed(ModelOptions options) {
  options.encoder = options.chosen_encoder();
  options.decoder = options.chosen_decoder();
  if (options.attention_size == 0) options.attention_size = options.hidden_size;
  if (options.encoder_hidden_size == 0 && options.encoder == "window")
    options.encoder_hidden_size = options.hidden_size;
  if (options.encoder_hidden_size == 0) {
    if (options.bidirectional && options.hidden_size % 2 != 0)
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
          .window = o.encoder_window};
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
      .scale_gradients = o.scale_gradients,
      .intra_attention = o.intra_attention,
      .context_gate = o.context_gate};
  if (o.has_attention())
    options.attention = AttentionOptions{.score = o.attention,
                                         .mode = o.attention_mode,
                                         .window = o.attention_window,
                                         .coverage = o.coverage,
                                         .heads = o.attention_heads,
                                         .source_positions = o.source_positions,
                                         .hard = o.has_hard_attention()};
  return options;
}

void ModelOptions::visit(FieldList& fields) {
  const auto recurrently = [this] { return has_attention() && has_recurrent_decoder(); };
  fields.group("Model")
      .choice("architecture", architecture, architecture_names(),
              "encoder and decoder to use if --encoder or --decoder is not given")
      .newer()
      .choice("encoder", encoder, encoder_names(), "encoder; by default that of --architecture")
      .newer()
      .choice("cell", cell, cell_names(), "recurrent cell")
      .add("encoder-layers", encoder_layers, "layers of the encoder")
      .range<int64_t>(1, kMostLayers)
      .add("decoder-layers", decoder_layers, "layers of the decoder")
      .range<int64_t>(1, kMostLayers)
      .add("bidirectional", bidirectional, "read the source in both directions")
      .add("embedding-size", embedding_size, "size of a word's vector")
      .range<int64_t>(1, kLargestSize)
      .add("hidden-size", hidden_size, "hidden units of the decoder")
      .range<int64_t>(1, kLargestSize)
      .add("encoder-hidden-size", encoder_hidden_size,
           "hidden units of the encoder per direction; 0: half of --hidden-size, or --hidden-size "
           "if not bidirectional or of encoder window")
      .range<int64_t>(0, kLargestSize)
      .add("window", encoder_window,
           "words on each side that --encoder window reads; 0: the word alone")
      .range<int64_t>(0, kMostNeighbours)
      .newer()
      .needs_that("--encoder window", [this] { return chosen_encoder() == "window"; })
      .choice("attention", attention, attention_names(), "attention score")
      .choice("attention-mode", attention_mode, mode_names(),
              "source positions that attention covers")
      .add("attention-window", attention_window, "half-width D of a local mode's window")
      .range<int64_t>(1, kLargestSize)
      .add("attention-size", attention_size,
           "hidden size of additive, concat and local-p; 0: --hidden-size")
      .range<int64_t>(0, kLargestSize)
      .add("coverage", coverage,
           "let attention take into account how much of each source word has been used up")
      .newer()
      .choice("attention-choice", attention_choice, attention_choice_names(),
              "whether the context is the weighted mean of all states (soft) or the state at one "
              "position that is drawn by the weights (hard)")
      .newer()
      .needs_that("attention and a recurrent decoder", recurrently)
      .add("attention-entropy", attention_entropy,
           "weight of the entropy of attention, which is raised in training")
      .range(0.0, kAnyNumber)
      .newer()
      .needs("attention-choice", {"hard"})
      .add("doubly-stochastic", doubly_stochastic,
           "weight of a penalty for words that all steps together look at more or less than once")
      .range(0.0, kAnyNumber)
      .newer()
      .needs_that("attention and a recurrent decoder", recurrently)
      .add("context-gate", context_gate,
           "let the decoder's state decide at each step how much of the context it reads")
      .newer()
      .needs_that("attention and a recurrent decoder", recurrently)
      .add("attention-heads", attention_heads,
           "heads of attention, which divide --attention-size among them")
      .range<int64_t>(1, kLargestSize)
      .newer()
      .choice("decoder", decoder, decoder_names(),
              "how attention and recurrent layers are connected; the default is bahdanau for "
              "additive, luong for every other score")
      .choice("wiring", decoder, decoder_names(), "another name for --decoder")
      .only_on_command_line()
      .add("input-feeding", input_feeding, "luong: feed the previous readout back to the decoder")
      .choice("readout", readout, readout_names(), "bahdanau: function of the readout")
      .choice("bridge", bridge, bridge_names(), "how the initial state of the decoder is computed")
      .add("residual", residual,
           "residual connections: from the second layer on, a layer's input is added to its output")
      .newer()
      .add("layer-normalization", layer_normalization, "normalise the outputs of layers")
      .newer()
      .add("intra-attention", intra_attention,
           "let every step of a recurrent layer start from what it sees in all its states so far "
           "(LSTMN)")
      .newer()
      .needs_that("a recurrent encoder or decoder", [this] { return has_recurrent(); })
      .add("dropout", dropout, "dropout probability of embeddings, layer inputs and readout")
      .range(0.0, kMostDropped)
      .add("variational-dropout", variational_dropout,
           "drop the same units at all steps of a sentence")
      .newer()
      .add("weight-drop", weight_drop,
           "dropout probability of recurrent weights, drawn once per update")
      .range(0.0, kMostDropped)
      .newer()
      .add("word-dropout", word_dropout,
           "probability that a word is read as unknown, on both sides")
      .range(0.0, kMostDropped)
      .newer()
      .choice("tie-embeddings", tie_embeddings, tie_names(),
              "what shares the target embedding: the output layer, or all, the source embedding "
              "too, which requires --joint-vocabulary")
      .as_switch("target-output", "none");
  transformer.visit(
      fields, "--encoder or --decoder transformer", [this] { return has_transformer(); },
      [this] { return has_convolutional(); });
  convolution.visit(fields, "--encoder or --decoder convolutional",
                    [this] { return has_convolutional(); });
  fields
      .add("scale-gradients", scale_gradients,
           "divide gradients into the encoder by the number of attentions")
      .newer()
      .needs_that("--decoder convolutional",
                  [this] { return chosen_decoder() == "convolutional"; });
  fields.group("Model")
      .add("source-positions", source_positions, "longest source that the score location knows")
      .range<int64_t>(0, kNoLimit)
      .only_in_files()
      .newer();
}

ModelOptions model_options_from_json(nlohmann::ordered_json json) {
  // Version 0.1.0 calls the decoder its wiring, and has no other encoder.
  if (json.contains("wiring")) json["decoder"] = json["wiring"];
  if (json.is_object() && !json.contains("encoder")) json["encoder"] = "recurrent";
  return from_json_fields<ModelOptions>(json);
}

}  // namespace alinea
