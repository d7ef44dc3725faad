// Hard attention (Xu et al. 2015, "Show, attend and tell", section 4.1): one position of each row
// of weights in the place of their mean.
#pragma once

#include <cstdint>
#include <span>

#include "autograd/tape.h"

namespace alinea::ops {

// How a sentence's positions are chosen.
struct PositionChoice {
  enum class Kind : uint8_t {
    kExpected,  // none is: the weights stay as they are
    kLargest,   // that of the largest weight, the first of equals
    kDrawn,     // with the weights for probabilities
  };
  Kind kind = Kind::kExpected;
  uint64_t seed = 0;  // of what is drawn
};

// Where no position was chosen.
inline constexpr int32_t kNoPosition = -1;

struct ChosenPositions {
  Variable weights;                    // [N, T, S]
  std::span<const int32_t> positions;  // N x T, or kNoPosition
};

// weights [N, T, S], a choice for each n -> 1 at the position that was chosen, and 0 elsewhere; no
// gradient flows through a choice. A draw depends on the sentence's seed and the number of its
// step, one of `steps` (T) alone. Weights of 0 are never drawn.
ChosenPositions choose_positions(Tape& tape, const Variable& weights,
                                 std::span<const PositionChoice> choices,
                                 std::span<const uint64_t> steps);

}  // namespace alinea::ops
