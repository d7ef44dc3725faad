#include "ops/dropout.h"

#include <numeric>

#include "autograd/parallel.h"
#include "ops/check.h"
#include "ops/dropout_mask.h"

namespace alinea::ops {

Variable dropout(Tape& tape, const Variable& x, float probability) {
  if (probability == 0 || tape.dropout() == nullptr) return x;
  const OperationTimer timer(tape, "dropout");
  const DropoutMask mask(tape.dropout()->next(), probability);
  Variable y = tape.result(x.shape(), {x});
  const int64_t count = x.elements();
  const float* in = x.value();
  float* out = y.value();
#pragma omp parallel for simd if (parallel : count > kWorthThreads)
  for (int64_t i = 0; i < count; ++i) out[i] = in[i] * mask(static_cast<uint32_t>(i));

  tape.record([=] {
    if (!y.has_gradient() || !x.requires_gradient()) return;
    const float* dy = y.gradient();
    float* dx = x.gradient();
#pragma omp parallel for simd if (parallel : count > kWorthThreads)
    for (int64_t i = 0; i < count; ++i) dx[i] += dy[i] * mask(static_cast<uint32_t>(i));
  });
  return y;
}

Variable dropout_by_sentence(Tape& tape, const Variable& x, float probability, uint64_t key,
                             std::span<const int64_t> active) {
  const OperationTimer timer(tape, "dropout");
  const DropoutMask mask(key, probability);
  const int64_t rows = x.rows(), columns = x.columns();
  const std::span<uint32_t> first = tape.arena().array<uint32_t>(rows);  // index of a row's mask
  const int64_t expected = std::accumulate(active.begin(), active.end(), int64_t{0});
  check(rows == expected, "dropout_by_sentence", "the number of rows", expected, rows);
  int64_t row = 0;
  for (const int64_t sentences : active)
    for (int64_t n = 0; n < sentences; ++n, ++row) first[row] = static_cast<uint32_t>(n * columns);
  Variable y = tape.result(x.shape(), {x});
#pragma omp parallel for if (parallel : rows * columns > kWorthThreads)
  for (int64_t r = 0; r < rows; ++r) {
    const float* in = x.value() + r * columns;
    float* out = y.value() + r * columns;
    const uint32_t index = first[r];
#pragma omp simd
    for (int64_t c = 0; c < columns; ++c) out[c] = in[c] * mask(index + static_cast<uint32_t>(c));
  }

  tape.record([=] {
    if (!y.has_gradient() || !x.requires_gradient()) return;
    const float* dy = y.gradient();
    float* dx = x.gradient();
#pragma omp parallel for if (parallel : rows * columns > kWorthThreads)
    for (int64_t r = 0; r < rows; ++r) {
      const uint32_t index = first[r];
#pragma omp simd
      for (int64_t c = 0; c < columns; ++c)
        dx[r * columns + c] += dy[r * columns + c] * mask(index + static_cast<uint32_t>(c));
    }
  });
  return y;
}

}  // namespace alinea::ops
