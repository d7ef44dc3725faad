// Global attention: the softmax runs over all S positions of the sentence.
#pragma once

#include "attention/mode.h"

namespace alinea {

class GlobalMode : public AttentionMode {
 public:
  Focus focus(Tape& tape, const Steps& steps) const override {
    const int64_t batch = steps.query.shape()[0], count = steps.query.shape()[1];
    const std::span<ops::Window> windows = tape.arena().array<ops::Window>(batch * count);
    for (int64_t i = 0; i < batch * count; ++i) windows[i] = {0, steps.lengths[i / count]};
    return {windows, {}};
  }
};

}  // namespace alinea
