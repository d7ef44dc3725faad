#include "ops/sum.h"

#include <iterator>

#include "autograd/parallel.h"
#include "ops/check.h"
#include "ops/row_math.h"

namespace alinea::ops {

namespace {

// The factor is that of both sides.
Variable sum_of(Tape& tape, const Variable& a, const Variable& b, float factor) {
  const int64_t count = a.elements();
  check(b.elements() == count, "add", "the number of elements", count, b.elements());
  Variable y = tape.result(a.shape(), {a, b});
  const float *left = a.value(), *right = b.value();
  float* out = y.value();
#pragma omp parallel for simd if (parallel : count > kWorthThreads)
  for (int64_t i = 0; i < count; ++i) out[i] = factor * (left[i] + right[i]);

  tape.record([=] {
    if (!y.has_gradient()) return;
    const float* dy = y.gradient();
    for (const Variable& x : {a, b}) {
      if (!x.requires_gradient()) continue;
      float* dx = x.gradient();
#pragma omp parallel for simd if (parallel : count > kWorthThreads)
      for (int64_t i = 0; i < count; ++i) dx[i] += factor * dy[i];
    }
  });
  return y;
}

// y = forward * x and dx = backward * dy.
Variable multiple_of(Tape& tape, const Variable& x, float forward, float backward) {
  const int64_t count = x.elements();
  Variable y = tape.result(x.shape(), {x});
  const float* in = x.value();
  float* out = y.value();
#pragma omp parallel for simd if (parallel : count > kWorthThreads)
  for (int64_t i = 0; i < count; ++i) out[i] = forward * in[i];

  tape.record([=] {
    if (!y.has_gradient() || !x.requires_gradient()) return;
    const float* dy = y.gradient();
    float* dx = x.gradient();
#pragma omp parallel for simd if (parallel : count > kWorthThreads)
    for (int64_t i = 0; i < count; ++i) dx[i] += backward * dy[i];
  });
  return y;
}

}  // namespace

Variable add(Tape& tape, const Variable& a, const Variable& b) {
  const OperationTimer timer(tape, "add");
  return sum_of(tape, a, b, 1.0F);
}

Variable scaled_sum(Tape& tape, const Variable& a, const Variable& b, float factor) {
  const OperationTimer timer(tape, "add");
  return sum_of(tape, a, b, factor);
}

Variable add_present(Tape& tape, const Variable& a, const Variable& b) {
  if (!a || !b) return a ? a : b;
  return add(tape, a, b);
}

Variable scale(Tape& tape, const Variable& x, float factor) {
  const OperationTimer timer(tape, "scale");
  return multiple_of(tape, x, factor, factor);
}

Variable scale_gradient(Tape& tape, const Variable& x, float factor) {
  const OperationTimer timer(tape, "scale");
  return multiple_of(tape, x, 1.0F, factor);
}

Variable scale_rows(Tape& tape, const Variable& x, std::span<const float> factors) {
  const OperationTimer timer(tape, "scale");
  const int64_t rows = x.rows(), columns = x.columns();
  check(std::ssize(factors) == rows, "scale_rows", "the number of factors", rows,
        std::ssize(factors));
  const std::span<float> kept = tape.arena().copy(factors);
  Variable y = tape.result(x.shape(), {x});
#pragma omp parallel for if (parallel : rows * columns > kWorthThreads)
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t c = 0; c < columns; ++c)
      y.value()[r * columns + c] = kept[r] * x.value()[r * columns + c];

  tape.record([=] {
    if (!y.has_gradient() || !x.requires_gradient()) return;
    const float* dy = y.gradient();
    float* dx = x.gradient();
#pragma omp parallel for if (parallel : rows * columns > kWorthThreads)
    for (int64_t r = 0; r < rows; ++r)
      add_scaled(kept[r], dy + r * columns, dx + r * columns, columns);
  });
  return y;
}

Variable gate_rows(Tape& tape, const Variable& x, const Variable& gates) {
  const OperationTimer timer(tape, "gate_rows");
  const int64_t rows = x.rows(), columns = x.columns();
  check(gates.elements() == rows, "gate_rows", "the number of gates", rows, gates.elements());
  Variable y = tape.result(x.shape(), {x, gates});
  const float *in = x.value(), *gate = gates.value();
  float* out = y.value();
#pragma omp parallel for if (parallel : rows * columns > kWorthThreads)
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t c = 0; c < columns; ++c)
      out[r * columns + c] = (1.0F + gate[r]) * in[r * columns + c];

  tape.record([=] {
    if (!y.has_gradient()) return;
    const float* dy = y.gradient();
    float* dx = x.requires_gradient() ? x.gradient() : nullptr;
    float* dgate = gates.requires_gradient() ? gates.gradient() : nullptr;
#pragma omp parallel for if (parallel : rows * columns > kWorthThreads)
    for (int64_t r = 0; r < rows; ++r) {
      const float *row = dy + r * columns, *from = in + r * columns;
      if (dx != nullptr) add_scaled(1.0F + gate[r], row, dx + r * columns, columns);
      if (dgate != nullptr) dgate[r] += dot(row, from, columns);
    }
  });
  return y;
}

}  // namespace alinea::ops
