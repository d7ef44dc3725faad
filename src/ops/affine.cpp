#include "ops/affine.h"

#include <algorithm>

#include "ops/check.h"
#include "ops/onednn.h"

namespace alinea::ops {

namespace {

void sum_rows(const float* rows, int64_t row_count, int64_t columns, float* sum) {
#pragma omp parallel
  {
#pragma omp for simd nowait
    for (int64_t c = 0; c < columns; ++c) {
      float total = 0;
      for (int64_t r = 0; r < row_count; ++r) total += rows[r * columns + c];
      sum[c] += total;
    }
  }
}

}  // namespace

Variable affine(Tape& tape, const Variable& x, const Variable& weight, const Variable& bias) {
  const int64_t rows = x.rows();
  const int64_t inputs = weight.shape()[0];
  const int64_t outputs = weight.shape()[1];
  check(x.columns() == inputs, "affine", "the last axis of x", inputs, x.columns());

  Variable y = tape.result(with_columns(x.shape(), outputs), {x, weight, bias});
  if (bias) {
    check(bias.elements() == outputs, "affine", "the bias", outputs, bias.elements());
#pragma omp parallel for
    for (int64_t r = 0; r < rows; ++r) std::copy_n(bias.value(), outputs, y.value() + r * outputs);
  }
  gemm({rows, outputs, inputs}, {x.value(), inputs}, {weight.value(), outputs}, bias ? 1.0F : 0.0F,
       y.value(), outputs);

  tape.record([=] {
    if (!y.has_gradient()) return;
    const float* dy = y.gradient();
    if (x.requires_gradient()) {  // dx = dy Wᵀ
      const auto [dx, beta] = x.accumulator();
      gemm({rows, inputs, outputs}, {dy, outputs}, {weight.value(), outputs, Transpose::kYes}, beta,
           dx, inputs);
    }
    if (weight.requires_gradient()) {  // dW = xᵀ dy
      const auto [dw, beta] = weight.accumulator();
      gemm({inputs, outputs, rows}, {x.value(), inputs, Transpose::kYes}, {dy, outputs}, beta, dw,
           outputs);
    }
    if (bias.requires_gradient()) sum_rows(dy, rows, outputs, bias.gradient());
  });
  return y;
}

}  // namespace alinea::ops
