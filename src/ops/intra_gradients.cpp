#include <algorithm>

#include "ops/intra_layer.h"
#include "ops/recurrent_gradients.h"
#include "ops/row_math.h"
#include "ops/weight_gradient.h"

namespace alinea::ops {

namespace {

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

}  // namespace

void intra_backward(Tape& tape, const IntraLayer& l) {
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

}  // namespace alinea::ops
