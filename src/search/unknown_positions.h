// What is said of sources that are longer than the positions that a model knows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "models/model_options.h"

namespace alinea {

// Says once in a run, on stderr, that the positions of a source beyond the last one that the model
// knows are never looked at. `words` is the length of a source without </s>.
void note_unknown_positions(const ModelOptions& options, int64_t words);

// Why an encoder that reads so many words at most (Encoder::most_words) cannot read a source of
// `words` words, without </s>; empty where it can.
std::string beyond_positions(std::optional<int64_t> most, int64_t words);

}  // namespace alinea
