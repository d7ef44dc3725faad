#include "ops/layer_norm.h"

#include "ops/check.h"
#include "ops/norm_rows.h"

namespace alinea::ops {

Variable layer_norm(Tape& tape, const Variable& x, const Variable& gain, const Variable& bias) {
  const OperationTimer timer(tape, "layer_norm");
  const int64_t rows = x.rows(), columns = x.columns();
  check(gain.elements() == columns, "layer_norm", "the gain", columns, gain.elements());
  check(bias.elements() == columns, "layer_norm", "the bias", columns, bias.elements());
  Variable y = tape.result(x.shape(), {x, gain, bias});
  float* normal = tape.arena().floats(rows * columns).data();
  float* scales = tape.arena().floats(rows).data();
#pragma omp parallel for if (parallel : rows * columns > kWorthThreads)
  for (int64_t r = 0; r < rows; ++r) {
    float *n = normal + r * columns, *out = y.value() + r * columns;
    scales[r] = normalise(x.value() + r * columns, columns, n);
#pragma omp simd
    for (int64_t c = 0; c < columns; ++c) out[c] = gain.value()[c] * n[c] + bias.value()[c];
  }

  tape.record([=] {
    if (!y.has_gradient()) return;
    const float* dy = y.gradient();
    if (x.requires_gradient()) {
      float* dx = x.gradient();
#pragma omp parallel for if (parallel : rows * columns > kWorthThreads)
      for (int64_t r = 0; r < rows; ++r)
        normalise_backward(dy + r * columns, gain.value(), normal + r * columns, scales[r], columns,
                           [to = dx + r * columns](int64_t c, float d) { to[c] += d; });
    }
    norm_weights_backward(dy, normal, rows, columns,
                          gain.requires_gradient() ? gain.gradient() : nullptr,
                          bias.requires_gradient() ? bias.gradient() : nullptr);
  });
  return y;
}

}  // namespace alinea::ops
