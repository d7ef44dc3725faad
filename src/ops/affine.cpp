#include "ops/affine.h"

#include <algorithm>

#include "autograd/parallel.h"
#include "ops/check.h"
#include "ops/onednn.h"
#include "ops/packed_product.h"
#include "ops/transposed.h"
#include "ops/weight_gradient.h"

namespace alinea::ops {

namespace {

// Up to so many the product with Wᵀ is faster by a transposed copy of W.
constexpr int64_t kStepRows = 64;

void multiply(const Variable& x, const Variable& weight, Transpose layout, const Variable& bias,
              const Variable& y) {
  const int64_t rows = y.rows(), inputs = x.columns(), outputs = y.columns();
  if (bias) {
#pragma omp parallel for if (parallel : rows * outputs > kWorthThreads)
    for (int64_t r = 0; r < rows; ++r) std::copy_n(bias.value(), outputs, y.value() + r * outputs);
  }
  gemm({rows, outputs, inputs}, {x.value(), inputs}, {weight.value(), weight.shape()[1], layout},
       bias ? 1.0F : 0.0F, y.value(), outputs);
}

// weight is [inputs, outputs], or the other way round where `layout` is kYes.
Variable apply(Tape& tape, const Variable& x, const Variable& weight, Transpose layout,
               const Variable& bias) {
  const OperationTimer timer(tape, "affine");
  const bool transposed = layout == Transpose::kYes;
  const Transpose other = transposed ? Transpose::kNo : Transpose::kYes;
  const int64_t rows = x.rows();
  const int64_t inputs = weight.shape()[transposed ? 1 : 0];
  const int64_t outputs = weight.shape()[transposed ? 0 : 1];
  const int64_t stride = weight.shape()[1];
  check(x.columns() == inputs, "affine", "the last axis of x", inputs, x.columns());

  Variable y = tape.result(with_columns(x.shape(), outputs), {x, weight, bias});
  if (bias) check(bias.elements() == outputs, "affine", "the bias", outputs, bias.elements());
  if (is_packed(tape, weight, rows)) {
    multiply_packed({.weight = weight,
                     .inputs = inputs,
                     .outputs = outputs,
                     .stride = stride,
                     .turned = transposed},
                    {.rows = rows,
                     .x = x.value(),
                     .bias = bias ? bias.value() : nullptr,
                     .add = false,
                     .y = y.value()});
  } else {
    multiply(x, weight, layout, bias, y);
  }

  tape.record([=, to = &tape] {
    if (!y.has_gradient()) return;
    const float* dy = y.gradient();
    if (x.requires_gradient()) {  // dx = dy Wᵀ
      const auto [dx, beta] = x.accumulator();
      const bool turned = !transposed && rows <= kStepRows;
      gemm({rows, inputs, outputs}, {dy, outputs},
           turned ? MatrixView{ops::transposed(*to, weight), inputs}
                  : MatrixView{weight.value(), stride, other},
           beta, dx, inputs);
    }
    if (weight.requires_gradient()) {  // dW = xᵀ dy, or its transpose dyᵀ x
      const Rows from_x{x.value(), inputs, inputs}, from_y{dy, outputs, outputs};
      if (transposed) {
        add_weight_gradient(*to, weight, rows, {{from_y, from_x}});
      } else {
        add_weight_gradient(*to, weight, rows, {{from_x, from_y}});
      }
    }
    if (bias.requires_gradient()) add_bias_gradient(bias, rows, {dy, outputs, outputs});
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
