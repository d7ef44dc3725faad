#include "ops/rows.h"

#include <algorithm>

#include "autograd/parallel.h"
#include "ops/check.h"

namespace alinea::ops {

namespace {

void add_row(const float* from, float* to, int64_t columns) {
#pragma omp simd
  for (int64_t c = 0; c < columns; ++c) to[c] += from[c];
}

template <typename Index>
Variable gather(Tape& tape, const Variable& x, std::span<const Index> indices) {
  const OperationTimer timer(tape, "gather");
  const auto rows = static_cast<int64_t>(indices.size());
  const int64_t columns = x.columns();
  const std::span<Index> kept = tape.arena().copy(indices);
  for (Index index : kept)
    check(index < x.rows(), "gather_rows", "an index below", x.rows(), index);
  Variable y = tape.result({rows, columns}, {x});
#pragma omp parallel for if (parallel : rows * columns > kWorthThreads)
  for (int64_t r = 0; r < rows; ++r) {
    float* row = y.value() + r * columns;
    if (kept[r] < 0) {
      std::fill_n(row, columns, 0.0F);
    } else {
      std::copy_n(x.value() + kept[r] * columns, columns, row);
    }
  }
  tape.record([=] {
    if (!y.has_gradient() || !x.requires_gradient()) return;
    const float* dy = y.gradient();
    float* dx = x.gradient();
    // In order and on one thread: rows taken twice sum up to the same bits every time.
    for (int64_t r = 0; r < rows; ++r)
      if (kept[r] >= 0) add_row(dy + r * columns, dx + kept[r] * columns, columns);
  });
  return y;
}

}  // namespace

Variable gather_rows(Tape& tape, const Variable& x, std::span<const int64_t> indices) {
  return gather(tape, x, indices);
}

Variable embed(Tape& tape, const Variable& table, std::span<const int32_t> ids) {
  return gather(tape, table, ids);
}

Variable concatenate(Tape& tape, std::span<const Variable> parts) {
  const OperationTimer timer(tape, "concatenate");
  const int64_t rows = parts[0].rows();
  int64_t columns = 0;
  for (const Variable& part : parts) {
    check(part.rows() == rows, "concatenate", "the number of rows", rows, part.rows());
    columns += part.columns();
  }
  Variable y = tape.result(with_columns(parts[0].shape(), columns), parts);
  const std::span<Variable> kept = tape.arena().copy(parts);
#pragma omp parallel for if (parallel : rows * columns > kWorthThreads)
  for (int64_t r = 0; r < rows; ++r) {
    float* out = y.value() + r * columns;
    for (const Variable& part : kept)
      out = std::copy_n(part.value() + r * part.columns(), part.columns(), out);
  }
  tape.record([=] {
    if (!y.has_gradient()) return;
    int64_t offset = 0;
    for (const Variable& part : kept) {
      const int64_t width = part.columns();
      if (part.requires_gradient()) {
        const float* dy = y.gradient() + offset;
        float* dx = part.gradient();
#pragma omp parallel for if (parallel : rows * width > kWorthThreads)
        for (int64_t r = 0; r < rows; ++r) add_row(dy + r * columns, dx + r * width, width);
      }
      offset += width;
    }
  });
  return y;
}

Variable columns(Tape& tape, const Variable& x, int64_t first, int64_t count) {
  const OperationTimer timer(tape, "columns");
  const int64_t rows = x.rows(), from = x.columns();
  const int64_t taken = std::clamp<int64_t>(from - first, 0, count);
  Variable y = tape.result(with_columns(x.shape(), count), {x});
  for (int64_t r = 0; r < rows; ++r) {
    float* row = y.value() + r * count;
    std::fill(std::copy_n(x.value() + r * from + first, taken, row), row + count, 0.0F);
  }
  tape.record([=] {
    if (!y.has_gradient() || !x.requires_gradient()) return;
    for (int64_t r = 0; r < rows; ++r)
      add_row(y.gradient() + r * count, x.gradient() + r * from + first, taken);
  });
  return y;
}

Variable stack(Tape& tape, std::span<const Variable> parts) {
  const OperationTimer timer(tape, "stack");
  const int64_t columns = parts[0].columns();
  int64_t rows = 0;
  for (const Variable& part : parts) {
    check(part.columns() == columns, "stack", "the last axis", columns, part.columns());
    rows += part.rows();
  }
  Variable y = tape.result({rows, columns}, parts);
  const std::span<Variable> kept = tape.arena().copy(parts);
  float* out = y.value();
  for (const Variable& part : kept) out = std::copy_n(part.value(), part.elements(), out);
  tape.record([=] {
    if (!y.has_gradient()) return;
    const float* dy = y.gradient();
    for (const Variable& part : kept) {
      if (part.requires_gradient()) add_row(dy, part.gradient(), part.elements());
      dy += part.elements();
    }
  });
  return y;
}

}  // namespace alinea::ops
