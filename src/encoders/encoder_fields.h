// The options of encoders as the command line, config.json and models share them.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "encoders/convolution_fields.h"
#include "encoders/encoder.h"

namespace alinea {

class FieldList;

// Those of Transformer layers, in encoders and decoders.
struct TransformerFields {
  int64_t heads = 4;
  int64_t feed_forward_size = 1024;
  std::string activation = "relu";
  std::string norm = "post";
  std::string positions = "sinusoidal";
  int64_t relative_window = 16;
  int64_t max_positions = 1024;
  bool universal = false;
  bool halting = false;  // universal
  double halting_threshold = 0.99, ponder_cost = 0.01;
  double embedding_dropout = 0.1, attention_dropout = 0, activation_dropout = 0;

  // `holds`: whether the model has such layers, which is what `needed` says in words;
  // `is_convolutional`: whether it has others whose positions are learned; `beyond`: what becomes
  // of what is longer than these, for the help.
  void visit(FieldList& fields, const std::string& needed, const std::function<bool()>& holds,
             const std::function<bool()>& is_convolutional, const std::string& beyond);
  // Of a model of size d with so many layers; `dropout` is that of sublayers.
  TransformerOptions options(int64_t size, int64_t layers, double dropout) const;
  // Throws UsageError unless the heads divide the embedding size d.
  void check(int64_t size) const;
};

// What language models and translation models may consist of.
std::vector<std::string> architecture_names();

// An encoder that no decoder stands behind: that of taggers and classifiers. A language model's
// network has the same fields.
struct EncoderFields {
  std::string encoder = "recurrent";
  std::string cell = "gru";
  int64_t layers = 1;
  bool bidirectional = true;
  int64_t embedding_size = 128;
  int64_t hidden_size = 128;  // of a direction
  bool residual = false;
  bool layer_normalization = false;
  bool intra_attention = false;
  double dropout = 0.3;
  bool variational_dropout = false;
  double weight_drop = 0, word_dropout = 0;
  int64_t window = 2;             // w, encoder window
  TransformerFields transformer;  // of size d = embedding_size
  ConvolutionFields convolution;

  // What else, in words, has recurrent layers of this cell and hidden size.
  struct Above {
    std::string name = {};
    std::function<bool()> holds = {};
  };
  // Of what a model has them: an encoder that --encoder names, or the network of a language model,
  // which --architecture names and whose objective says in which directions it reads.
  enum class Part { kEncoder, kLanguageModel };
  // `beyond` as TransformerFields has it.
  void visit(FieldList& fields, const std::string& beyond) { visit(fields, beyond, Above()); }
  void visit(FieldList& fields, const std::string& beyond, const Above& above,
             Part part = Part::kEncoder);
  // What the encoder puts out for a word, K.
  int64_t state_size() const;
  Dropout dropout_kind() const {
    return {static_cast<float>(dropout),
            variational_dropout ? Dropout::Masks::kSentence : Dropout::Masks::kElement};
  }
  // Whether its words look at each other.
  bool has_self_attention() const { return encoder == "transformer" || intra_attention; }
  EncoderOptions options() const;
  // Throws UsageError for sizes that do not go together.
  void check() const;
};

}  // namespace alinea
