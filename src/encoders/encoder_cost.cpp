#include "encoders/encoder_cost.h"

namespace alinea {

int64_t floats_of_word(const EncoderFields& encoder) {
  constexpr int64_t kEachUnit = 12;
  const int64_t vector = kEachUnit * encoder.embedding_size;
  if (encoder.encoder == "bag") return vector;
  if (encoder.encoder == "convolutional")
    return vector + encoder.options().convolution.floats_of_word();
  const int64_t layer = encoder.encoder == "transformer"
                            ? encoder.embedding_size + encoder.transformer.feed_forward_size / 4
                            : encoder.state_size();
  return vector + kEachUnit * encoder.layers * layer;
}

}  // namespace alinea
