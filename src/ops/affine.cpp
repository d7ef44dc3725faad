#include "ops/affine.h"

#include "ops/check.h"
#include "ops/matrix_product.h"
#include "ops/weight_gradient.h"
#include "ops/weight_product.h"

namespace alinea::ops {

namespace {

// weight is [inputs, outputs], or the other way round where `layout` is kYes.
Variable apply(Tape& tape, const Variable& x, const Variable& weight, Transpose layout,
               const Variable& bias) {
  const OperationTimer timer(tape, "affine");
  const bool transposed = layout == Transpose::kYes;
  const int64_t rows = x.rows();
  const WeightPart part{.weight = weight,
                        .inputs = weight.shape()[transposed ? 1 : 0],
                        .outputs = weight.shape()[transposed ? 0 : 1],
                        .stride = weight.shape()[1],
                        .transposed = transposed};
  const int64_t inputs = part.inputs, outputs = part.outputs;
  check(x.columns() == inputs, "affine", "the last axis of x", inputs, x.columns());

  Variable y = tape.result(with_columns(x.shape(), outputs), {x, weight, bias});
  if (bias) check(bias.elements() == outputs, "affine", "the bias", outputs, bias.elements());
  multiply(tape, part,
           {.rows = rows,
            .x = x.value(),
            .x_stride = inputs,
            .bias = bias ? bias.value() : nullptr,
            .y = y.value(),
            .y_stride = outputs});

  tape.record([=, to = &tape] {
    if (!y.has_gradient()) return;
    const float* dy = y.gradient();
    if (x.requires_gradient()) {  // dx = dy Wᵀ
      const auto [dx, beta] = x.accumulator();
      multiply_backward(*to, part,
                        {.rows = rows,
                         .x = dy,
                         .x_stride = outputs,
                         .add = beta != 0,
                         .y = dx,
                         .y_stride = inputs});
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
