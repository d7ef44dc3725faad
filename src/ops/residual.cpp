#include "ops/residual.h"

#include "autograd/parallel.h"
#include "ops/check.h"
#include "ops/dropout_mask.h"
#include "ops/norm_rows.h"

namespace alinea::ops {

Variable residual(Tape& tape, const Variable& x, const Variable& f, float dropout) {
  const OperationTimer timer(tape, "residual");
  check(x.elements() == f.elements(), "residual", "the number of elements", f.elements(),
        x.elements());
  const MaybeMask mask(tape, dropout);
  const int64_t rows = x.rows(), columns = x.columns();
  const float* in = x.value();
  float* y = f.value();
  mask.for_all_rows(rows, columns, [=](int64_t i, float factor) { y[i] = in[i] + factor * y[i]; });

  tape.record([=] {
    if (!f.has_gradient()) return;
    float* dy = f.gradient();
    if (x.requires_gradient()) {
      float* dx = x.gradient();
      mask.for_all_rows(rows, columns, [=](int64_t i, float factor) {
        dx[i] += dy[i];
        dy[i] *= factor;
      });
    } else {
      mask.for_all_rows(rows, columns, [=](int64_t i, float factor) { dy[i] *= factor; });
    }
  });
  return f;
}

Variable residual_norm(Tape& tape, const Variable& x, const Variable& f, float dropout,
                       const Variable& gain, const Variable& bias) {
  const OperationTimer timer(tape, "residual_norm");
  const int64_t rows = x.rows(), columns = x.columns();
  check(x.elements() == f.elements(), "residual_norm", "the number of elements", f.elements(),
        x.elements());
  check(gain.elements() == columns, "residual_norm", "the gain", columns, gain.elements());
  check(bias.elements() == columns, "residual_norm", "the bias", columns, bias.elements());
  const MaybeMask mask(tape, dropout);
  Variable y = tape.result(x.shape(), {x, f, gain, bias});
  float* normal = f.value();
  float* scales = tape.arena().floats(rows).data();
  const float* in = x.value();
#pragma omp parallel for if (parallel : rows * columns > kWorthThreads)
  for (int64_t r = 0; r < rows; ++r) {
    const int64_t begin = r * columns;
    mask.for_each(begin, begin + columns,
                  [=](int64_t i, float factor) { normal[i] = in[i] + factor * normal[i]; });
    scales[r] = normalise(normal + begin, columns, normal + begin);
    const float *n = normal + begin, *g = gain.value(), *b = bias.value();
    float* out = y.value() + begin;
#pragma omp simd
    for (int64_t c = 0; c < columns; ++c) out[c] = g[c] * n[c] + b[c];
  }

  tape.record([=] {
    if (!y.has_gradient()) return;
    const float* dy = y.gradient();
    norm_weights_backward(dy, normal, rows, columns,
                          gain.requires_gradient() ? gain.gradient() : nullptr,
                          bias.requires_gradient() ? bias.gradient() : nullptr);
    float* dx = x.requires_gradient() ? x.gradient() : nullptr;
    if (!f.requires_gradient() && dx == nullptr) return;
    // Nobody reads n any more behind its row: the gradient of f takes its place.
    float* df = f.requires_gradient() ? f.accumulator_in_place().data : normal;
#pragma omp parallel for if (parallel : rows * columns > kWorthThreads)
    for (int64_t r = 0; r < rows; ++r) {
      const int64_t begin = r * columns;
      normalise_backward(dy + begin, gain.value(), normal + begin, scales[r], columns,
                         [to = df + begin](int64_t c, float d) { to[c] = d; });
      if (dx != nullptr)
        mask.for_each(begin, begin + columns, [=](int64_t i, float factor) {
          dx[i] += df[i];
          df[i] *= factor;
        });
      else
        mask.for_each(begin, begin + columns, [=](int64_t i, float factor) { df[i] *= factor; });
    }
  });
  return y;
}

}  // namespace alinea::ops
