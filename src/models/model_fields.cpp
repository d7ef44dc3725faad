// The options of a translation model, as the command line and files have them.
#include "attention/mode.h"
#include "decoders/bridge.h"
#include "layers/recurrent.h"
#include "models/model_options.h"
#include "options/field_list.h"
#include "options/limits.h"

namespace alinea {

namespace {

constexpr double kMostSharpening = 1000;

}  // namespace

void ModelOptions::visit(FieldList& fields) {
  const auto recurrently = [this] { return has_attention() && has_recurrent_decoder(); };
  const auto is_recurrent = [this] { return has_recurrent(); };
  const auto decodes_recurrently = [this] { return has_recurrent_decoder(); };
  const std::string recurrent_layers = "a recurrent encoder or decoder",
                    recurrent_decoder = "a recurrent decoder";
  fields.group("Model")
      .choice(
          "source-type", source_type, {"text", "features"},
          "what the source is: text, or features, which a list names: a sound, picture or table "
          "of numbers a line")
      .newer()
      .choice("architecture", architecture, architecture_names(),
              "encoder and decoder to use if --encoder or --decoder is not given")
      .newer()
      .choice("encoder", encoder, encoder_names(), "encoder; by default that of --architecture")
      .newer()
      .choice("cell", cell, cell_names(), "recurrent cell")
      .needs_that(recurrent_layers, is_recurrent)
      .add("encoder-layers", encoder_layers, "layers of the encoder")
      .range<int64_t>(1, kMostLayers)
      .needs_that("another --encoder than bag", [this] { return chosen_encoder() != "bag"; })
      .add("decoder-layers", decoder_layers, "layers of the decoder")
      .range<int64_t>(1, kMostLayers)
      .needs_that("another --decoder than feed-forward",
                  [this] { return chosen_decoder() != "feed-forward"; })
      .add("bidirectional", bidirectional, "read the source in both directions")
      .needs_that("--encoder recurrent", [this] { return chosen_encoder() == "recurrent"; })
      .add("embedding-size", embedding_size, "size of a word's vector")
      .range<int64_t>(1, kLargestSize)
      .add("hidden-size", hidden_size, "hidden units of the decoder")
      .range<int64_t>(1, kLargestSize)
      .needs_that("a recurrent, window or feed-forward encoder or decoder",
                  [this] { return has_hidden_units(); })
      .add("encoder-hidden-size", encoder_hidden_size,
           "hidden units of the encoder per direction; 0: half of --hidden-size, or --hidden-size "
           "if not bidirectional or of encoder window")
      .range<int64_t>(0, kLargestSize)
      .needs_that(
          "--encoder recurrent or window",
          [this] { return chosen_encoder() == "recurrent" || chosen_encoder() == "window"; })
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
      .needs("attention-mode", {"local-m", "local-p"})
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
      .add("location-aware", location_aware, "let attention see where it looked at the step before")
      .newer()
      .add("location-filters", location_filters, "filters over the weights of the step before")
      .range<int64_t>(1, kLargestSize)
      .newer()
      .needs("location-aware")
      .add("location-width", location_width, "positions on each side that such a filter covers")
      .range<int64_t>(0, kLargestSize)
      .newer()
      .needs("location-aware")
      .add("sharpening", sharpening, "factor of the scores before the softmax of attention")
      .range(0.0, kMostSharpening)
      .newer()
      .add("smoothing", smoothing,
           "make attention weights by the logistic function in the place of the exponential")
      .newer()
      .add("attention-heads", attention_heads,
           "heads of attention, which divide --attention-size among them")
      .range<int64_t>(1, kLargestSize)
      .newer()
      .choice(
          "decoder", decoder, decoder_names(),
          "decoder; with recurrent layers the default is bahdanau for additive, luong for every "
          "other score")
      .choice("wiring", decoder, decoder_names(), "another name for --decoder")
      .only_on_command_line()
      .add("input-feeding", input_feeding, "luong: feed the previous readout back to the decoder")
      .needs_that("attention and --decoder luong",
                  [this] { return has_attention() && chosen_decoder() == "luong"; })
      .choice("readout", readout, readout_names(), "bahdanau: function of the readout")
      .needs_that("--decoder bahdanau", [this] { return chosen_decoder() == "bahdanau"; })
      .choice("bridge", bridge, bridge_names(), "how the initial state of the decoder is computed")
      .needs_that(recurrent_decoder, decodes_recurrently)
      .add("residual", residual,
           "residual connections: from the second layer on, a layer's input is added to its output")
      .newer()
      .needs_that(recurrent_layers, is_recurrent)
      .add("layer-normalization", layer_normalization, "normalise the outputs of layers")
      .newer()
      .needs_that(recurrent_layers, is_recurrent)
      .add("intra-attention", intra_attention,
           "let every step of a recurrent layer start from what it sees in all its states so far "
           "(LSTMN)")
      .newer()
      .needs_that(recurrent_layers, is_recurrent)
      .add("ctc-weight", ctc_weight,
           "share of the loss of a CTC output layer on the encoder's states in what training "
           "minimises; 0: no such layer")
      .range(0.0, kBelowOne)
      .newer()
      .add("dropout", dropout, "dropout probability of embeddings, layer inputs and readout")
      .range(0.0, kMostDropped)
      .add("variational-dropout", variational_dropout,
           "drop the same units at all steps of a sentence")
      .newer()
      .needs_that("an encoder or decoder other than a Transformer",
                  [this] { return !is_transformer_alone(); })
      .add("weight-drop", weight_drop,
           "dropout probability of recurrent weights, drawn once per update")
      .range(0.0, kMostDropped)
      .newer()
      .needs_that(recurrent_layers, is_recurrent)
      .add("word-dropout", word_dropout,
           "probability that a word is read as unknown, on both sides")
      .range(0.0, kMostDropped)
      .newer()
      .choice("tie-embeddings", tie_embeddings, tie_names(),
              "what shares the target embedding: the output layer, or all, the source embedding "
              "too, which requires --joint-vocabulary")
      .as_switch("target-output", "none")
      .add("context", context, "last words that --decoder feed-forward reads")
      .range<int64_t>(1, kMostNeighbours)
      .newer()
      .needs_that("--decoder feed-forward", [this] { return chosen_decoder() == "feed-forward"; })
      .add("smoothing-window", smoothing_window,
           "words on each side whose states its attention averages; 0: the word alone")
      .range<int64_t>(0, kMostNeighbours)
      .newer()
      .needs_that("attention and --decoder feed-forward",
                  [this] { return has_attention() && chosen_decoder() == "feed-forward"; })
      .add("copy", copy,
           "let the decoder copy words of the source, also unknown ones; requires "
           "--joint-vocabulary")
      .newer()
      .add("coverage-loss", coverage_loss,
           "weight of attention to what was attended to before, relative to a word's loss")
      .range(0.0, kAnyNumber)
      .newer();
  transformer.visit(
      fields, "--encoder or --decoder transformer", [this] { return has_transformer(); },
      [this] { return has_convolutional(); },
      "training skips longer pairs, </s> counted, and validation text must not have any");
  convolution.visit(fields, "--encoder or --decoder convolutional",
                    [this] { return has_convolutional(); });
  fields
      .choice("decoder-attention", decoder_attention, {"all", "last"},
              "blocks of the decoder that attend to the source")
      .newer()
      .needs_that("--decoder convolutional",
                  [this] { return has_attention() && chosen_decoder() == "convolutional"; })
      .add("scale-gradients", scale_gradients,
           "divide gradients into the encoder by the number of attentions")
      .newer()
      .needs_that("--decoder convolutional",
                  [this] { return chosen_decoder() == "convolutional"; });
  fields.group("Model");
  front_end.visit(fields);
  fields.add("source-positions", source_positions, "longest source that the score location knows")
      .range<int64_t>(0, kNoLimit)
      .only_in_files()
      .needs("attention", {"location"})
      .newer()
      .add("full-context", full_context,
           "attention over given targets sees all of them, those behind a word too")
      .only_in_files()
      .needs_that("--decoder transformer", [this] { return chosen_decoder() == "transformer"; })
      .newer();
}

}  // namespace alinea
