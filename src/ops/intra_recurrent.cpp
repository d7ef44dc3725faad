#include "ops/intra_recurrent.h"

#include <algorithm>
#include <memory>
#include <numeric>

#include "ops/check.h"
#include "ops/intra_look.h"
#include "ops/recurrent_gradients.h"
#include "ops/recurrent_step.h"
#include "ops/row_math.h"
#include "ops/weight_gradient.h"
#include "ops/weight_product.h"

namespace alinea::ops {

namespace {

struct IntraStep {
  int64_t row;  // its first one
  IntraLook look;
  RecurrentStep cell;
};

struct IntraLayer {
  IntraRecurrent of;
  Variable x, first_summary;
  std::span<const PastState> past;
  IntraResult result;
  int64_t inputs, hidden, size, rows;  // I, H, A, R
  float *gates, *inner, *query, *cells;
  std::span<LookedAt> looked_at;  // M + T
  std::span<IntraStep> steps;

  int64_t width() const { return ops::gates(of.cell) * hidden; }
  bool has_cell() const { return of.cell == Cell::kLstm; }
  bool is_wanted() const {
    return result.h.has_gradient() || result.c.has_gradient() || result.keys.has_gradient() ||
           result.summary.has_gradient();
  }
  // h̃_{t-1} of the sentences of step t; nullptr: 0.
  const float* summary_before(size_t t) const {
    if (t > 0) return result.summary.value() + steps[t - 1].row * hidden;
    return first_summary ? first_summary.value() : nullptr;
  }
};

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

WeightPart part_of(const Variable& weight, int64_t inputs, int64_t outputs) {
  return {.weight = weight, .inputs = inputs, .outputs = outputs, .stride = outputs};
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

// Of all rows.
struct IntraGradients {
  float *h, *c, *keys, *summary;  // of the result, which later steps add to
  float *query, *inner;
  float* v;  // a row for every sentence
};

float* gradient_if_wanted(const Variable& x) {
  return x && x.requires_gradient() ? x.gradient() : nullptr;
}

IntraGradients begin_gradients(Tape& tape, const IntraLayer& l) {
  for (size_t i = 0; i < l.past.size(); ++i) {
    l.looked_at[i].dh = gradient_if_wanted(l.past[i].h);
    l.looked_at[i].dc = gradient_if_wanted(l.past[i].c);
    l.looked_at[i].dkeys = gradient_if_wanted(l.past[i].keys);
  }
  const IntraGradients d{
      .h = l.result.h.gradient(),
      .c = l.has_cell() ? l.result.c.gradient() : nullptr,
      .keys = l.result.keys.gradient(),
      .summary = l.result.summary.gradient(),
      .query = tape.arena().floats(l.rows * l.size).data(),
      .inner = l.has_cell() ? nullptr : tape.arena().floats(l.rows * l.hidden).data(),
      .v = tape.arena().zeros(l.steps[0].look.batch * l.size).data()};
  for (size_t t = 0; t < l.steps.size(); ++t) {
    LookedAt& own = l.looked_at[l.past.size() + t];
    const int64_t at = l.steps[t].row * l.hidden;
    own.dh = d.h + at;
    own.dc = l.has_cell() ? d.c + at : nullptr;
    own.dkeys = d.keys + l.steps[t].row * l.size;
  }
  return d;
}

// `h` and `c` [N, H], for a moment: the gradients of h̃_t and c̃_t.
void step_back(Tape& tape, const IntraLayer& l, size_t t, const IntraGradients& d,
               const RecurrentStepGradient& scratch) {
  const IntraStep& step = l.steps[t];
  const int64_t at = step.row * l.hidden, at_key = step.row * l.size, batch = step.look.batch;
  const WeightPart to_states = part_of(l.of.attention.states, l.hidden, l.size),
                   to_summary = part_of(l.of.attention.summary, l.hidden, l.size);
  multiply_backward(tape, to_states,
                    {.rows = batch,
                     .x = d.keys + at_key,
                     .x_stride = l.size,
                     .add = true,
                     .y = d.h + at,
                     .y_stride = l.hidden});
  step_backward(tape, step.cell,
                {.h = d.h + at,
                 .c = l.has_cell() ? d.c + at : nullptr,
                 .h_before = scratch.h_before,
                 .c_before = scratch.c_before,
                 .inner = l.has_cell() ? nullptr : d.inner + at});
  add_scaled(1, d.summary + at, scratch.h_before, batch * l.hidden);
  look_backward(
      step.look,
      {.h = scratch.h_before, .c = scratch.c_before, .query = d.query + at_key, .v = d.v});
  float* before =
      t > 0 ? d.summary + l.steps[t - 1].row * l.hidden : gradient_if_wanted(l.first_summary);
  if (before == nullptr) return;
  multiply_backward(tape, to_summary,
                    {.rows = batch,
                     .x = d.query + at_key,
                     .x_stride = l.size,
                     .add = true,
                     .y = before,
                     .y_stride = l.hidden});
}

// h̃_{t-1} of all rows, [R, H].
const float* summaries_before(Tape& tape, const IntraLayer& l) {
  float* all = tape.arena().floats(l.rows * l.hidden).data();
  float* next = all;
  for (size_t t = 0; t < l.steps.size(); ++t) {
    const int64_t count = l.steps[t].look.batch * l.hidden;
    const float* before = l.summary_before(t);
    next = before != nullptr ? std::copy_n(before, count, next) : std::fill_n(next, count, 0.0F);
  }
  return all;
}

void add_attention_gradients(Tape& tape, const IntraLayer& l, const IntraGradients& d) {
  const IntraWeights& weights = l.of.attention;
  const Rows query{d.query, l.size, l.size};
  if (weights.states.requires_gradient())
    add_weight_gradient(tape, weights.states, l.rows,
                        {{{l.result.h.value(), l.hidden, l.hidden}, {d.keys, l.size, l.size}}});
  if (weights.input.requires_gradient())
    add_weight_gradient(tape, weights.input, l.rows, {{{l.x.value(), l.inputs, l.inputs}, query}});
  if (weights.summary.requires_gradient())
    add_weight_gradient(tape, weights.summary, l.rows,
                        {{{summaries_before(tape, l), l.hidden, l.hidden}, query}});
  if (weights.v.requires_gradient())
    for (int64_t n = 0; n < l.steps[0].look.batch; ++n)
      add_scaled(1, d.v + n * l.size, weights.v.gradient(), l.size);
  if (!l.x.requires_gradient()) return;
  const auto [dx, beta] = l.x.accumulator();
  multiply_backward(tape, part_of(weights.input, l.inputs, l.size),
                    {.rows = l.rows,
                     .x = d.query,
                     .x_stride = l.size,
                     .add = beta != 0,
                     .y = dx,
                     .y_stride = l.inputs});
}

void layer_back(Tape& tape, const IntraLayer& l) {
  const IntraGradients d = begin_gradients(tape, l);
  const int64_t most = l.steps[0].look.batch * l.hidden;
  const RecurrentStepGradient scratch{
      .h = nullptr,
      .c = nullptr,
      .h_before = tape.arena().floats(most).data(),
      .c_before = l.has_cell() ? tape.arena().floats(most).data() : nullptr,
      .inner = nullptr};
  for (size_t t = l.steps.size(); t > 0; --t) step_back(tape, l, t - 1, d, scratch);
  add_recurrent_gradients(tape,
                          {.cell = l.of.cell,
                           .inputs = l.inputs,
                           .hidden = l.hidden,
                           .rows = l.rows,
                           .x = l.x,
                           .before = l.result.summary.value(),
                           .gates = l.gates,
                           .inner = l.of.cell == Cell::kGru ? l.inner : d.inner},
                          l.of.weights);
  add_attention_gradients(tape, l, d);
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
    if (layer.is_wanted()) layer_back(tape, layer);
  });
  return result;
}

}  // namespace alinea::ops
