// What layers of encoders and decoders cost.
#pragma once

#include <cstdint>
#include <string>

#include "encoders/encoder_fields.h"

namespace alinea {

// Roughly the floats that the tape keeps of each unit of a recurrent layer, or number of a word's
// vector: gates, states and gradients.
inline constexpr int64_t kFloatsOfUnit = 12;

// Of a word in a layer: of its units, or, of a Transformer, what sublayers read and put out, or, of
// convolutions, windows. `part` names the encoder or decoder; `units` are those of a recurrent
// layer in all directions, or of a window.
int64_t floats_of_layer(const std::string& part, int64_t units, const EncoderOptions& options);

// Of a word in an encoder, its vector counted.
int64_t floats_of_word(const EncoderFields& encoder);

}  // namespace alinea
