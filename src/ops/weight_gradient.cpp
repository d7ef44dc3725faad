#include "ops/weight_gradient.h"

#include <algorithm>

#include "ops/onednn.h"

namespace alinea::ops {

namespace {

constexpr int64_t kTogether = 512;  // rows: enough for the product to be at its full speed
constexpr int64_t kFew = 256;

void multiply(int64_t rows, const Rows& a, const Rows& b, float beta, float* c, int64_t c_stride) {
  gemm({a.columns, b.columns, rows}, {a.data, a.stride, Transpose::kYes}, {b.data, b.stride}, beta,
       c, c_stride);
}

// Rows of one product that came together.
struct Gathered : Tape::Deferred {
  float* c;
  int64_t c_stride;
  Rows a, b;
  float *a_rows, *b_rows;
  int64_t count;

  void add(int64_t rows, const Rows& more_a, const Rows& more_b) {
    if (count + rows > kTogether) flush();
    for (int64_t r = 0; r < rows; ++r, ++count) {
      std::copy_n(more_a.data + r * more_a.stride, a.columns, a_rows + count * a.columns);
      std::copy_n(more_b.data + r * more_b.stride, b.columns, b_rows + count * b.columns);
    }
  }
  void flush() {
    if (count > 0) multiply(count, a, b, 1, c, c_stride);
    count = 0;
  }
};

Gathered& gathered(Tape& tape, float* c, int64_t c_stride, const Rows& a, const Rows& b) {
  for (Tape::Deferred* one = tape.deferred(); one != nullptr; one = one->next)
    if (auto* found = static_cast<Gathered*>(one); found->c == c) return *found;
  float* a_rows = tape.arena().floats(kTogether * a.columns).data();
  float* b_rows = tape.arena().floats(kTogether * b.columns).data();
  auto* made = tape.arena().make<Gathered>(
      Gathered{{[](Tape::Deferred* self) { static_cast<Gathered*>(self)->flush(); }, nullptr},
               c,
               c_stride,
               {a_rows, a.columns, a.columns},
               {b_rows, b.columns, b.columns},
               a_rows,
               b_rows,
               0});
  tape.defer(*made);
  return *made;
}

}  // namespace

void add_weight_gradient(Tape& tape, const Variable& weight, int64_t rows, const Rows& a,
                         const Rows& b, int64_t first_column) {
  const int64_t stride = weight.elements() / a.columns;
  if (weight.parameter() == nullptr || rows > kFew) {
    const bool whole = b.columns == stride;
    const auto [c, beta] =
        whole ? weight.accumulator() : Variable::Accumulator{weight.gradient(), 1};
    multiply(rows, a, b, beta, c + first_column, stride);
  } else {
    gathered(tape, weight.gradient() + first_column, stride, a, b).add(rows, a, b);
  }
}

}  // namespace alinea::ops
