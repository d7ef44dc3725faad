#include "ops/small_product.h"

#include <cstring>

#include "ops/matrix_product.h"

namespace alinea::ops {

namespace {

constexpr int64_t kLanes = 8;

// Eight floats in a register, or in two where the machine's are narrower.
using Lanes [[gnu::vector_size(kLanes * sizeof(float))]] = float;

void load(const float* from, Lanes& to) { std::memcpy(&to, from, sizeof to); }
void store(const Lanes& from, float* to) { std::memcpy(to, &from, sizeof from); }

// Rows [row, row + kRows) and columns [column, column + kVectors * kLanes) of c, in registers.
template <int kRows, int kVectors>
void tile(const SmallProduct& p, int64_t row, int64_t column) {
  Lanes sums[kRows][kVectors] = {};
  if (p.add)
    for (int r = 0; r < kRows; ++r)
      for (int v = 0; v < kVectors; ++v)
        load(p.c + (row + r) * p.c_row + column + v * kLanes, sums[r][v]);
  const float* a = p.a.data + row * p.a.row;
  const float* b = p.b + column;
  for (int64_t i = 0; i < p.inner; ++i, a += p.a.column, b += p.b_row) {
    Lanes values[kVectors];
    for (int v = 0; v < kVectors; ++v) load(b + v * kLanes, values[v]);
    for (int r = 0; r < kRows; ++r)
      for (int v = 0; v < kVectors; ++v) sums[r][v] += a[r * p.a.row] * values[v];
  }
  for (int r = 0; r < kRows; ++r)
    for (int v = 0; v < kVectors; ++v)
      store(sums[r][v], p.c + (row + r) * p.c_row + column + v * kLanes);
}

template <int kVectors>
void tiles(const SmallProduct& p, int64_t column) {
  int64_t row = 0;
  for (; row + 4 <= p.rows; row += 4) tile<4, kVectors>(p, row, column);
  if (row + 2 <= p.rows) {
    tile<2, kVectors>(p, row, column);
    row += 2;
  }
  if (row < p.rows) tile<1, kVectors>(p, row, column);
}

void last_columns(const SmallProduct& p, int64_t column) {
  for (int64_t r = 0; r < p.rows; ++r)
    for (int64_t c = column; c < p.columns; ++c) {
      float sum = p.add ? p.c[r * p.c_row + c] : 0.0F;
      for (int64_t i = 0; i < p.inner; ++i)
        sum += p.a.data[r * p.a.row + i * p.a.column] * p.b[i * p.b_row + c];
      p.c[r * p.c_row + c] = sum;
    }
}

// From here on packing both sides for the caches, as oneDNN does, is worth its time.
constexpr int64_t kLarge = int64_t{1} << 20;

bool is_large(const SmallProduct& p) {
  return p.rows >= 32 && p.columns >= 32 && p.inner >= 32 && p.rows * p.columns * p.inner >= kLarge;
}

}  // namespace

void multiply_small(const SmallProduct& p) {
  if (is_large(p)) {
    const bool as_it_is = p.a.column == 1;
    gemm({p.rows, p.columns, p.inner},
         FloatView{p.a.data, as_it_is ? p.a.row : p.a.column,
                   as_it_is ? Transpose::kNo : Transpose::kYes},
         FloatView{p.b, p.b_row}, {p.c, p.c_row, p.add});
    return;
  }
  int64_t column = 0;
  for (; column + 2 * kLanes <= p.columns; column += 2 * kLanes) tiles<2>(p, column);
  if (column + kLanes <= p.columns) {
    tiles<1>(p, column);
    column += kLanes;
  }
  last_columns(p, column);
}

}  // namespace alinea::ops
