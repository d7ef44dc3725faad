#include "ops/pooling.h"

#include <algorithm>
#include <vector>

#include "autograd/parallel.h"
#include "ops/check.h"
#include "ops/packed_rows.h"
#include "ops/row_math.h"
#include "ops/rows.h"
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
  const int64_t rows = energies.rows(), columns = energies.columns();
  const PackedRows steps(tape, packed, "packed_softmax", rows);
  Variable weights = tape.result({rows, columns}, {energies});
  float* w = weights.value();
  const float* e = energies.value();
  std::fill_n(w, rows * columns, 0.0F);
#pragma omp parallel for if (parallel : rows * columns > kWorthThreads)
  for (int64_t n = 0; n < steps.sequences(); ++n)
    for (int64_t c = 0; c < columns; ++c) {
      float highest = e[steps.row(n, 0) * columns + c], sum = 0;
      const auto each = [&](const auto& visit) {
        steps.each_row(n, [&](int64_t r) { visit(r * columns + c); });
      };
      each([&](int64_t i) { highest = std::max(highest, e[i]); });
      each([&](int64_t i) { sum += w[i] = ops::exp(e[i] - highest); });
      each([&](int64_t i) { w[i] /= sum; });
    }

  tape.record([=] {
    if (!weights.has_gradient() || !energies.requires_gradient()) return;
    const float* dw = weights.gradient();
    float* de = energies.gradient();
#pragma omp parallel for if (parallel : rows * columns > kWorthThreads)
    for (int64_t n = 0; n < steps.sequences(); ++n)
      for (int64_t c = 0; c < columns; ++c) {  // de_t = w_t (dw_t - Σ_s w_s dw_s)
        float mean = 0;
        const auto each = [&](const auto& visit) {
          steps.each_row(n, [&](int64_t r) { visit(r * columns + c); });
        };
        each([&](int64_t i) { mean += w[i] * dw[i]; });
        each([&](int64_t i) { de[i] += w[i] * (dw[i] - mean); });
      }
  });
  return weights;
}

Variable packed_weighted_sum(Tape& tape, const Variable& weights, const Variable& values,
                             const PackedSteps& packed) {
  const OperationTimer timer(tape, "packed_weighted_sum");
  const int64_t rows = values.rows(), columns = values.columns();
  const int64_t count = std::max<int64_t>(weights.elements() / std::max<int64_t>(rows, 1), 1);
  check(weights.elements() == rows * count, "packed_weighted_sum", "the number of weights", rows,
        weights.elements());
  const PackedRows steps(tape, packed, "packed_weighted_sum", rows);
  Variable y = tape.result({steps.sequences(), count * columns}, {weights, values});
  const float *w = weights.value(), *v = values.value();
#pragma omp parallel for if (parallel : rows * columns * count > kWorthThreads)
  for (int64_t n = 0; n < steps.sequences(); ++n) {
    float* sums = y.value() + n * count * columns;
    std::fill_n(sums, count * columns, 0.0F);
    steps.each_row(n, [&](int64_t r) {
      for (int64_t c = 0; c < count; ++c)
        add_scaled(w[r * count + c], v + r * columns, sums + c * columns, columns);
    });
  }

  tape.record([=] {
    if (!y.has_gradient()) return;
    const float* dy = y.gradient();
    float* dw = weights.requires_gradient() ? weights.gradient() : nullptr;
    float* dv = values.requires_gradient() ? values.gradient() : nullptr;
#pragma omp parallel for if (parallel : rows * columns * count > kWorthThreads)
    for (int64_t n = 0; n < steps.sequences(); ++n)
      steps.each_row(n, [&](int64_t r) {
        for (int64_t c = 0; c < count; ++c) {
          const float* d = dy + (n * count + c) * columns;
          if (dw != nullptr) dw[r * count + c] += dot(d, v + r * columns, columns);
          if (dv != nullptr) add_scaled(w[r * count + c], d, dv + r * columns, columns);
        }
      });
  });
  return y;
}

Variable packed_overlap(Tape& tape, const Variable& weights, const PackedSteps& packed) {
  const OperationTimer timer(tape, "packed_overlap");
  const int64_t rows = weights.rows(), count = weights.columns(), square = count * count;
  const PackedRows steps(tape, packed, "packed_overlap", rows);
  // A Aᵀ - I of every sequence.
  float* products = tape.arena().zeros(steps.sequences() * square).data();
  Variable penalty = tape.result({1}, {weights});
  const float* w = weights.value();
  double sum = 0;
  for (int64_t n = 0; n < steps.sequences(); ++n) {
    float* product = products + n * square;
    for (int64_t c = 0; c < count; ++c) product[c * count + c] = -1;
    steps.each_row(n, [&](int64_t r) {
      for (int64_t c = 0; c < count; ++c)
        add_scaled(w[r * count + c], w + r * count, product + c * count, count);
    });
    sum += static_cast<double>(dot(product, product, square));
  }
  penalty.value()[0] = static_cast<float>(sum);

  tape.record([=] {
    if (!penalty.has_gradient() || !weights.requires_gradient()) return;
    const float d = 4 * penalty.gradient()[0];  // dA = 4 (A Aᵀ - I) A
    float* dw = weights.gradient();
    for (int64_t n = 0; n < steps.sequences(); ++n)
      steps.each_row(n, [&](int64_t r) {
        for (int64_t c = 0; c < count; ++c)
          add_scaled(d * w[r * count + c], products + n * square + c * count, dw + r * count,
                     count);
      });
  });
  return penalty;
}

Variable packed_first(Tape& tape, const Variable& values, const PackedSteps& packed) {
  const PackedRows steps(tape, packed, "packed_first", values.rows());
  std::vector<int64_t> rows;
  for (int64_t n = 0; n < steps.sequences(); ++n) rows.push_back(steps.row(n, 0));
  return gather_rows(tape, values, rows);
}

Variable packed_last(Tape& tape, const Variable& values, const PackedSteps& packed) {
  const PackedRows steps(tape, packed, "packed_last", values.rows());
  std::vector<int64_t> rows;
  for (int64_t n = 0; n < steps.sequences(); ++n) rows.push_back(steps.row(n, steps.length(n) - 1));
  return gather_rows(tape, values, rows);
}

Variable packed_mean(Tape& tape, const Variable& values, const PackedSteps& packed) {
  const OperationTimer timer(tape, "packed_mean");
  const PackedRows steps(tape, packed, "packed_mean", values.rows());
  const Variable weights = tape.zeros({values.rows()});
  for (int64_t n = 0; n < steps.sequences(); ++n) {
    const float share = 1.0F / static_cast<float>(steps.length(n));
    steps.each_row(n, [&](int64_t r) { weights.value()[r] = share; });
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
