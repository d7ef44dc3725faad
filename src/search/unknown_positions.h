// What is said of sources that are longer than the score location knows.
#pragma once

#include <cstdint>

#include "models/model_options.h"

namespace alinea {

// Says once in a run, on stderr, that the positions of a source beyond the last one that the model
// knows are never looked at. `words` is the length of a source without </s>.
void note_unknown_positions(const ModelOptions& options, int64_t words);

}  // namespace alinea
