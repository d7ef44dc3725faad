#include "encoders/feature_encoder.h"

namespace alinea {

Encoded FeatureEncoder::operator()(Tape& tape, const Source& source) const {
  const FrontEndResult result = (*front_end_)(tape, source.rows, source.lengths);
  return (*encoder_)(tape, {.ids = {},
                            .lengths = result.lengths,
                            .keep_attention = source.keep_attention,
                            .vectors = result.vectors});
}

}  // namespace alinea
