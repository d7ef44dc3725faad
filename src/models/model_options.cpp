#include "models/model_options.h"

#include "attention/mode.h"
#include "attention/score.h"
#include "layers/recurrent.h"
#include "support/error.h"

namespace alinea {

namespace {

void check_each(const ModelOptions& o) {
  check_choice("cell", o.cell, cell_names());
  check_choice("attention", o.attention, attention_names());
  check_choice("attention-mode", o.attention_mode, mode_names());
  check_choice("encoder", o.encoder, encoder_names());
  check_choice("decoder", o.decoder, decoder_names());
  check_choice("readout", o.readout, readout_names());
  check_choice("bridge", o.bridge, bridge_names());
  check_size("encoder-layers", o.encoder_layers, kMostLayers);
  check_size("decoder-layers", o.decoder_layers, kMostLayers);
  check_size("embedding-size", o.embedding_size, kLargestSize);
  check_size("hidden-size", o.hidden_size, kLargestSize);
  check_size("encoder-hidden-size", o.encoder_hidden_size, kLargestSize);
  check_size("attention-size", o.attention_size, kLargestSize);
  check_size("attention-window", o.attention_window, kLargestSize);
  check_size("attention-heads", o.attention_heads, kLargestSize);
  check_share("dropout", o.dropout);
  check_share("word-dropout", o.word_dropout);
  check_share("weight-drop", o.weight_drop);
}

void check_together(const ModelOptions& o) {
  if (!o.has_attention() && o.attention_mode != "global")
    throw UsageError(
        "--attention-mode {} requires attention, but --attention is none: choose a score, or leave "
        "out the mode",
        o.attention_mode);
  if (!o.has_attention() && o.coverage)
    throw UsageError("--coverage requires attention, but --attention is none: choose a score");
  if (!o.has_attention() && o.attention_heads > 1)
    throw UsageError(
        "--attention-heads requires attention, but --attention is none: choose a score");
  if (o.attention == "location" && o.coverage)
    throw UsageError(
        "--coverage changes the keys that a score compares, and --attention location has none: "
        "choose another score");
  if (o.attention_size % o.attention_heads != 0)
    throw UsageError(
        "--attention-heads requires an attention size that it divides, but --attention-size is {} "
        "and --attention-heads is {}: change one of them",
        o.attention_size, o.attention_heads);
  if (!o.has_attention() && o.bridge == "zero")
    throw UsageError(
        "--bridge zero with --attention none would hide the source from the decoder: choose "
        "--bridge bridge or last, or a score");
  if (o.readout != "tanh" && o.decoder != "bahdanau")
    throw UsageError("--readout {} applies to --decoder bahdanau, but the decoder is {}", o.readout,
                     o.decoder);
  if (o.tie_embeddings && o.embedding_size != o.hidden_size)
    throw UsageError(
        "--tie-embeddings requires an embedding of the size of the readout, but --embedding-size "
        "is {} "
        "and --hidden-size is {}: make them equal",
        o.embedding_size, o.hidden_size);
  if (o.bridge != "last") return;
  if (o.encoder_layers != o.decoder_layers)
    throw UsageError(
        "--bridge last requires as many encoder as decoder layers, but --encoder-layers is {} and "
        "--decoder-layers is {}: make them equal, or use --bridge bridge",
        o.encoder_layers, o.decoder_layers);
  if (o.state_size() != o.hidden_size)
    throw UsageError(
        "--bridge last requires encoder states of the size of the decoder's, but they have {} and "
        "{} units: change --encoder-hidden-size or --hidden-size, or use --bridge bridge",
        o.state_size(), o.hidden_size);
}

}  // namespace

std::vector<std::string> attention_names() {
  std::vector<std::string> names = score_names();
  names.emplace_back("none");
  return names;
}

std::vector<std::string> architecture_names() { return {"recurrent"}; }
std::vector<std::string> readout_names() { return {"tanh", "maxout"}; }
std::vector<std::string> bridge_names() { return {"bridge", "last", "zero"}; }

ModelOptions completed(ModelOptions options) {
  check_choice("architecture", options.architecture, architecture_names());
  if (options.encoder.empty()) options.encoder = options.architecture;
  if (options.decoder.empty())
    options.decoder = options.attention == "additive" ? "bahdanau" : "luong";
  if (options.attention_size == 0) options.attention_size = options.hidden_size;
  if (options.encoder_hidden_size == 0) {
    if (options.bidirectional && options.hidden_size % 2 != 0)
      throw UsageError(
          "a bidirectional encoder has half of --hidden-size in each direction, but {} is odd: "
          "change it, or give --encoder-hidden-size",
          options.hidden_size);
    options.encoder_hidden_size = options.hidden_size / (options.bidirectional ? 2 : 1);
  }
  if (options.decoder != "luong" || !options.has_attention()) options.input_feeding = false;
  check_each(options);
  check_together(options);
  return options;
}

EncoderOptions encoder_options(const ModelOptions& o) {
  return {.cell = o.cell,
          .layers = o.encoder_layers,
          .bidirectional = o.bidirectional,
          .embedding_size = o.embedding_size,
          .hidden_size = o.encoder_hidden_size,
          .residual = o.residual,
          .layer_normalization = o.layer_normalization,
          .dropout = o.dropout_kind(),
          .word_dropout = o.word_dropout,
          .weight_drop = o.weight_drop};
}

DecoderOptions decoder_options(const ModelOptions& o, int64_t state_size) {
  DecoderOptions options{.cell = o.cell,
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
                         .weight_drop = o.weight_drop};
  if (o.has_attention())
    options.attention = AttentionOptions{.score = o.attention,
                                         .mode = o.attention_mode,
                                         .window = o.attention_window,
                                         .coverage = o.coverage,
                                         .heads = o.attention_heads,
                                         .source_positions = o.source_positions};
  return options;
}

nlohmann::ordered_json to_json(const ModelOptions& o) {
  return {{"architecture", o.architecture},
          {"encoder", o.encoder},
          {"decoder", o.decoder},
          {"cell", o.cell},
          {"encoder_layers", o.encoder_layers},
          {"decoder_layers", o.decoder_layers},
          {"bidirectional", o.bidirectional},
          {"embedding_size", o.embedding_size},
          {"hidden_size", o.hidden_size},
          {"encoder_hidden_size", o.encoder_hidden_size},
          {"attention_size", o.attention_size},
          {"attention", o.attention},
          {"attention_mode", o.attention_mode},
          {"attention_window", o.attention_window},
          {"attention_heads", o.attention_heads},
          {"source_positions", o.source_positions},
          {"input_feeding", o.input_feeding},
          {"readout", o.readout},
          {"bridge", o.bridge},
          {"dropout", o.dropout},
          {"tie_embeddings", o.tie_embeddings},
          {"residual", o.residual},
          {"layer_normalization", o.layer_normalization},
          {"word_dropout", o.word_dropout},
          {"variational_dropout", o.variational_dropout},
          {"weight_drop", o.weight_drop},
          {"coverage", o.coverage}};
}

ModelOptions model_options_from_json(const nlohmann::ordered_json& json) {
  ModelOptions o;
  o.encoder = o.architecture;
  const FieldReader read(json);
  read.optional("architecture", o.architecture);
  read.optional("encoder", o.encoder);
  read(json.contains("wiring") ? "wiring" : "decoder", o.decoder);
  read("cell", o.cell);
  read("encoder_layers", o.encoder_layers);
  read("decoder_layers", o.decoder_layers);
  read("bidirectional", o.bidirectional);
  read("embedding_size", o.embedding_size);
  read("hidden_size", o.hidden_size);
  read("encoder_hidden_size", o.encoder_hidden_size);
  read("attention_size", o.attention_size);
  read("attention", o.attention);
  read("attention_mode", o.attention_mode);
  read("attention_window", o.attention_window);
  read.optional("attention_heads", o.attention_heads);
  read.optional("source_positions", o.source_positions);
  read("input_feeding", o.input_feeding);
  read("readout", o.readout);
  read("bridge", o.bridge);
  read("dropout", o.dropout);
  read("tie_embeddings", o.tie_embeddings);
  read.optional("residual", o.residual);
  read.optional("layer_normalization", o.layer_normalization);
  read.optional("word_dropout", o.word_dropout);
  read.optional("variational_dropout", o.variational_dropout);
  read.optional("weight_drop", o.weight_drop);
  read.optional("coverage", o.coverage);
  return o;
}

}  // namespace alinea
