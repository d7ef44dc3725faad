// Layer normalisation (Ba, Kiros & Hinton 2016, equation 4).
#pragma once

#include "autograd/tape.h"

namespace alinea::ops {

// What keeps the variance above 0.
inline constexpr float kLayerNormEpsilon = 1e-5F;

// y = gain ∘ (x - μ) / √(σ² + ε) + bias, with μ and σ² of the elements of each row of x [..., C];
// gain and bias [C].
Variable layer_norm(Tape& tape, const Variable& x, const Variable& gain, const Variable& bias);

}  // namespace alinea::ops
