// What a translation model is made of. The command line, the model folder and the model share it.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <vector>

#include "decoders/decoder.h"
#include "encoders/encoder_fields.h"
#include "encoders/front_end_fields.h"
#include "layers/dropout.h"

namespace alinea {

class FieldList;

struct ModelOptions {  // NOLINT(clang-analyzer-optin.performance.Padding): there is one of them
  std::string architecture = "recurrent";  // what encoder and decoder are where they are not named
  std::string encoder;                     // "": that of the architecture
  std::string decoder;                     // "": bahdanau for additive, luong for other scores
  std::string cell = "gru";
  int64_t encoder_layers = 1;
  int64_t decoder_layers = 1;
  bool bidirectional = true;
  int64_t embedding_size = 256;
  int64_t hidden_size = 512;           // H, the decoder's
  int64_t encoder_hidden_size = 0;     // a direction; 0: H/2 when bidirectional, else H
  int64_t encoder_window = 2;          // w, encoder window
  int64_t attention_size = 0;          // A; 0: H
  std::string attention = "additive";  // a score, or "none"
  int64_t attention_heads = 1;
  std::string attention_mode = "global";
  int64_t attention_window = 10;          // D
  std::string attention_choice = "soft";  // "hard": a position is chosen at each step
  double attention_entropy = 0.002;       // λ_e, of hard attention
  double doubly_stochastic = 0;           // λ
  bool context_gate = false;
  bool coverage = false;          // attention sees how much of each word it has used up
  bool location_aware = false;    // attention sees where it looked at the step before
  int64_t location_filters = 10;  // k
  int64_t location_width = 10;    // r
  double sharpening = 1;          // β
  bool smoothing = false;         // attention weights by σ, not exp
  int64_t source_positions = 0;   // L, the longest source of training; score location only
  bool input_feeding = true;      // decoder luong
  std::string readout = "tanh";   // decoder bahdanau: "tanh" or "maxout"
  std::string bridge = "bridge";
  bool residual = false;  // a layer adds to what the one below puts out, from the second on
  bool layer_normalization = false;  // of what layers put out
  bool intra_attention = false;      // layers look at all their states so far
  double ctc_weight = 0;             // λ of the loss on the encoder's states
  double dropout = 0.3;
  double word_dropout = 0;
  double weight_drop = 0;               // of the recurrent weights
  bool variational_dropout = false;     // one mask for all steps of a sentence
  std::string tie_embeddings = "none";  // "target-output": the output layer is the target
                                        // embedding; "all": the source embedding, too
  int64_t context = 5;                  // C, decoder feed-forward: the words that it reads
  int64_t smoothing_window = 2;  // Q, of its attention: neighbours that states are averaged with
  bool copy = false;             // words of the source may be copied
  double coverage_loss = 0;      // training: weight of what attention looks at again
  // Decoder transformer: attention over given targets is that of words that see all of their target
  // (Garg et al. 2019, section 4.3), and the row of a word that of the step that reads it.
  bool full_context = false;
  TransformerFields transformer;  // encoder or decoder transformer, of size d = embedding_size
  ConvolutionFields convolution;  // encoder or decoder convolutional
  std::string decoder_attention = "all";  // decoder convolutional: blocks that attend, or "last"
  // Decoder convolutional: gradients into the encoder are divided by the number of attentions.
  bool scale_gradients = true;
  std::string source_type = "text";  // "features": rows of numbers
  FrontEndFields front_end;          // of features

  void visit(FieldList& fields);

  bool has_states_of_embedding_size() const {
    const std::string name = chosen_encoder();
    return name == "transformer" || name == "convolutional" || name == "bag";
  }
  // What the encoder puts out for a word, K.
  int64_t state_size() const {
    if (has_states_of_embedding_size()) return embedding_size;
    if (chosen_encoder() == "window") return encoder_hidden_size;
    return (bidirectional ? 2 : 1) * encoder_hidden_size;
  }
  // What the decoder hands to the output layer.
  int64_t readout_size() const {
    const bool projects = has_attention() && attention_heads > 1;
    if (chosen_decoder() == "feed-forward")
      return hidden_size + (projects ? attention_size : state_size());
    return has_recurrent_decoder() ? hidden_size : embedding_size;
  }
  bool ties_output() const { return tie_embeddings != "none"; }
  bool ties_all() const { return tie_embeddings == "all"; }
  bool has_features() const { return source_type == "features"; }
  // Rows of features that make a position of the source.
  int64_t rows_per_position() const { return front_end.stacking << front_end.subsampling; }
  bool has_attention() const { return attention != "none"; }
  bool has_attention(AttentionOf of) const;
  bool has_hard_attention() const { return attention_choice == "hard"; }
  // What encoder and decoder are where they are not named.
  std::string chosen_encoder() const;
  std::string chosen_decoder() const;
  bool has_recurrent() const { return chosen_encoder() == "recurrent" || has_recurrent_decoder(); }
  bool has_recurrent_decoder() const {
    const std::string name = chosen_decoder();
    return name == "bahdanau" || name == "luong";
  }
  bool has_transformer() const {
    return chosen_encoder() == "transformer" || chosen_decoder() == "transformer";
  }
  bool is_transformer_alone() const {
    return chosen_encoder() == "transformer" && chosen_decoder() == "transformer";
  }
  // Whether a part has units of the hidden size. Others have those of the embedding.
  bool has_hidden_units() const {
    return has_recurrent() || chosen_encoder() == "window" || chosen_decoder() == "feed-forward";
  }
  // One that looks at the source in every layer.
  bool has_layered_decoder() const {
    const std::string name = chosen_decoder();
    return name == "transformer" || name == "convolutional";
  }
  bool has_convolutional() const {
    return chosen_encoder() == "convolutional" || chosen_decoder() == "convolutional";
  }
  // Of attention to the source: layers that have it, and the heads of each.
  int64_t attention_layers() const {
    return has_layered_decoder() && decoder_attention == "all" ? decoder_layers : 1;
  }
  int64_t layer_heads() const {
    return chosen_decoder() == "transformer" ? transformer.heads : attention_heads;
  }
  Dropout dropout_kind() const {
    return {static_cast<float>(dropout),
            variational_dropout ? Dropout::Masks::kSentence : Dropout::Masks::kElement};
  }
};

std::vector<std::string> attention_names();  // the scores and "none"
std::vector<std::string> attention_choice_names();
std::vector<std::string> readout_names();
std::vector<std::string> tie_names();

// What other architectures take for default, on the command line: an option and its value.
struct AssumedOption {
  const char* name;
  const char* value;
};
std::span<const AssumedOption> assumed_options(const ModelOptions& options);

// Fills in what was left to its default. Throws UsageError, naming the options and the sizes, for
// a combination that the model does not have.
ModelOptions completed(ModelOptions options);

// What the parts are made of, of completed options.
EncoderOptions encoder_options(const ModelOptions& options);
DecoderOptions decoder_options(const ModelOptions& options, int64_t state_size);

// Throws Error where a field is missing or of another type. Configurations of version 0.1.0 name
// the decoder as "wiring".
ModelOptions model_options_from_json(nlohmann::ordered_json json);

}  // namespace alinea
