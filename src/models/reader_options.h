// What a reader is made of. The command line, the model folder and the model share it.
#pragma once

#include <string>
#include <vector>

#include "encoders/encoder_fields.h"
#include "text/reading_text.h"

namespace alinea {

class FieldList;

// attention-over-attention   s = Σ_j β_j α(j) (Cui et al. 2017)
// sum                        s = α of the blank (Kadlec et al. 2016, with the blank's state)
std::vector<std::string> reader_names();

struct ReaderOptions {
  EncoderFields encoder;
  std::string reader = "attention-over-attention";
  // Questions about stories, with answers out of a vocabulary, instead of a word of the document
  // (models/story_network.h).
  bool stories = false;
  int64_t sentence_positions = 20;  // M

  void visit(FieldList& fields);
  bool has_query_weights() const { return reader == "attention-over-attention"; }
};

// The fields of how text becomes words.
struct ReadingFormFields {
  ReadingForm& form;
  void visit(FieldList& fields) const;
};

}  // namespace alinea
