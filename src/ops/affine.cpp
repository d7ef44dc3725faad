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

// weight is [inputs, outputs], or the other way round where `layout` is kYes.
Variable apply(Tape& tape, const Variable& x, const Variable& weight, Transpose layout,
               const Variable& bias) {
  const bool transposed = layout == Transpose::kYes;
  const Transpose other = transposed ? Transpose::kNo : Transpose::kYes;
  const int64_t rows = x.rows();
  const int64_t inputs = weight.shape()[transposed ? 1 : 0];
  const int64_t outputs = weight.shape()[transposed ? 0 : 1];
  const int64_t stride = weight.shape()[1];
  check(x.columns() == inputs, "affine", "the last axis of x", inputs, x.columns());

  Variable y = tape.result(with_columns(x.shape(), outputs), {x, weight, bias});
  if (bias) {
    check(bias.elements() == outputs, "affine", "the bias", outputs, bias.elements());
#pragma omp parallel for
    for (int64_t r = 0; r < rows; ++r) std::copy_n(bias.value(), outputs, y.value() + r * outputs);
  }
  gemm({rows, outputs, inputs}, {x.value(), inputs}, {weight.value(), stride, layout},
       bias ? 1.0F : 0.0F, y.value(), outputs);

  tape.record([=] {
    if (!y.has_gradient()) return;
    const float* dy = y.gradient();
    if (x.requires_gradient()) {  // dx = dy Wᵀ
      const auto [dx, beta] = x.accumulator();
      gemm({rows, inputs, outputs}, {dy, outputs}, {weight.value(), stride, other}, beta, dx,
           inputs);
    }
    if (weight.requires_gradient()) {  // dW = xᵀ dy, or its transpose dyᵀ x
      const auto [dw, beta] = weight.accumulator();
      const MatrixView from_x{x.value(), inputs, Transpose::kYes};
      const MatrixView from_y{dy, outputs, Transpose::kYes};
      if (transposed) {
        gemm({outputs, inputs, rows}, from_y, {x.value(), inputs}, beta, dw, inputs);
      } else {
        gemm({inputs, outputs, rows}, from_x, {dy, outputs}, beta, dw, outputs);
      }
    }
    if (bias.requires_gradient()) sum_rows(dy, rows, outputs, bias.gradient());
  });
  return y;
}

}  // namespace

Variable affine(Tape& tape, const Variable& x, const Variable& weight, const Variable& bias) {
  return apply(tape, x, weight, Transpose::kNo, bias);
}

Variable affine_transposed(Tape& tape, const Variable& x, const Variable& weight,
                           const Variable& bias) {
  return apply(tape, x, weight, Transpose::kYes, bias);
}

}  // namespace alinea::ops
