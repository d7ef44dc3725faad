// What an encoder costs.
#pragma once

#include "encoders/encoder_fields.h"

namespace alinea {

// Roughly the floats that the tape keeps of a word: its vector, gates and states of all directions,
// or what other layers read and put out, with their gradients.
int64_t floats_of_word(const EncoderFields& encoder);

}  // namespace alinea
