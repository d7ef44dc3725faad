#include "ops/pooling.h"

#include <algorithm>

#include "autograd/parallel.h"
#include "ops/check.h"
#include "ops/packed_rows.h"
#include "ops/row_math.h"
#include "ops/vector_math.h"

namespace alinea::ops {

namespace {

// highest and where as they are after one more row of values.
void raise(const float* values, int64_t row, float* highest, int64_t* where, int64_t size) {
  for (int64_t k = 0; k < size; ++k) {
    if (where[k] >= 0 && values[k] <= highest[k]) continue;
    highest[k] = values[k];
    where[k] = row;
  }
}

}  // namespace

Variable packed_softmax(Tape& tape, const Variable& energies, const PackedSteps& packed) {
  const OperationTimer timer(tape, "packed_softmax");
  const int64_t rows = energies.rows();
  check(energies.columns() == 1, "packed_softmax", "the columns", 1, energies.columns());
  const PackedRows steps(tape, packed, "packed_softmax", rows);
  Variable weights = tape.result({rows}, {energies});
  float* w = weights.value();
  const float* e = energies.value();
  std::fill_n(w, rows, 0.0F);
#pragma omp parallel for if (parallel : rows > kWorthThreads)
  for (int64_t n = 0; n < steps.sequences(); ++n) {
    float highest = e[n], sum = 0;
    steps.each_row(n, [&](int64_t r) { highest = std::max(highest, e[r]); });
    steps.each_row(n, [&](int64_t r) { sum += w[r] = ops::exp(e[r] - highest); });
    steps.each_row(n, [&](int64_t r) { w[r] /= sum; });
  }

  tape.record([=] {
    if (!weights.has_gradient() || !energies.requires_gradient()) return;
    const float* dw = weights.gradient();
    float* de = energies.gradient();
#pragma omp parallel for if (parallel : rows > kWorthThreads)
    for (int64_t n = 0; n < steps.sequences(); ++n) {  // de_t = w_t (dw_t - Σ_s w_s dw_s)
      float mean = 0;
      steps.each_row(n, [&](int64_t r) { mean += w[r] * dw[r]; });
      steps.each_row(n, [&](int64_t r) { de[r] += w[r] * (dw[r] - mean); });
    }
  });
  return weights;
}

Variable packed_weighted_sum(Tape& tape, const Variable& weights, const Variable& values,
                             const PackedSteps& packed) {
  const OperationTimer timer(tape, "packed_weighted_sum");
  const int64_t rows = values.rows(), columns = values.columns();
  check(weights.elements() == rows, "packed_weighted_sum", "the number of weights", rows,
        weights.elements());
  const PackedRows steps(tape, packed, "packed_weighted_sum", rows);
  Variable y = tape.result({steps.sequences(), columns}, {weights, values});
  const float *w = weights.value(), *v = values.value();
#pragma omp parallel for if (parallel : rows * columns > kWorthThreads)
  for (int64_t n = 0; n < steps.sequences(); ++n) {
    float* sum = y.value() + n * columns;
    std::fill_n(sum, columns, 0.0F);
    steps.each_row(n, [&](int64_t r) { add_scaled(w[r], v + r * columns, sum, columns); });
  }

  tape.record([=] {
    if (!y.has_gradient()) return;
    const float* dy = y.gradient();
    float* dw = weights.requires_gradient() ? weights.gradient() : nullptr;
    float* dv = values.requires_gradient() ? values.gradient() : nullptr;
#pragma omp parallel for if (parallel : rows * columns > kWorthThreads)
    for (int64_t n = 0; n < steps.sequences(); ++n)
      steps.each_row(n, [&](int64_t r) {
        if (dw != nullptr) dw[r] += dot(dy + n * columns, v + r * columns, columns);
        if (dv != nullptr) add_scaled(w[r], dy + n * columns, dv + r * columns, columns);
      });
  });
  return y;
}

Variable packed_mean(Tape& tape, const Variable& values, const PackedSteps& packed) {
  const OperationTimer timer(tape, "packed_mean");
  const PackedRows steps(tape, packed, "packed_mean", values.rows());
  const Variable weights = tape.zeros({values.rows()});
  for (int64_t n = 0; n < steps.sequences(); ++n) {
    int64_t length = 0;
    steps.each_row(n, [&](int64_t /*row*/) { ++length; });
    steps.each_row(n, [&](int64_t r) { weights.value()[r] = 1.0F / static_cast<float>(length); });
  }
  return packed_weighted_sum(tape, weights, values, packed);
}

Variable packed_max(Tape& tape, const Variable& values, const PackedSteps& packed) {
  const OperationTimer timer(tape, "packed_max");
  const int64_t rows = values.rows(), columns = values.columns();
  const PackedRows steps(tape, packed, "packed_max", rows);
  Variable y = tape.result({steps.sequences(), columns}, {values});
  const std::span<int64_t> where = tape.arena().array<int64_t>(y.elements());
  std::fill(where.begin(), where.end(), -1);
#pragma omp parallel for if (parallel : rows * columns > kWorthThreads)
  for (int64_t n = 0; n < steps.sequences(); ++n)
    steps.each_row(n, [&](int64_t r) {
      raise(values.value() + r * columns, r, y.value() + n * columns, where.data() + n * columns,
            columns);
    });

  tape.record([=] {
    if (!y.has_gradient() || !values.requires_gradient()) return;
    const float* dy = y.gradient();
    float* dv = values.gradient();
    for (int64_t i = 0; i < y.elements(); ++i) dv[where[i] * columns + i % columns] += dy[i];
  });
  return y;
}

}  // namespace alinea::ops
