#include "ops/activation.h"

#include <algorithm>
#include <cmath>

#include "autograd/parallel.h"
#include "ops/check.h"
#include "ops/dropout_mask.h"
#include "ops/vector_math.h"

namespace alinea::ops {

namespace {

// y = f(x) of every element, and dx += dy f'(x, y).
template <typename Function, typename Derivative>
Variable elementwise(Tape& tape, const char* name, const Variable& x, Function f,
                     Derivative derivative) {
  const OperationTimer timer(tape, name);
  Variable y = tape.result(x.shape(), {x});
  const int64_t count = x.elements();
  const float* in = x.value();
  float* out = y.value();
#pragma omp parallel for simd if (parallel : count > kWorthThreads)
  for (int64_t i = 0; i < count; ++i) out[i] = f(in[i]);

  tape.record([=] {
    if (!y.has_gradient() || !x.requires_gradient()) return;
    const float* dy = y.gradient();
    float* dx = x.gradient();
#pragma omp parallel for simd if (parallel : count > kWorthThreads)
    for (int64_t i = 0; i < count; ++i) dx[i] += dy[i] * derivative(in[i], out[i]);
  });
  return y;
}

constexpr float kGeluScale = 0.797884561F;  // √(2/π)
constexpr float kGeluCube = 0.044715F;

}  // namespace

Variable tanh(Tape& tape, const Variable& x) {
  return elementwise(
      tape, "tanh", x, [](float v) { return ops::tanh(v); },
      [](float /*x*/, float y) { return 1.0F - y * y; });
}

Variable log_logistic(Tape& tape, const Variable& x) {
  return elementwise(
      tape, "log_logistic", x,
      [](float v) { return std::min(v, 0.0F) - ops::log(1.0F + ops::exp(-std::abs(v))); },
      [](float v, float /*y*/) { return logistic(-v); });
}

Variable relu_in_place(Tape& tape, const Variable& x, float dropout) {
  const OperationTimer timer(tape, "relu");
  const MaybeMask mask(tape, dropout);
  float* y = x.value();
  mask.for_all_rows(x.rows(), x.columns(),
                    [=](int64_t i, float factor) { y[i] = y[i] > 0 ? factor * y[i] : 0.0F; });

  tape.record([=] {
    if (!x.has_gradient()) return;
    float* dy = x.gradient();
    // What dropout set to 0 has no gradient, as what relu set to 0 has none.
    const float kept = mask.drops ? mask.mask.scale : 1.0F;
    const int64_t count = x.elements();
#pragma omp parallel for simd if (parallel : count > kWorthThreads)
    for (int64_t i = 0; i < count; ++i) dy[i] = y[i] > 0 ? kept * dy[i] : 0.0F;
  });
  return x;
}

Variable gelu(Tape& tape, const Variable& x) {
  return elementwise(
      tape, "gelu", x,
      [](float v) {
        return 0.5F * v * (1.0F + ops::tanh(kGeluScale * (v + kGeluCube * v * v * v)));
      },
      [](float v, float /*y*/) {
        const float t = ops::tanh(kGeluScale * (v + kGeluCube * v * v * v));
        const float inner = kGeluScale * (1.0F + 3.0F * kGeluCube * v * v);
        return 0.5F * (1.0F + t) + 0.5F * v * (1.0F - t * t) * inner;
      });
}

Variable scaled_logistic(Tape& tape, const Variable& x, std::span<const float> scale) {
  const OperationTimer timer(tape, "scaled_logistic");
  const int64_t count = x.elements();
  check(static_cast<int64_t>(scale.size()) == count, "scaled_logistic", "the number of scales",
        count, static_cast<int64_t>(scale.size()));
  Variable y = tape.result(x.shape(), {x});
  const std::span<float> kept = tape.arena().copy(scale);
  for (int64_t i = 0; i < count; ++i) y.value()[i] = kept[i] * logistic(x.value()[i]);

  tape.record([=] {
    if (!y.has_gradient() || !x.requires_gradient()) return;
    const float* dy = y.gradient();
    float* dx = x.gradient();
    for (int64_t i = 0; i < count; ++i) {
      const float gate = logistic(x.value()[i]);
      dx[i] += dy[i] * kept[i] * gate * (1.0F - gate);
    }
  });
  return y;
}

Variable maxout(Tape& tape, const Variable& x) {
  const OperationTimer timer(tape, "maxout");
  check(x.columns() % 2 == 0, "maxout", "the parity of the last axis", 0, x.columns() % 2);
  Variable y = tape.result(with_columns(x.shape(), x.columns() / 2), {x});
  const int64_t count = y.elements();
  const float* in = x.value();
  float* out = y.value();
#pragma omp parallel for simd if (parallel : count > kWorthThreads)
  for (int64_t i = 0; i < count; ++i)
    out[i] = in[2 * i] < in[2 * i + 1] ? in[2 * i + 1] : in[2 * i];

  tape.record([=] {
    if (!y.has_gradient() || !x.requires_gradient()) return;
    const float* dy = y.gradient();
    float* dx = x.gradient();
#pragma omp parallel for if (parallel : count > kWorthThreads)
    for (int64_t i = 0; i < count; ++i) {
      const int64_t larger = in[2 * i] < in[2 * i + 1] ? 2 * i + 1 : 2 * i;
      dx[larger] += dy[i];
    }
  });
  return y;
}

}  // namespace alinea::ops
