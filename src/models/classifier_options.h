// What a document classifier is made of. The command line, the model folder and the model share it.
#pragma once

#include <cstdint>
#include <string>

#include "text/document_splitter.h"

namespace alinea {

class FieldList;

struct ClassifierOptions {
  std::string cell = "gru";
  std::string pooling = "attention";
  bool hierarchical = true;  // otherwise one level: the document is one sequence of words
  int64_t embedding_size = 200;
  int64_t hidden_size = 50;      // a direction, at both levels
  int64_t attention_size = 100;  // A
  double dropout = 0.5;          // embeddings, what levels put out
  double word_dropout = 0;       // words that become <unk>

  void visit(FieldList& fields);

  bool has_attention() const { return pooling == "attention"; }
};

// The fields of how documents are cut.
struct SplitterFields {
  SplitterOptions& options;
  void visit(FieldList& fields) const;
};

}  // namespace alinea
