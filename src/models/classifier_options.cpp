#include "models/classifier_options.h"

#include "layers/recurrent.h"
#include "models/option_checks.h"
#include "models/sequence_pooling.h"

namespace alinea {

void check_options(const ClassifierOptions& o) {
  check_choice("cell", o.cell, cell_names());
  check_choice("pooling", o.pooling, pooling_names());
  check_size("embedding-size", o.embedding_size, kLargestSize);
  check_size("hidden-size", o.hidden_size, kLargestSize);
  check_size("attention-size", o.attention_size, kLargestSize);
  check_share("dropout", o.dropout);
  check_share("word-dropout", o.word_dropout);
}

nlohmann::ordered_json to_json(const ClassifierOptions& o) {
  return {{"cell", o.cell},
          {"pooling", o.pooling},
          {"hierarchical", o.hierarchical},
          {"embedding_size", o.embedding_size},
          {"hidden_size", o.hidden_size},
          {"attention_size", o.attention_size},
          {"dropout", o.dropout},
          {"word_dropout", o.word_dropout}};
}

ClassifierOptions classifier_options_from_json(const nlohmann::ordered_json& json) {
  ClassifierOptions o;
  const FieldReader read(json);
  read("cell", o.cell);
  read("pooling", o.pooling);
  read("hierarchical", o.hierarchical);
  read("embedding_size", o.embedding_size);
  read("hidden_size", o.hidden_size);
  read("attention_size", o.attention_size);
  read("dropout", o.dropout);
  read("word_dropout", o.word_dropout);
  return o;
}

}  // namespace alinea
