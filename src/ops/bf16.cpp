#include "ops/bf16.h"

#include <bit>

#include "autograd/parallel.h"

namespace alinea::ops {

namespace {

Bf16 to_bf16(float value) {
  constexpr uint32_t kQuietNan = 0x7fc0;
  const auto bits = std::bit_cast<uint32_t>(value);
  const uint32_t rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
  return static_cast<Bf16>(value != value ? kQuietNan : rounded);
}

}  // namespace

void round_rows(const float* x, int64_t rows, int64_t columns, int64_t stride, Bf16* rounded) {
  if (stride == columns) {
    const int64_t count = rows * columns;
#pragma omp parallel for simd if (parallel : count > kWorthThreads)
    for (int64_t i = 0; i < count; ++i) rounded[i] = to_bf16(x[i]);
    return;
  }
#pragma omp parallel for if (parallel : rows * columns > kWorthThreads)
  for (int64_t r = 0; r < rows; ++r) {
#pragma omp simd
    for (int64_t c = 0; c < columns; ++c) rounded[r * columns + c] = to_bf16(x[r * stride + c]);
  }
}

Bf16View rounded_rows(Arena& arena, const float* x, int64_t rows, int64_t columns, int64_t stride) {
  Bf16* rounded = arena.array<Bf16>(rows * columns).data();
  round_rows(x, rows, columns, stride, rounded);
  return {rounded, columns};
}

}  // namespace alinea::ops
