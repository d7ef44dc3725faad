// A feed-forward network over the words around each position, which sees nothing beyond them
// (Collobert et al. 2011, section 3.3.1):
//
//   h_s = tanh(W [x_{s-w} ; ... ; x_{s+w}] + b),  x = 0 outside the sentence
//
// and further layers h_s = tanh(W h_s + b). With w = 0 a word is all that its state depends on.
#pragma once

#include <optional>
#include <vector>

#include "encoders/encoder.h"
#include "layers/embedding.h"
#include "layers/linear.h"

namespace alinea {

class WindowEncoder : public Encoder {
 public:
  // Parameters: encoder.embedding.weight, and encoder.layerL as in Linear.
  WindowEncoder(ParameterStore& store, const EncoderOptions& options, int64_t vocabulary);

  int64_t state_size() const override { return state_size_; }
  // Without last states.
  Encoded operator()(Tape& tape, const Source& source) const override;

 private:
  Variable neighbours(Tape& tape, const Variable& x, const SequenceLayout& layout) const;

  int64_t state_size_, window_;
  Dropout dropout_;
  double word_dropout_;
  std::optional<Embedding> embedding_;  // none: it reads vectors
  std::vector<Linear> layers_;
};

}  // namespace alinea
