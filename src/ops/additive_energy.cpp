#include "ops/additive_energy.h"

#include "autograd/parallel.h"
#include "ops/check.h"
#include "ops/row_math.h"
#include "ops/vector_math.h"

namespace alinea::ops {

namespace {

float energy(const float* q, const float* k, const float* v, int64_t size) {
  float sum = 0;
#pragma omp simd reduction(+ : sum)
  for (int64_t a = 0; a < size; ++a) sum += v[a] * ops::tanh(q[a] + k[a]);
  return sum;
}

// Adds the gradients of q, k and v to dq, dk and dv, given the gradient of the energy.
void energy_backward(float de, const float* q, const float* k, const float* v, int64_t size,
                     float* dq, float* dk, float* dv) {
#pragma omp simd
  for (int64_t a = 0; a < size; ++a) {
    const float t = ops::tanh(q[a] + k[a]);
    const float d = de * v[a] * (1.0F - t * t);
    dq[a] += d;
    dk[a] += d;
    dv[a] += de * t;
  }
}

}  // namespace

Variable additive_energy(Tape& tape, const Variable& query, const Variable& keys,
                         const Variable& v) {
  const OperationTimer timer(tape, "additive_energy");
  const int64_t batch = query.shape()[0], steps = query.shape()[1], size = query.shape()[2];
  const int64_t width = keys.shape()[1];
  check(keys.shape()[0] == batch, "additive_energy", "the batch", batch, keys.shape()[0]);
  check(keys.shape()[2] == size, "additive_energy", "the attention size", size, keys.shape()[2]);
  check(v.elements() == size, "additive_energy", "the size of v", size, v.elements());
  Variable e = tape.result({batch, steps, width}, {query, keys, v});
#pragma omp parallel for if (parallel : batch * steps * width * size > kWorthThreads)
  for (int64_t n = 0; n < batch; ++n)
    for (int64_t t = 0; t < steps; ++t)
      for (int64_t s = 0; s < width; ++s)
        e.value()[(n * steps + t) * width + s] =
            energy(query.value() + (n * steps + t) * size, keys.value() + (n * width + s) * size,
                   v.value(), size);

  tape.record([=, &tape] {
    if (!e.has_gradient()) return;
    // One row of dv a sentence, summed in order: the same bits whatever the threads.
    float* dv = tape.arena().zeros(batch * size).data();
    const float* de = e.gradient();
    float* dq = query.gradient();
    float* dk = keys.gradient();
#pragma omp parallel for if (parallel : batch * steps * width * size > kWorthThreads)
    for (int64_t n = 0; n < batch; ++n)
      for (int64_t t = n * steps; t < (n + 1) * steps; ++t)
        for (int64_t s = n * width; s < (n + 1) * width; ++s) {
          const float d = de[t * width + s - n * width];
          if (d != 0)
            energy_backward(d, query.value() + t * size, keys.value() + s * size, v.value(), size,
                            dq + t * size, dk + s * size, dv + n * size);
        }
    float* sum = v.gradient();
    for (int64_t n = 0; n < batch; ++n) add_scaled(1, dv + n * size, sum, size);
  });
  return e;
}

}  // namespace alinea::ops
