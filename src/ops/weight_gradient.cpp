#include "ops/weight_gradient.h"

#include <algorithm>

#include "autograd/parallel.h"
#include "ops/onednn.h"

namespace alinea::ops {

namespace {

// From so many rows on the product is at its full speed.
constexpr int64_t kEnough = 256;
// So many times the rows of a step are gathered, and no more than kMost.
constexpr int64_t kTimes = 8, kMost = 512;

void multiply(const Variable& weight, int64_t first_column, int64_t rows, const Rows& a,
              const Rows& b) {
  const int64_t stride = weight.elements() / a.columns;
  const auto [c, beta] =
      b.columns == stride ? weight.accumulator() : Variable::Accumulator{weight.gradient(), 1};
  gemm({a.columns, b.columns, rows}, {a.data, a.stride, Transpose::kYes}, {b.data, b.stride}, beta,
       c + first_column, stride);
}

// Rows of one product that came together.
struct Gathered : Tape::Deferred {
  Variable weight;
  int64_t first_column;
  int64_t a_columns, b_columns;
  float *a_rows, *b_rows;
  int64_t capacity, count;

  void add(Arena& arena, int64_t rows, const Rows& a, const Rows& b) {
    make_room(arena, rows);
    for (int64_t r = 0; r < rows; ++r, ++count) {
      std::copy_n(a.data + r * a.stride, a_columns, a_rows + count * a_columns);
      std::copy_n(b.data + r * b.stride, b_columns, b_rows + count * b_columns);
    }
  }
  void flush() {
    if (count > 0)
      multiply(weight, first_column, count, {a_rows, a_columns, a_columns},
               {b_rows, b_columns, b_columns});
    count = 0;
  }

 private:
  // On the way back the last steps come first, which have the fewest sentences.
  void make_room(Arena& arena, int64_t rows) {
    if (count + rows <= capacity) return;
    flush();
    const int64_t wanted = std::min(kTimes * rows, kMost);
    if (wanted < 2 * capacity) return;
    capacity = wanted;
    a_rows = arena.floats(capacity * a_columns).data();
    b_rows = arena.floats(capacity * b_columns).data();
  }
};

void flush(Tape::Deferred* self) { static_cast<Gathered*>(self)->flush(); }

// For the gradient of a parameter's columns from `first_column` on.
Gathered& gathered(Tape& tape, const Variable& weight, int64_t first_column, const Rows& a,
                   const Rows& b) {
  for (Tape::Deferred* one = tape.deferred(); one != nullptr; one = one->next)
    if (one->run == flush && one->parameter == weight.parameter() &&
        static_cast<Gathered*>(one)->first_column == first_column)
      return *static_cast<Gathered*>(one);
  auto* made = tape.arena().make<Gathered>();
  made->run = flush;
  made->parameter = weight.parameter();
  made->weight = weight;
  made->first_column = first_column;
  made->a_columns = a.columns;
  made->b_columns = b.columns;
  tape.defer(*made);
  return *made;
}

}  // namespace

void add_weight_gradient(Tape& tape, const Variable& weight, int64_t rows, const Rows& a,
                         const Rows& b, int64_t first_column) {
  if (weight.parameter() == nullptr || rows > kEnough) {
    multiply(weight, first_column, rows, a, b);
  } else {
    gathered(tape, weight, first_column, a, b).add(tape.arena(), rows, a, b);
  }
}

// A block of columns at a time.
void add_bias_gradient(const Variable& bias, int64_t row_count, const Rows& rows,
                       int64_t first_column) {
  constexpr int64_t kBlock = 64;
  float* sum = bias.gradient() + first_column;
#pragma omp parallel for if (parallel : row_count * rows.columns > kWorthThreads)
  for (int64_t begin = 0; begin < rows.columns; begin += kBlock) {
    const int64_t width = std::min(kBlock, rows.columns - begin);
    float total[kBlock] = {};
    for (int64_t r = 0; r < row_count; ++r) {
#pragma omp simd
      for (int64_t c = 0; c < width; ++c) total[c] += rows.data[r * rows.stride + begin + c];
    }
    for (int64_t c = 0; c < width; ++c) sum[begin + c] += total[c];
  }
}

}  // namespace alinea::ops
