// The norm of all gradients, and clipping by it. The same bits for any number of threads.
#pragma once

#include <span>

namespace alinea {

// Adds the others, which are as long, to `sum`, and returns the Euclidean norm of what that makes,
// summed in double. One pass over all: on many threads it is memory that takes the time.
double add_up(std::span<float> sum, std::span<const std::span<const float>> others);

// That of gradients as they are.
double global_norm(std::span<const float> values);

// What gradients of this norm are multiplied with, so that their norm is at most max_norm (Pascanu,
// Mikolov & Bengio 2013, algorithm 1): 1 where max_norm is 0, and where the norm is not finite: the
// caller decides about the update.
double clipping(double norm, double max_norm);

}  // namespace alinea
