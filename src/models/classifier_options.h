// What a document classifier is made of. The command line, the model folder and the model share it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "encoders/encoder_fields.h"
#include "models/sequence_pooling.h"
#include "text/document_splitter.h"

namespace alinea {

class FieldList;

// conditional   two recurrent encoders, the second one starts from what the first one ends with
// separate      one encoder reads each text by itself
// joined        one encoder reads both as one text
std::vector<std::string> pair_encoding_names();

// Those of PremiseAttention, and kCompare: each word is compared with what it sees in the other
// text.
inline constexpr const char* kCompare = "compare";
std::vector<std::string> pair_attention_names();

// The encoder of words that classifiers have unless told otherwise.
EncoderFields document_encoder();

struct ClassifierOptions {
  EncoderFields words = document_encoder();
  PoolingOptions pooling;  // at both levels
  // Otherwise one level: the document is one sequence of words. The sentence level is a recurrent
  // layer in both directions, of the cell and the hidden size of `words`.
  bool hierarchical = true;
  // Two texts, a premise and a hypothesis, have a class together (models/pair_level.h).
  bool pairs = false;
  std::string pair_encoding = "conditional";
  std::string pair_attention = "word-by-word";

  bool has_sentence_level() const { return hierarchical && !pairs; }
  // Whether the texts of a pair are one sequence of words, which is then pooled.
  bool joins_pairs() const { return pairs && pair_encoding == "joined"; }
  bool has_pooling() const { return !pairs || joins_pairs(); }
  // Whether one text of a pair attends to the other, and whether the other does so, too.
  bool has_pair_attention() const { return !has_pooling() && pair_attention != "none"; }
  bool attends_both_ways() const {
    return has_pair_attention() && (pair_attention == "two-way" || pair_attention == kCompare);
  }

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
