#include "layers/bidirectional.h"

#include <algorithm>

#include "ops/rows.h"

namespace alinea {

namespace {

// Weights [N, S, S] of each direction, the second one's in the order in which it read the words.
Variable both_weights(Tape& tape, const Variable& forward, const Variable& backward,
                      std::span<const int64_t> lengths) {
  const int64_t batch = std::ssize(lengths), width = forward.columns(), square = width * width;
  const Variable both = tape.zeros({batch, 2, width, width});
  for (int64_t n = 0; n < batch; ++n) {
    std::copy_n(forward.value() + n * square, square, both.value() + 2 * n * square);
    const float* from = backward.value() + n * square;
    float* to = both.value() + (2 * n + 1) * square;
    const int64_t last = lengths[n] - 1;
    for (int64_t t = 0; t <= last; ++t)
      for (int64_t i = 0; i <= last; ++i) to[(last - t) * width + last - i] = from[t * width + i];
  }
  return both;
}

// The part of a state that belongs to a direction, or where there is none the direction's zeros.
RecurrentState part_of(Tape& tape, const RecurrentState& both, int64_t direction,
                       int64_t directions, const Recurrent& layer, int64_t batch) {
  if (!both.h) return layer.zero_state(tape, batch);
  const int64_t size = both.h.columns() / directions;
  const auto part = [&](const Variable& x) {
    return x ? ops::columns(tape, x, direction * size, size) : x;
  };
  return {part(both.h), part(both.c)};
}

}  // namespace

Bidirectional::Bidirectional(ParameterStore& store, const std::string& name,
                             const Recurrent::Options& options, Directions directions) {
  directions_.emplace_back(store, name + ".forward", options);
  if (directions == Directions::kBoth) directions_.emplace_back(store, name + ".backward", options);
}

RecurrentResult Bidirectional::operator()(Tape& tape, const Variable& x, const Packing& packing,
                                          std::span<const int64_t> reversed, Variable* weights,
                                          const RecurrentState& initial) const {
  const int64_t batch = packing.active().front(), ways = std::ssize(directions_);
  if (initial.h) weights = nullptr;
  const Recurrent& forward = directions_[0];
  Variable ahead, back;
  RecurrentResult result =
      forward(tape, x, packing.active(), part_of(tape, initial, 0, ways, forward, batch), {},
              weights != nullptr ? &ahead : nullptr);
  if (directions_.size() == 1) {
    if (ahead) *weights = ahead.reshaped({batch, 1, ahead.columns(), ahead.columns()});
    return result;
  }

  // Right to left is left to right over every sentence reversed within its own length.
  const Recurrent& backward = directions_[1];
  const Variable x_reversed = ops::gather_rows(tape, x, reversed);
  const RecurrentResult other =
      backward(tape, x_reversed, packing.active(), part_of(tape, initial, 1, ways, backward, batch),
               {}, weights != nullptr ? &back : nullptr);
  if (ahead) *weights = both_weights(tape, ahead, back, packing.lengths());
  const Variable output = ops::gather_rows(tape, other.output, reversed);

  result.output = ops::concatenate(tape, {result.output, output});
  result.last.h = ops::concatenate(tape, {result.last.h, other.last.h});
  if (result.last.c) result.last.c = ops::concatenate(tape, {result.last.c, other.last.c});
  return result;
}

}  // namespace alinea
