// The norm of all gradients, and clipping by it. The same bits for any number of threads.
#pragma once

#include <span>

namespace alinea {

// The Euclidean norm, summed in double.
double global_norm(std::span<const float> values);

void scale(std::span<float> values, float factor);

// Scales the gradients down to max_norm where their norm is larger (Pascanu, Mikolov & Bengio 2013,
// algorithm 1); max_norm 0 leaves them alone. Returns the norm before. Where it is not finite the
// gradients stay as they are: the caller decides about the update.
double clip_by_global_norm(std::span<float> gradients, double max_norm);

}  // namespace alinea
