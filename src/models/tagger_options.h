// What a tagger is made of. The command line, the model folder and the model share it.
#pragma once

#include <cstdint>
#include <string>

#include "encoders/encoder_fields.h"
#include "text/tagged_corpus.h"

namespace alinea {

class FieldList;

struct TaggerOptions {
  // Words that become unknown now and then, so that a tagger knows what to do with them.
  TaggerOptions() { encoder.word_dropout = 0.05; }

  EncoderFields encoder;
  bool crf = false;                 // a chain of tags instead of a softmax for each word
  bool character_features = false;  // a vector of each word by its letters
  int64_t character_embedding_size = 30;
  int64_t character_hidden_size = 30;  // a direction
  bool joint_class = false;            // a class of the sentence beside the tags
  std::string pooling = "attention";   // of the states, for the class
  int64_t attention_size = 100;        // A, of the pooling
  bool slot_gate = false;              // the class has a say in the tags (Goo et al. 2018)

  void visit(FieldList& fields);

  // F, of what letters say about a word.
  int64_t features() const { return character_features ? 2 * character_hidden_size : 0; }
};

// The fields of where words, tags and classes stand.
struct TaggedFormFields {
  TaggedForm& form;
  void visit(FieldList& fields) const;
};

// The fields of that and of what becomes of words.
struct TaggedTextFields {
  TaggedForm& form;
  WordForm& words;
  void visit(FieldList& fields) const;
};

}  // namespace alinea
