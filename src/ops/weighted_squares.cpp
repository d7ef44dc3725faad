#include "ops/weighted_squares.h"

#include "ops/check.h"

namespace alinea::ops {

Variable weighted_squares(Tape& tape, const Variable& x, std::span<const float> targets,
                          std::span<const float> weights) {
  const OperationTimer timer(tape, "weighted_squares");
  const int64_t rows = x.rows(), columns = x.columns();
  check(std::ssize(targets) == rows * columns, "weighted_squares", "the number of targets",
        rows * columns, std::ssize(targets));
  check(std::ssize(weights) == rows, "weighted_squares", "the number of weights", rows,
        std::ssize(weights));
  const std::span<float> t = tape.arena().copy(targets), w = tape.arena().copy(weights);
  double sum = 0;
  for (int64_t i = 0; i < rows * columns; ++i) {
    const double distance = static_cast<double>(x.value()[i]) - static_cast<double>(t[i]);
    sum += static_cast<double>(w[i / columns]) * distance * distance;
  }
  const Variable y = tape.result({1}, {x});
  y.value()[0] = static_cast<float>(sum);
  tape.record([=] {
    if (!y.has_gradient() || !x.requires_gradient()) return;
    const float seed = 2 * y.gradient()[0];
    float* dx = x.gradient();
    for (int64_t i = 0; i < rows * columns; ++i)
      dx[i] += seed * w[i / columns] * (x.value()[i] - t[i]);
  });
  return y;
}

}  // namespace alinea::ops
