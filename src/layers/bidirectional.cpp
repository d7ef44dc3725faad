#include "layers/bidirectional.h"

#include "ops/rows.h"

namespace alinea {

Bidirectional::Bidirectional(ParameterStore& store, const std::string& name,
                             const Recurrent::Options& options, Directions directions) {
  directions_.emplace_back(store, name + ".forward", options);
  if (directions == Directions::kBoth) directions_.emplace_back(store, name + ".backward", options);
}

RecurrentResult Bidirectional::operator()(Tape& tape, const Variable& x, const Packing& packing,
                                          std::span<const int64_t> reversed) const {
  const int64_t batch = packing.active().front();
  const Recurrent& forward = directions_[0];
  RecurrentResult result = forward(tape, x, packing.active(), forward.zero_state(tape, batch));
  if (directions_.size() == 1) return result;

  // Right to left is left to right over every sentence reversed within its own length.
  const Recurrent& backward = directions_[1];
  const Variable x_reversed = ops::gather_rows(tape, x, reversed);
  const RecurrentResult other =
      backward(tape, x_reversed, packing.active(), backward.zero_state(tape, batch));
  const Variable output = ops::gather_rows(tape, other.output, reversed);

  result.output = ops::concatenate(tape, {result.output, output});
  result.last.h = ops::concatenate(tape, {result.last.h, other.last.h});
  if (result.last.c) result.last.c = ops::concatenate(tape, {result.last.c, other.last.c});
  return result;
}

}  // namespace alinea
