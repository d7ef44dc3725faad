// Squared distances from given numbers.
#pragma once

#include <span>

#include "autograd/tape.h"

namespace alinea::ops {

// Σ_r w_r |x_r - t_r|², [1], for x [R, C], targets t [R, C] and row weights w [R], of any sign.
// With w = advantage / 2σ² its gradient is that of -advantage · log N(t; x, σ²): REINFORCE for a
// draw t from a Gaussian around x (Williams 1992, section 6).
Variable weighted_squares(Tape& tape, const Variable& x, std::span<const float> targets,
                          std::span<const float> weights);

}  // namespace alinea::ops
