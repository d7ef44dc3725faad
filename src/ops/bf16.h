// Numbers rounded to bfloat16, the upper half of a float, and products of them: half the memory to
// read and twice the speed. Sums are those of floats.
#pragma once

#include <cstdint>

#include "ops/onednn.h"
#include "tensor/arena.h"

namespace alinea::ops {

using Bf16 = uint16_t;

// To the nearest, of two equally near to the even one. x [rows, columns] with `stride` between its
// rows; what comes out lies densely.
void round_rows(const float* x, int64_t rows, int64_t columns, int64_t stride, Bf16* rounded);

struct Bf16View {
  const Bf16* data;
  int64_t stride;  // between rows as they lie in memory
  Transpose transpose = Transpose::kNo;
};

// The rows rounded, in memory of the arena.
Bf16View rounded_rows(Arena& arena, const float* x, int64_t rows, int64_t columns, int64_t stride);

struct Sum {
  float* data;
  int64_t stride;  // between rows
};

// c = a b + bias, or a b added to c, as gemm of floats. The bias, a number a column, may be
// nullptr; where there is one, nothing is added to c.
void gemm(const GemmSize& size, const Bf16View& a, const Bf16View& b, const float* bias, bool add,
          const Sum& c);

}  // namespace alinea::ops
