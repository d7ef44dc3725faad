#include "ops/weight_copies.h"

#include <algorithm>

#include "autograd/parallel.h"

namespace alinea::ops {

namespace {

constexpr int64_t kTile = 16;  // floats of a cache line

struct Matrix {
  int64_t rows, columns;
};

Matrix matrix_of(const Shape& shape) { return {shape[0], shape.elements() / shape[0]}; }

void copy_padded(const float* from, const Matrix& size, float* to) {
  const int64_t stride = good_stride(size.columns);
#pragma omp parallel for if (parallel : size.rows * size.columns > kWorthThreads)
  for (int64_t r = 0; r < size.rows; ++r)
    std::copy_n(from + r * size.columns, size.columns, to + r * stride);
}

// One tile of rows x columns, which reads and writes whole cache lines: it is transposed in
// between.
void transpose_tile(const float* from, int64_t from_stride, float* to, int64_t to_stride) {
  float tile[kTile][kTile];
  for (int64_t r = 0; r < kTile; ++r)
    for (int64_t c = 0; c < kTile; ++c) tile[c][r] = from[r * from_stride + c];
  for (int64_t c = 0; c < kTile; ++c) std::copy_n(tile[c], kTile, to + c * to_stride);
}

void copy_transposed(const float* from, const Matrix& size, float* to) {
  const int64_t rows = size.rows, columns = size.columns, stride = good_stride(rows);
#pragma omp parallel for if (parallel : rows * columns > kWorthThreads)
  for (int64_t c = 0; c < columns; c += kTile)
    for (int64_t r = 0; r < rows; r += kTile) {
      const float* tile = from + r * columns + c;
      float* place = to + c * stride + r;
      if (c + kTile <= columns && r + kTile <= rows) {
        transpose_tile(tile, columns, place, stride);
        continue;
      }
      for (int64_t i = 0; i < std::min(kTile, rows - r); ++i)
        for (int64_t j = 0; j < std::min(kTile, columns - c); ++j)
          place[j * stride + i] = tile[i * columns + j];
    }
}

enum class Layout { kPadded, kTransposed };

// How many floats the copy takes, and how far its rows lie apart.
int64_t floats_of(const Matrix& size, Layout layout) {
  return layout == Layout::kPadded ? size.rows * good_stride(size.columns)
                                   : size.columns * good_stride(size.rows);
}

void fill(const float* from, const Matrix& size, Layout layout, float* to) {
  if (layout == Layout::kPadded) {
    copy_padded(from, size, to);
  } else {
    copy_transposed(from, size, to);
  }
}

template <Layout kLayout>
const float* copy_of(const Parameter& parameter) {
  const auto make = [](const Parameter& of, std::byte* copy) {
    fill(of.value().data(), matrix_of(of.shape()), kLayout, reinterpret_cast<float*>(copy));
  };
  const auto bytes =
      static_cast<size_t>(floats_of(matrix_of(parameter.shape()), kLayout)) * sizeof(float);
  return reinterpret_cast<const float*>(parameter.copy(make, bytes));
}

// What is no parameter is copied once a tape: steps that come one by one share their weights.
struct Copied {
  const float* weights;
  Layout layout;
  Shape shape;
  float* copy;
};

const float* copy_on(Tape& tape, const Variable& weights, Layout layout) {
  if (const auto* found = tape.cached<Copied>([&](const Copied& one) {
        return one.weights == weights.value() && one.layout == layout &&
               one.shape == weights.shape();
      }))
    return found->copy;
  const Matrix size = matrix_of(weights.shape());
  float* copy = tape.arena().floats(floats_of(size, layout)).data();
  fill(weights.value(), size, layout, copy);
  return tape.cache(Copied{weights.value(), layout, weights.shape(), copy}).copy;
}

}  // namespace

int64_t good_stride(int64_t columns) {
  constexpr int64_t kBad = 256;  // floats: four of such rows are a page apart
  const int64_t lines = (columns + kTile - 1) / kTile * kTile;
  return lines % kBad == 0 ? lines + kTile : lines;
}

FloatView padded(Tape& tape, const Variable& weights) {
  const int64_t columns = matrix_of(weights.shape()).columns, stride = good_stride(columns);
  if (stride == columns) return {weights.value(), columns};
  return {weights.parameter() != nullptr ? copy_of<Layout::kPadded>(*weights.parameter())
                                         : copy_on(tape, weights, Layout::kPadded),
          stride};
}

FloatView transposed(Tape& tape, const Variable& weights) {
  return {weights.parameter() != nullptr ? copy_of<Layout::kTransposed>(*weights.parameter())
                                         : copy_on(tape, weights, Layout::kTransposed),
          good_stride(weights.shape()[0])};
}

}  // namespace alinea::ops
