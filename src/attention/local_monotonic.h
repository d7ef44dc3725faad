// Local attention that assumes monotonic alignment, local-m (Luong et al. 2015, section 3.2):
//   p_t = min(t, S),  softmax over the positions within [p_t - D, p_t + D]
#pragma once

#include <algorithm>

#include "attention/mode.h"

namespace alinea {

class LocalMonotonicMode : public AttentionMode {
 public:
  explicit LocalMonotonicMode(int64_t window) : window_(window) {}

  Focus focus(Tape& tape, const Steps& steps) const override {
    const int64_t batch = steps.query.shape()[0], count = steps.query.shape()[1];
    const std::span<ops::Window> windows = tape.arena().array<ops::Window>(batch * count);
    Variable centres = tape.zeros({batch, count});
    for (int64_t i = 0; i < batch * count; ++i) {
      const int64_t length = steps.lengths[i / count];
      const int64_t centre = std::min(steps.positions[i % count], length);  // p_t, from 1
      windows[i] = {std::max<int64_t>(0, centre - 1 - window_), std::min(length, centre + window_)};
      centres.value()[i] = static_cast<float>(centre);
    }
    return {windows, centres};
  }

 private:
  int64_t window_;  // D
};

}  // namespace alinea
