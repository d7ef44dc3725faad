// A bag of words: every state is the vector of its word, whatever stands around it (Rush, Chopra &
// Weston 2015, section 3.2).
#pragma once

#include <optional>

#include "encoders/encoder.h"
#include "layers/linear.h"

namespace alinea {

class BagEncoder : public Encoder {
 public:
  // Parameters: encoder.embedding.weight, and encoder.features as in Linear, [F, E], where words
  // have features.
  BagEncoder(ParameterStore& store, const EncoderOptions& options, int64_t vocabulary);

  int64_t state_size() const override { return size_; }
  // Without last states.
  Encoded operator()(Tape& tape, const Source& source) const override;

 private:
  int64_t size_;
  Dropout dropout_;
  double word_dropout_;
  std::optional<Embedding> embedding_;
  std::optional<Linear> features_;
};

}  // namespace alinea
