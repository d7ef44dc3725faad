// Rounding to bfloat16: half the memory to read, and products at twice the speed.
#pragma once

#include <cstdint>

#include "ops/matrix_product.h"
#include "tensor/arena.h"

namespace alinea::ops {

// To the nearest, of two equally near to the even one. x [rows, columns] with `stride` between its
// rows; what comes out lies densely.
void round_rows(const float* x, int64_t rows, int64_t columns, int64_t stride, Bf16* rounded);

// The rows rounded, in memory of the arena.
Bf16View rounded_rows(Arena& arena, const float* x, int64_t rows, int64_t columns, int64_t stride);

}  // namespace alinea::ops
