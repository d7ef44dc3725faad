// What a language model is made of. The command line, the model folder and the network share it.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/model_options.h"

namespace alinea {

struct LanguageOptions {
  // causal: every word from those before it (with a Transformer: Radford et al. 2018)
  // masked: words that are hidden from all others (Devlin et al. 2019)
  // bidirectional: causal in both directions, apart from each other (Peters et al. 2018)
  std::string objective = "causal";
  EncoderFields network;
  bool tie_embeddings = false;  // the output layer is the embedding

  void visit(FieldList& fields);

  bool is_transformer() const { return network.encoder == "transformer"; }
  bool is_recurrent() const { return network.encoder == "recurrent"; }
  bool is_masked() const { return objective == "masked"; }
  // Whether it can go on from the states behind another text.
  bool carries_states() const {
    return objective == "causal" && is_recurrent() && !network.intra_attention;
  }
  // Whether its words look at each other.
  bool has_self_attention() const { return network.has_self_attention(); }
  // What the output layer reads.
  int64_t readout_size() const;
  // The most words that learned positions know, </s> counted; nothing where there is no limit.
  std::optional<int64_t> most_words() const;
  // Throws UsageError for options that do not go together.
  void check() const;
};

std::vector<std::string> objective_names();

// What other options are by default with this architecture.
std::span<const AssumedOption> assumed_options(const LanguageOptions& options);

// What the options of an encoder have to be, by their names, so that it computes what this network
// does: all but those that act in training alone, and the directions of recurrent layers, of which
// an encoder may have more.
std::map<std::string, std::string> as_encoder(LanguageOptions options);

// Of the parts that the network is made of.
EncoderOptions encoder_options(const LanguageOptions& options);
DecoderOptions decoder_options(const LanguageOptions& options);

}  // namespace alinea
