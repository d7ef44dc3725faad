#include "encoders/encoder_cost.h"

namespace alinea {

int64_t floats_of_layer(const std::string& part, int64_t units, const EncoderOptions& options) {
  if (part == "bag") return 0;
  if (part == "transformer")
    return 2 * (8 * options.transformer.size + options.transformer.feed_forward_size);
  if (part == "convolutional") return options.convolution.floats_of_word() / options.layers;
  return kFloatsOfUnit * units;
}

int64_t floats_of_word(const EncoderFields& encoder) {
  return kFloatsOfUnit * encoder.embedding_size +
         encoder.layers * floats_of_layer(encoder.encoder, encoder.state_size(), encoder.options());
}

}  // namespace alinea
