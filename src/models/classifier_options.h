// What a document classifier is made of. The command line, the model folder and the model share it.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace alinea {

struct ClassifierOptions {
  std::string cell = "gru";
  std::string pooling = "attention";
  bool hierarchical = true;  // otherwise one level: the document is one sequence of words
  int64_t embedding_size = 200;
  int64_t hidden_size = 50;      // a direction, at both levels
  int64_t attention_size = 100;  // A
  double dropout = 0.5;          // embeddings, what levels put out
  double word_dropout = 0;       // words that become <unk>

  bool has_attention() const { return pooling == "attention"; }
};

// Throws UsageError for an option that no classifier can have.
void check_options(const ClassifierOptions& options);

nlohmann::ordered_json to_json(const ClassifierOptions& options);
// Throws Error where a field is missing or of another type.
ClassifierOptions classifier_options_from_json(const nlohmann::ordered_json& json);

}  // namespace alinea
