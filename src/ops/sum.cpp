#include "ops/sum.h"

#include "autograd/parallel.h"
#include "ops/check.h"

namespace alinea::ops {

Variable add(Tape& tape, const Variable& a, const Variable& b) {
  const OperationTimer timer(tape, "add");
  const int64_t count = a.elements();
  check(b.elements() == count, "add", "the number of elements", count, b.elements());
  Variable y = tape.result(a.shape(), {a, b});
  const float *left = a.value(), *right = b.value();
  float* out = y.value();
#pragma omp parallel for simd if (parallel : count > kWorthThreads)
  for (int64_t i = 0; i < count; ++i) out[i] = left[i] + right[i];

  tape.record([=] {
    if (!y.has_gradient()) return;
    const float* dy = y.gradient();
    for (const Variable& x : {a, b}) {
      if (!x.requires_gradient()) continue;
      float* dx = x.gradient();
#pragma omp parallel for simd if (parallel : count > kWorthThreads)
      for (int64_t i = 0; i < count; ++i) dx[i] += dy[i];
    }
  });
  return y;
}

Variable scale(Tape& tape, const Variable& x, float factor) {
  const OperationTimer timer(tape, "scale");
  const int64_t count = x.elements();
  Variable y = tape.result(x.shape(), {x});
  const float* in = x.value();
  float* out = y.value();
#pragma omp parallel for simd if (parallel : count > kWorthThreads)
  for (int64_t i = 0; i < count; ++i) out[i] = factor * in[i];

  tape.record([=] {
    if (!y.has_gradient() || !x.requires_gradient()) return;
    const float* dy = y.gradient();
    float* dx = x.gradient();
#pragma omp parallel for simd if (parallel : count > kWorthThreads)
    for (int64_t i = 0; i < count; ++i) dx[i] += factor * dy[i];
  });
  return y;
}

}  // namespace alinea::ops
