#include <algorithm>
#include <memory>

#include "ops/recurrent_gradients.h"
#include "ops/recurrent_layer.h"
#include "ops/recurrent_step.h"
#include "ops/row_math.h"
#include "ops/weight_product.h"

namespace alinea::ops {

namespace {

struct Layer : RecurrentLayer {
  float* gates;                    // [R, G, H]
  float* inner;                    // [R, H]
  std::span<RecurrentStep> steps;  // which point into these

  // Then what it puts out is the last state itself.
  bool is_one_step() const { return steps.size() == 1; }
  // How many sentences go on behind step t.
  int64_t staying(size_t t) const { return t + 1 < steps.size() ? steps[t + 1].batch : 0; }
};

// W, all of it.
WeightPart input_weights(const Layer& l) {
  return {.weight = l.weights.input, .inputs = l.inputs, .outputs = l.width(), .stride = l.width()};
}

void lay_out_steps(Tape& tape, Layer& l, std::span<const int64_t> active) {
  const int64_t states = l.rows * l.hidden;
  l.gates = tape.arena().floats(l.rows * l.width()).data();
  l.inner = tape.arena().floats(states).data();
  l.steps = tape.arena().array<RecurrentStep>(std::ssize(active));
  float* c = !l.has_cell()     ? nullptr
             : l.is_one_step() ? l.result.last.c.value()
                               : tape.arena().floats(states).data();
  const float *h_before = l.initial.h.value(),
              *c_before = l.has_cell() ? l.initial.c.value() : nullptr;
  int64_t row = 0;
  for (size_t t = 0; t < active.size(); ++t) {
    const int64_t at = row * l.hidden;
    std::construct_at(&l.steps[t], RecurrentStep{.cell = l.cell,
                                                 .batch = active[t],
                                                 .hidden = l.hidden,
                                                 .recurrent = l.weights.recurrent,
                                                 .bias = l.weights.bias.value(),
                                                 .h_before = h_before,
                                                 .c_before = c_before,
                                                 .gates = l.gates + row * l.width(),
                                                 .inner = l.inner + at,
                                                 .h = l.result.output.value() + at,
                                                 .c = l.has_cell() ? c + at : nullptr});
    h_before = l.steps[t].h;
    c_before = l.steps[t].c;
    row += active[t];
  }
}

// The state of each sentence behind its own last word.
void copy_last_states(const Layer& l) {
  for (size_t t = 0; t < l.steps.size(); ++t) {
    const RecurrentStep& step = l.steps[t];
    const int64_t begin = l.staying(t) * l.hidden, count = step.batch * l.hidden - begin;
    std::copy_n(step.h + begin, count, l.result.last.h.value() + begin);
    if (l.has_cell()) std::copy_n(step.c + begin, count, l.result.last.c.value() + begin);
  }
}

// A gradient to go on adding to, in memory of its own.
float* begin_with(Tape& tape, const Variable& last) {
  if (!last.has_gradient()) return tape.arena().zeros(last.elements()).data();
  return tape.arena().copy(std::span<const float>(last.gradient(), last.values().size())).data();
}

// On the way back the gradient of the state stays in its place from step to step; before the last
// step of a sentence it is that of its last state. `inner` [R, H], of a GRU, is written. Returns
// the gradients of the initial state.
struct StateGradients {
  float *h, *c;
};
StateGradients backward_steps(Tape& tape, const Layer& l, float* inner) {
  const auto& [output, last] = l.result;
  const int64_t states = l.initial.h.elements();
  if (l.is_one_step()) {
    const StateGradients before{tape.arena().floats(states).data(),
                                l.has_cell() ? tape.arena().floats(states).data() : nullptr};
    step_backward(tape, l.steps[0],
                  {.h = output.gradient(),
                   .c = last.c.has_gradient() ? last.c.gradient() : nullptr,
                   .h_before = before.h,
                   .c_before = before.c,
                   .inner = inner});
    return before;
  }
  const StateGradients d{begin_with(tape, last.h),
                         l.has_cell() ? begin_with(tape, last.c) : nullptr};
  int64_t row = l.rows;
  for (auto step = l.steps.rbegin(); step != l.steps.rend(); ++step) {
    row -= step->batch;
    const int64_t at = row * l.hidden;
    if (output.has_gradient()) add_scaled(1, output.gradient() + at, d.h, step->batch * l.hidden);
    step_backward(tape, *step,
                  {.h = d.h,
                   .c = d.c,
                   .h_before = d.h,
                   .c_before = d.c,
                   .inner = inner != nullptr ? inner + at : nullptr});
  }
  return d;
}

// h_{t-1} of all steps, [R, H].
const float* states_before(Tape& tape, const Layer& l) {
  if (l.is_one_step()) return l.initial.h.value();
  float* before = tape.arena().floats(l.rows * l.hidden).data();
  float* next = before;
  for (const RecurrentStep& step : l.steps)
    next = std::copy_n(step.h_before, step.batch * l.hidden, next);
  return before;
}

void layer_backward(Tape& tape, const Layer& l) {
  float* inner = l.has_cell() ? nullptr : tape.arena().floats(l.rows * l.hidden).data();
  const StateGradients initial = backward_steps(tape, l, inner);
  add_recurrent_gradients(tape,
                          {.cell = l.cell,
                           .inputs = l.inputs,
                           .hidden = l.hidden,
                           .rows = l.rows,
                           .x = l.x,
                           .before = states_before(tape, l),
                           .gates = l.gates,
                           .inner = l.cell == Cell::kGru ? l.inner : inner},
                          l.weights);
  if (l.initial.h.requires_gradient()) l.initial.h.add_gradient(initial.h);
  if (l.initial.c.requires_gradient()) l.initial.c.add_gradient(initial.c);
}

}  // namespace

void recurrent_by_products(Tape& tape, const RecurrentLayer& layer,
                           std::span<const int64_t> active) {
  Layer unrolled{layer, nullptr, nullptr, {}};
  lay_out_steps(tape, unrolled, active);
  multiply(tape, input_weights(unrolled),  // of all steps at once
           {.rows = unrolled.rows,
            .x = unrolled.x.value(),
            .x_stride = unrolled.inputs,
            .y = unrolled.gates,
            .y_stride = unrolled.width()});
  for (const RecurrentStep& step : unrolled.steps) step_forward(tape, step);
  if (!unrolled.is_one_step()) copy_last_states(unrolled);

  tape.record([unrolled, &tape] {
    if (unrolled.is_wanted()) layer_backward(tape, unrolled);
  });
}

}  // namespace alinea::ops
