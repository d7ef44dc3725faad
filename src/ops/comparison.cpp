#include "ops/comparison.h"

#include <cmath>

#include "ops/check.h"

namespace alinea::ops {

Variable comparison(Tape& tape, const Variable& x, const Variable& y) {
  const OperationTimer timer(tape, "comparison");
  const int64_t rows = x.rows(), size = x.columns();
  check(y.rows() == rows, "comparison", "rows", rows, y.rows());
  check(y.columns() == size, "comparison", "columns", size, y.columns());
  const Variable z = tape.result({rows, 4 * size}, {x, y});
  for (int64_t r = 0; r < rows; ++r) {
    const float *xs = x.value() + r * size, *ys = y.value() + r * size;
    float* out = z.value() + r * 4 * size;
    for (int64_t c = 0; c < size; ++c) {
      out[c] = xs[c];
      out[size + c] = ys[c];
      out[2 * size + c] = std::abs(xs[c] - ys[c]);
      out[3 * size + c] = xs[c] * ys[c];
    }
  }

  tape.record([=] {
    if (!z.has_gradient()) return;
    float* dx = x.requires_gradient() ? x.gradient() : nullptr;
    float* dy = y.requires_gradient() ? y.gradient() : nullptr;
    for (int64_t r = 0; r < rows; ++r) {
      const float* dz = z.gradient() + r * 4 * size;
      for (int64_t c = 0; c < size; ++c) {
        const int64_t i = r * size + c;
        const float difference = x.value()[i] - y.value()[i];
        const float sign = difference > 0 ? 1.0F : difference < 0 ? -1.0F : 0.0F;
        const float of_difference = sign * dz[2 * size + c];
        if (dx != nullptr) dx[i] += dz[c] + of_difference + y.value()[i] * dz[3 * size + c];
        if (dy != nullptr) dy[i] += dz[size + c] - of_difference + x.value()[i] * dz[3 * size + c];
      }
    }
  });
  return z;
}

}  // namespace alinea::ops
