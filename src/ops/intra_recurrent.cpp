#include "ops/intra_recurrent.h"

#include <algorithm>
#include <memory>
#include <numeric>

#include "ops/check.h"
#include "ops/intra_layer.h"

namespace alinea::ops {

namespace {

void check_shapes(const IntraRecurrent& of, const Variable& x, std::span<const int64_t> active,
                  const IntraStart& start) {
  constexpr const char* kName = "intra_recurrent";
  const int64_t inputs = of.weights.input.shape()[0], hidden = of.weights.input.shape()[2];
  const int64_t size = of.attention.v.elements();
  check(of.weights.input.shape()[1] == gates(of.cell), kName, "the gates", gates(of.cell),
        of.weights.input.shape()[1]);
  check(x.columns() == inputs, kName, "the input size", inputs, x.columns());
  check(!active.empty() && std::is_sorted(active.rbegin(), active.rend()), kName,
        "the order of the lengths", 1, 0);
  const int64_t rows = std::accumulate(active.begin(), active.end(), int64_t{0});
  check(x.rows() == rows, kName, "the rows of x", rows, x.rows());
  check(of.attention.states.elements() == hidden * size, kName, "the elements of W_h",
        hidden * size, of.attention.states.elements());
  check(of.attention.input.elements() == inputs * size, kName, "the elements of W_x", inputs * size,
        of.attention.input.elements());
  check(of.attention.summary.elements() == hidden * size, kName, "the elements of W_h~",
        hidden * size, of.attention.summary.elements());
  for (const PastState& past : start.past) {
    check(past.h.rows() >= active[0], kName, "the sentences of a past state", active[0],
          past.h.rows());
    check(past.h.columns() == hidden, kName, "the hidden units of a past state", hidden,
          past.h.columns());
    check(past.keys.columns() == size, kName, "the attention size of a past state", size,
          past.keys.columns());
  }
}

// Its weights lie one step behind the other where they are read again, else each over the last.
void lay_out(Tape& tape, IntraLayer& l, std::span<const int64_t> active) {
  Arena& arena = tape.arena();
  const int64_t before = std::ssize(l.past), steps = std::ssize(active);
  l.gates = arena.floats(l.rows * l.width()).data();
  l.inner = arena.floats(l.rows * l.hidden).data();
  l.query = arena.floats(l.rows * l.size).data();
  l.cells = l.has_cell() ? arena.floats(l.rows * l.hidden).data() : nullptr;
  int64_t all_weights = 0;
  for (int64_t t = 0; t < steps; ++t) {
    const int64_t weights = active[t] * (before + t);
    all_weights = tape.recording() ? all_weights + weights : std::max(all_weights, weights);
  }
  float* weights = arena.floats(all_weights).data();
  l.looked_at = arena.array<LookedAt>(before + steps);
  for (int64_t i = 0; i < before; ++i)
    l.looked_at[i] = {l.past[i].h.value(),
                      l.has_cell() ? l.past[i].c.value() : nullptr,
                      l.past[i].keys.value(),
                      nullptr,
                      nullptr,
                      nullptr};
  l.steps = arena.array<IntraStep>(steps);
  int64_t row = 0;
  for (int64_t t = 0; t < steps; ++t) {
    const int64_t at = row * l.hidden;
    float* c = l.has_cell() ? l.result.c.value() + at : nullptr;
    float* before_c = l.has_cell() ? l.cells + at : nullptr;
    float* before_h = l.result.summary.value() + at;
    l.looked_at[before + t] = {l.result.h.value() + at,
                               c,
                               l.result.keys.value() + row * l.size,
                               nullptr,
                               nullptr,
                               nullptr};
    std::construct_at(&l.steps[t],
                      IntraStep{.row = row,
                                .look = {.batch = active[t],
                                         .hidden = l.hidden,
                                         .size = l.size,
                                         .past = l.looked_at.first(static_cast<size_t>(before + t)),
                                         .query = l.query + row * l.size,
                                         .v = l.of.attention.v.value(),
                                         .weights = weights,
                                         .h = before_h,
                                         .c = before_c},
                                .cell = {.cell = l.of.cell,
                                         .batch = active[t],
                                         .hidden = l.hidden,
                                         .recurrent = l.of.weights.recurrent,
                                         .bias = l.of.weights.bias.value(),
                                         .h_before = before_h,
                                         .c_before = before_c,
                                         .gates = l.gates + row * l.width(),
                                         .inner = l.inner + at,
                                         .h = l.result.h.value() + at,
                                         .c = c}});
    if (tape.recording()) weights += active[t] * (before + t);
    row += active[t];
  }
}

// α of step t, in its place among those that are kept.
void keep_weights(const IntraLayer& l, size_t t) {
  const IntraLook& look = l.steps[t].look;
  const int64_t steps = std::ssize(l.steps), width = std::ssize(l.looked_at);
  const int64_t count = std::ssize(look.past);
  for (int64_t n = 0; n < look.batch; ++n)
    std::copy_n(look.weights + n * count, count,
                l.result.weights.value() + (n * steps + static_cast<int64_t>(t)) * width);
}

void run(Tape& tape, const IntraLayer& l) {
  multiply(tape, part_of(l.of.weights.input, l.inputs, l.width()),
           {.rows = l.rows,
            .x = l.x.value(),
            .x_stride = l.inputs,
            .y = l.gates,
            .y_stride = l.width()});
  multiply(
      tape, part_of(l.of.attention.input, l.inputs, l.size),
      {.rows = l.rows, .x = l.x.value(), .x_stride = l.inputs, .y = l.query, .y_stride = l.size});
  for (size_t t = 0; t < l.steps.size(); ++t) {
    const IntraStep& step = l.steps[t];
    if (const float* before = l.summary_before(t))
      multiply(tape, part_of(l.of.attention.summary, l.hidden, l.size),
               {.rows = step.look.batch,
                .x = before,
                .x_stride = l.hidden,
                .add = true,
                .y = l.query + step.row * l.size,
                .y_stride = l.size});
    look_forward(step.look);
    if (l.result.weights) keep_weights(l, t);
    step_forward(tape, step.cell);
    multiply(tape, part_of(l.of.attention.states, l.hidden, l.size),
             {.rows = step.look.batch,
              .x = step.cell.h,
              .x_stride = l.hidden,
              .y = l.result.keys.value() + step.row * l.size,
              .y_stride = l.size});
  }
}

}  // namespace

IntraResult intra_recurrent(Tape& tape, const IntraRecurrent& of, const Variable& x,
                            std::span<const int64_t> active, const IntraStart& start) {
  check_shapes(of, x, active, start);
  const OperationTimer timer(tape, active.size() == 1 ? "intra-attention step" : "intra-attention");
  std::vector<Variable> parents{x,
                                of.weights.input,
                                of.weights.recurrent,
                                of.weights.bias,
                                of.attention.states,
                                of.attention.input,
                                of.attention.summary,
                                of.attention.v};
  if (start.summary) parents.push_back(start.summary);
  for (const PastState& past : start.past) parents.insert(parents.end(), {past.h, past.keys});
  IntraLayer layer{.of = of,
                   .x = x,
                   .first_summary = start.summary,
                   .past = tape.arena().copy(start.past),
                   .result = {},
                   .inputs = of.weights.input.shape()[0],
                   .hidden = of.weights.input.shape()[2],
                   .size = of.attention.v.elements(),
                   .rows = x.rows(),
                   .gates = nullptr,
                   .inner = nullptr,
                   .query = nullptr,
                   .cells = nullptr,
                   .looked_at = {},
                   .steps = {}};
  IntraResult& result = layer.result;
  result.h = tape.result({layer.rows, layer.hidden}, parents);
  if (layer.has_cell()) result.c = tape.result({layer.rows, layer.hidden}, parents);
  result.keys = tape.result({layer.rows, layer.size}, parents);
  result.summary = tape.result({layer.rows, layer.hidden}, parents);
  const int64_t steps = std::ssize(active);
  if (of.keep_weights)
    result.weights = tape.zeros({active[0], steps, std::ssize(start.past) + steps});
  lay_out(tape, layer, active);
  run(tape, layer);
  tape.record([layer, &tape] {
    if (layer.is_wanted()) intra_backward(tape, layer);
  });
  return result;
}

}  // namespace alinea::ops
