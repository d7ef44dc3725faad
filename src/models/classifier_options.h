// What a document classifier is made of. The command line, the model folder and the model share it.
#pragma once

#include <cstdint>

#include "encoders/encoder_fields.h"
#include "models/sequence_pooling.h"
#include "text/document_splitter.h"

namespace alinea {

class FieldList;

// The encoder of words that classifiers have unless told otherwise.
EncoderFields document_encoder();

struct ClassifierOptions {
  EncoderFields words = document_encoder();
  PoolingOptions pooling;  // at both levels
  // Otherwise one level: the document is one sequence of words. The sentence level is a recurrent
  // layer in both directions, of the cell and the hidden size of `words`.
  bool hierarchical = true;

  void visit(FieldList& fields);
  // Throws UsageError for a value that is not accepted and for sizes that do not go together.
  void check() const;
};

// The fields of how documents are cut.
struct SplitterFields {
  SplitterOptions& options;
  void visit(FieldList& fields) const;
};

}  // namespace alinea
