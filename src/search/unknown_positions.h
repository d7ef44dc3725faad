// What is said of sources that are longer than the positions that a model knows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "models/encoder_decoder.h"

namespace alinea {

// Says once in a run, on stderr, that the positions of a source beyond the last one that the model
// knows are never looked at. `words` is the length of a source without </s>.
void note_unknown_positions(const ModelOptions& options, int64_t words);

// Why a model cannot read a source of so many words, without </s>, or rows of features: its encoder
// has no positions for them (Encoder::most_words). Empty where it can.
std::string beyond_positions(const EncoderDecoder& model, int64_t length);

}  // namespace alinea
