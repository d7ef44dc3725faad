// Recurrent layers over the words, in both directions or left to right (Bahdanau et al. 2015,
// appendix A.2.1; Luong et al. 2015): h_s = [h⃗_s ; h⃖_s] of the top layer.
#pragma once

#include <optional>
#include <vector>

#include "encoders/encoder.h"
#include "layers/bidirectional.h"
#include "layers/embedding.h"

namespace alinea {

class RecurrentEncoder : public Encoder {
 public:
  // Parameters, with the options' name for encoder: encoder.embedding.weight of words, unless it is
  // another encoder's; encoder.layerL.forward and .backward as in Recurrent; encoder.layerL.norm as
  // in LayerNorm.
  RecurrentEncoder(ParameterStore& store, const EncoderOptions& options, int64_t vocabulary);

  int64_t state_size() const override { return state_size_; }
  int64_t positions(int64_t length) const override;
  // With each layer's last states, [h⃗_S ; h⃖_1] (and c).
  Encoded operator()(Tape& tape, const Source& source) const override;

 private:
  // Layers 1 ... subsampling read pairs.
  bool halves_before(int64_t layer) const { return layer > 0 && layer <= subsampling_; }
  int64_t inputs_above(int64_t layer) const { return (halves_before(layer) ? 2 : 1) * state_size_; }

  int64_t state_size_;
  Dropout dropout_;
  double word_dropout_;
  bool residual_;
  int64_t subsampling_;
  std::optional<Embedding> embedding_;  // none: it reads vectors
  std::vector<Bidirectional> layers_;
  std::vector<LayerNorm> norms_;
};

}  // namespace alinea
