// Log-probabilities of a mixture from those of its parts. For inference: nothing is recorded.
#pragma once

#include <span>
#include <vector>

namespace alinea::ops {

// mixed_i = log Σ_m w_m exp(x_mi) for parts x of one size, all below infinity, and weights above
// 0, one a part. Of parts of -inf it is -inf. mixed may be one of the parts.
void log_mixture(std::span<const std::span<const float>> parts, std::span<const float> weights,
                 std::span<float> mixed);

}  // namespace alinea::ops
