// Where attention looks: at every source position, or inside a window around p_t
// (Luong, Pham & Manning 2015, sections 3.1 and 3.2).
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "attention/score.h"
#include "autograd/tape.h"
#include "ops/window.h"

namespace alinea {

// What a mode looks at for each of N sentences and T target steps.
struct Focus {
  std::span<const ops::Window> windows;  // N x T
  Variable centres;                      // p_t, [N, T], counted from 1; local modes only
};

// The steps that attend together: query [N, T, Q], the source lengths N and the T target positions,
// counted from 1.
struct Steps {
  Variable query;
  std::span<const int64_t> lengths;
  std::span<const int64_t> positions;
};

// What is left of windows [N, T] that reach no further than `reach` from the median of the weights
// [N * T, S] of the step before: the first position up to which they make half of their sum. Where
// nothing is left, a window stays as it is.
std::span<const ops::Window> windows_around(Tape& tape, std::span<const ops::Window> windows,
                                            const Variable& weights, int64_t reach);

class AttentionMode {
 public:
  virtual ~AttentionMode() = default;
  virtual Focus focus(Tape& tape, const Steps& steps) const = 0;
  // From the softmax inside the window, [N, T, S], to the attention weights.
  virtual Variable weigh(Tape& /*tape*/, const Variable& softmax, const Focus& /*focus*/) const {
    return softmax;
  }
};

// "global", "local-m", "local-p"; `window` is D, parameters are under `prefix`. Throws UsageError
// for another name or D < 1.
std::unique_ptr<AttentionMode> make_mode(std::string_view name, int64_t window,
                                         ParameterStore& store, const std::string& prefix,
                                         const AttentionSizes& sizes);
std::vector<std::string> mode_names();

}  // namespace alinea
