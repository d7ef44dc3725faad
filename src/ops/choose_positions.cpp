#include "ops/choose_positions.h"

#include <algorithm>

#include "ops/check.h"
#include "support/random.h"

namespace alinea::ops {

namespace {

// Uniform in [0, 1).
double drawn_share(uint64_t seed, uint64_t step) {
  return static_cast<double>(alinea::mix(seed + alinea::mix(step + 1)) >> 11) * 0x1p-53;
}

// The position up to which the weights add up to more than that share of their sum.
int32_t position_at(std::span<const float> weights, double share) {
  double left = 0;
  for (const float weight : weights) left += static_cast<double>(weight);
  left *= share;
  int32_t last = 0;
  for (size_t s = 0; s < weights.size(); ++s) {
    if (weights[s] == 0) continue;
    last = static_cast<int32_t>(s);
    left -= static_cast<double>(weights[s]);
    if (left < 0) break;
  }
  return last;
}

int32_t chosen_position(std::span<const float> weights, const PositionChoice& choice,
                        uint64_t step) {
  switch (choice.kind) {
    case PositionChoice::Kind::kExpected:
      return kNoPosition;
    case PositionChoice::Kind::kLargest:
      return static_cast<int32_t>(std::ranges::max_element(weights) - weights.begin());
    case PositionChoice::Kind::kDrawn:
      break;
  }
  return position_at(weights, drawn_share(choice.seed, step));
}

}  // namespace

ChosenPositions choose_positions(Tape& tape, const Variable& weights,
                                 std::span<const PositionChoice> choices,
                                 std::span<const uint64_t> steps) {
  const OperationTimer timer(tape, "choose_positions");
  const int64_t batch = weights.shape()[0], count = weights.shape()[1], width = weights.columns();
  check(std::ssize(choices) == batch, "choose_positions", "the number of choices", batch,
        std::ssize(choices));
  check(std::ssize(steps) == count, "choose_positions", "the number of steps", count,
        std::ssize(steps));
  const std::span<int32_t> positions = tape.arena().array<int32_t>(batch * count);
  const Variable y = tape.result(weights.shape(), {weights});
  for (int64_t row = 0; row < batch * count; ++row) {
    const auto from =
        weights.values().subspan(static_cast<size_t>(row * width), static_cast<size_t>(width));
    float* to = y.value() + row * width;
    positions[static_cast<size_t>(row)] = chosen_position(
        from, choices[static_cast<size_t>(row / count)], steps[static_cast<size_t>(row % count)]);
    if (positions[static_cast<size_t>(row)] == kNoPosition) {
      std::ranges::copy(from, to);
    } else {
      std::fill_n(to, width, 0.0F);
      to[positions[static_cast<size_t>(row)]] = 1;
    }
  }
  tape.record([=] {
    if (!y.has_gradient() || !weights.requires_gradient()) return;
    const float* dy = y.gradient();
    float* dweights = weights.gradient();
    for (int64_t row = 0; row < batch * count; ++row) {
      if (positions[static_cast<size_t>(row)] != kNoPosition) continue;
      for (int64_t i = row * width; i < (row + 1) * width; ++i) dweights[i] += dy[i];
    }
  });
  return {y, positions};
}

}  // namespace alinea::ops
