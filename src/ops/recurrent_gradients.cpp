#include "ops/recurrent_gradients.h"

#include "ops/weight_gradient.h"
#include "ops/weight_product.h"

namespace alinea::ops {

namespace {

// What each gate multiplied U with, and the gradients of these products.
void add_recurrent_weight_gradient(Tape& tape, const RecurrentRows& r, const Variable& u) {
  const int64_t hidden = r.hidden, width = gates(r.cell) * hidden;
  const Rows before{r.before, hidden, hidden};
  switch (r.cell) {
    case Cell::kLstm:
    case Cell::kRnn:
      return add_weight_gradient(tape, u, r.rows, {{before, {r.gates, width, width}}});
    case Cell::kGru:
      return add_weight_gradient(
          tape, u, r.rows,
          {{before, {r.gates, 2 * hidden, width}},
           {{r.inner, hidden, hidden}, {r.gates + 2 * hidden, hidden, width}}});
    case Cell::kLbrGru:
      return add_weight_gradient(
          tape, u, r.rows,
          {{before, {r.gates, 2 * hidden, width}}, {before, {r.inner, hidden, hidden}}});
  }
}

}  // namespace

void add_recurrent_gradients(Tape& tape, const RecurrentRows& r, const RecurrentWeights& weights) {
  const int64_t width = gates(r.cell) * r.hidden;
  const Rows gate_rows{r.gates, width, width};
  if (weights.input.requires_gradient())
    add_weight_gradient(tape, weights.input, r.rows,
                        {{{r.x.value(), r.inputs, r.inputs}, gate_rows}});
  if (weights.recurrent.requires_gradient())
    add_recurrent_weight_gradient(tape, r, weights.recurrent);
  if (weights.bias.requires_gradient()) {
    add_bias_gradient(weights.bias, r.rows, gate_rows);
    if (r.cell == Cell::kLbrGru)
      add_bias_gradient(weights.bias, r.rows, {r.inner, r.hidden, r.hidden}, width);
  }
  if (!r.x.requires_gradient()) return;
  const auto [dx, beta] = r.x.accumulator();
  multiply_backward(
      tape, {.weight = weights.input, .inputs = r.inputs, .outputs = width, .stride = width},
      {.rows = r.rows,
       .x = r.gates,
       .x_stride = width,
       .add = beta != 0,
       .y = dx,
       .y_stride = r.inputs});
}

}  // namespace alinea::ops
