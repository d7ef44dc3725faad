// Local attention that predicts where to look, local-p (Luong et al. 2015, eqs. 9 and 10):
//   p_t = S · σ(v_pᵀ tanh(W_p q_t))
//   α_ts = softmax_s(e_ts) · exp(-(s - p_t)² / 2σ²),  σ = D/2,  over |s - p_t| ≤ D
// The window itself has no gradient: p_t learns through the Gaussian.
#pragma once

#include <algorithm>
#include <cmath>

#include "attention/mode.h"
#include "layers/linear.h"
#include "ops/activation.h"

namespace alinea {

class LocalPredictiveMode : public AttentionMode {
 public:
  LocalPredictiveMode(int64_t window, ParameterStore& store, const std::string& prefix,
                      const AttentionSizes& sizes)
      : window_(window),
        w_(store, prefix + ".position", sizes.query, sizes.attention, Bias::kNone),
        v_(store, prefix + ".position.v", sizes.attention, 1, Bias::kNone) {
    // Narrower than that of `general`: the centre moves by S/4 words for 1 before the σ.
    w_.weight().scale_normalized_rate(rate_share(8, sizes.query));
    v_.weight().scale_normalized_rate(rate_share(8, sizes.attention));
  }

  Focus focus(Tape& tape, const Steps& steps) const override {
    const int64_t batch = steps.query.shape()[0], count = steps.query.shape()[1];
    const std::span<float> lengths = tape.arena().floats(batch * count);
    for (int64_t i = 0; i < batch * count; ++i)
      lengths[i] = static_cast<float>(steps.lengths[i / count]);
    const Variable v = v_(tape, ops::tanh(tape, w_(tape, steps.query)));  // [N, T, 1]
    const Variable centres = ops::scaled_logistic(tape, v.reshaped({batch, count}), lengths);

    const std::span<ops::Window> windows = tape.arena().array<ops::Window>(batch * count);
    for (int64_t i = 0; i < batch * count; ++i)
      windows[i] = around(centres.value()[i], steps.lengths[i / count]);
    return {windows, centres};
  }

  Variable weigh(Tape& tape, const Variable& softmax, const Focus& focus) const override {
    return ops::gaussian(tape, softmax, focus.centres, static_cast<float>(window_) / 2.0F);
  }

 private:
  // The positions s with |s - p| ≤ D; at least the nearest, whatever rounding does.
  ops::Window around(float centre, int64_t length) const {
    const auto reach = static_cast<float>(window_);
    const auto first = static_cast<int64_t>(std::ceil(centre - reach));
    const auto last = static_cast<int64_t>(std::floor(centre + reach));
    const auto nearest = std::clamp<int64_t>(static_cast<int64_t>(std::lround(centre)), 1, length);
    return {std::clamp<int64_t>(first, 1, nearest) - 1, std::clamp(last, nearest, length)};
  }

  int64_t window_;  // D
  Linear w_, v_;
};

}  // namespace alinea
