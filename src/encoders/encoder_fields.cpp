#include "encoders/encoder_fields.h"

#include "layers/recurrent.h"
#include "options/field_list.h"
#include "options/limits.h"
#include "support/error.h"

namespace alinea {

std::vector<std::string> architecture_names() {
  return {"recurrent", "transformer", "convolutional"};
}

void TransformerFields::visit(FieldList& fields, const std::string& needed,
                              const std::function<bool()>& holds,
                              const std::function<bool()>& is_convolutional,
                              const std::string& beyond) {
  fields.group("Transformer")
      .add("heads", heads, "heads of attention, which divide --embedding-size among them")
      .range<int64_t>(1, kLargestSize)
      .newer()
      .needs_that(needed, holds)
      .add("feed-forward-size", feed_forward_size, "hidden units of feed-forward layers")
      .range<int64_t>(1, kLargestSize)
      .newer()
      .needs_that(needed, holds)
      .choice("activation", activation, activation_names(), "function of feed-forward layers")
      .newer()
      .needs_that(needed, holds)
      .choice("norm", norm, norm_names(),
              "place of layer normalisation: behind the residual connection, or before the layer")
      .newer()
      .needs_that(needed, holds)
      .choice("positions", positions, position_names(), "how a word's position is represented")
      .newer()
      .needs_that(needed, holds)
      .add("relative-window", relative_window,
           "largest distance that --positions relative tells apart")
      .range<int64_t>(1, kLargestSize)
      .newer()
      .needs("positions", {"relative"})
      .add("max-positions", max_positions,
           "positions that --positions learned and convolutional layers know; " + beyond)
      .range<int64_t>(2, kLargestSize)
      .newer()
      .needs_that("--positions learned or convolutional layers",
                  [this, is_convolutional] { return positions == "learned" || is_convolutional(); })
      .add("universal", universal, "use one layer over and over (Universal Transformer)")
      .newer()
      .needs_that(needed, holds)
      .add("halting", halting, "let each position decide how many steps it takes")
      .newer()
      .needs("universal")
      .add("halting-threshold", halting_threshold, "sum of halting probabilities at which it stops")
      .range(0.0, 1.0)
      .newer()
      .needs("halting")
      .add("ponder-cost", ponder_cost, "weight of the steps taken relative to a word's loss")
      .range(0.0, kAnyNumber)
      .newer()
      .needs("halting")
      .add("embedding-dropout", embedding_dropout, "dropout probability of embeddings")
      .range(0.0, kMostDropped)
      .newer()
      .needs_that(needed, holds)
      .add("attention-dropout", attention_dropout, "dropout probability of attention weights")
      .range(0.0, kMostDropped)
      .newer()
      .needs_that(needed, holds)
      .add("activation-dropout", activation_dropout,
           "dropout probability inside feed-forward layers")
      .range(0.0, kMostDropped)
      .newer()
      .needs_that(needed, holds);
}

TransformerOptions TransformerFields::options(int64_t size, int64_t layers, double dropout) const {
  return {.size = size,
          .layers = layers,
          .heads = heads,
          .feed_forward_size = feed_forward_size,
          .activation = activation_from_name(activation),
          .norm = norm_from_name(norm),
          .positions = position_kind(positions),
          .relative_window = relative_window,
          .max_positions = max_positions,
          .universal = universal,
          .halting = halting,
          .halting_threshold = static_cast<float>(halting_threshold),
          .dropout = static_cast<float>(dropout),
          .embedding_dropout = static_cast<float>(embedding_dropout),
          .attention_dropout = static_cast<float>(attention_dropout),
          .activation_dropout = static_cast<float>(activation_dropout)};
}

void TransformerFields::check(int64_t size) const {
  if (size % heads != 0)
    throw UsageError(
        "a transformer requires an embedding size that its heads divide, but embedding-size is {} "
        "and heads is {}: change one of them",
        size, heads);
}

void EncoderFields::visit(FieldList& fields, const std::string& beyond, const Above& above,
                          Part part) {
  const bool is_encoder = part == Part::kEncoder;
  const std::string name = is_encoder ? "encoder" : "architecture";
  const std::string recurrent_only = "--" + name + " recurrent";
  const auto is_recurrent = [this] { return encoder == "recurrent"; };
  const auto has_recurrent = [this, holds = above.holds] {
    return encoder == "recurrent" || (holds && holds());
  };
  const auto has_hidden = [this, has_recurrent] { return encoder == "window" || has_recurrent(); };
  const std::string other = above.holds ? " or " + above.name : "", needed = recurrent_only + other,
                    needed_hidden = "--encoder recurrent or window" + other;
  const auto is_transformer = [this] { return encoder == "transformer"; };
  const auto is_convolutional = [this] { return encoder == "convolutional"; };
  const auto is_window = [this] { return encoder == "window"; };
  fields.group("Model")
      .choice(name, encoder, is_encoder ? encoder_names() : architecture_names(),
              is_encoder ? "encoder" : "what the layers are")
      .newer()
      .choice("cell", cell, cell_names(), "recurrent cell")
      .needs_that(needed, has_recurrent)
      .add("layers", layers, is_encoder ? "layers of the encoder" : "layers")
      .range<int64_t>(1, kMostLayers)
      .newer()
      .needs_that("another --encoder than bag", [this] { return encoder != "bag"; });
  if (is_encoder)
    fields
        .add(
            "bidirectional", bidirectional,
            "read the words in both directions; otherwise each position sees those before it alone")
        .newer()
        .needs_that("--encoder recurrent, transformer or convolutional",
                    [this] { return encoder != "window" && encoder != "bag"; });
  fields.add("embedding-size", embedding_size, "size of a word's vector")
      .range<int64_t>(1, kLargestSize)
      .add("hidden-size", hidden_size,
           is_encoder ? "hidden units, of encoder recurrent per direction"
                      : "hidden units of a direction")
      .range<int64_t>(1, kLargestSize)
      .needs_that(is_encoder ? needed_hidden : recurrent_only, has_hidden);
  if (is_encoder)
    fields
        .add("window", window, "words on each side that --encoder window reads; 0: the word alone")
        .range<int64_t>(0, kMostNeighbours)
        .newer()
        .needs_that("--encoder window", is_window);
  fields
      .add("residual", residual,
           "residual connections: from the second layer on, a layer's input is added to its output")
      .newer()
      .needs_that(recurrent_only, is_recurrent)
      .add("layer-normalization", layer_normalization, "normalise the outputs of layers")
      .newer()
      .needs_that(recurrent_only, is_recurrent)
      .add("intra-attention", intra_attention,
           "let every step start from what it sees in all states so far (LSTMN)")
      .newer()
      .needs_that(needed, has_recurrent)
      .add("dropout", dropout, "dropout probability of embeddings, layer inputs and states")
      .range(0.0, kMostDropped)
      .add("variational-dropout", variational_dropout,
           "drop the same units at all steps of a sentence")
      .newer()
      .needs_that(recurrent_only, is_recurrent)
      .add("weight-drop", weight_drop,
           "dropout probability of recurrent weights, drawn once per update")
      .range(0.0, kMostDropped)
      .newer()
      .needs_that(recurrent_only, is_recurrent)
      .add("word-dropout", word_dropout, "probability that a word is read as unknown")
      .range(0.0, kMostDropped)
      .newer();
  transformer.visit(fields, "--" + name + " transformer", is_transformer, is_convolutional, beyond);
  convolution.visit(fields, "--" + name + " convolutional", is_convolutional);
  fields.group("Model");
}

int64_t EncoderFields::state_size() const {
  if (encoder == "transformer" || encoder == "convolutional" || encoder == "bag")
    return embedding_size;
  if (encoder == "window") return hidden_size;
  return (bidirectional ? 2 : 1) * hidden_size;
}

EncoderOptions EncoderFields::options() const {
  return {.cell = cell,
          .layers = layers,
          .bidirectional = bidirectional,
          .embedding_size = embedding_size,
          .hidden_size = hidden_size,
          .residual = residual,
          .layer_normalization = layer_normalization,
          .dropout = dropout_kind(),
          .word_dropout = word_dropout,
          .weight_drop = weight_drop,
          .transformer = transformer.options(embedding_size, layers, dropout),
          .convolution = convolution.options({embedding_size, layers, transformer.max_positions},
                                             dropout_kind(), dropout),
          .intra_attention = intra_attention,
          .window = window};
}

void EncoderFields::check() const {
  if (encoder == "transformer") transformer.check(embedding_size);
  if (encoder == "convolutional") convolution.check(layers);
}

}  // namespace alinea
