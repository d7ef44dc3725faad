#include "ops/recurrent.h"

#include <algorithm>
#include <vector>

#include "autograd/parallel.h"
#include "ops/check.h"
#include "ops/recurrent_primitive.h"
#include "ops/recurrent_step.h"
#include "ops/transposed.h"

namespace alinea::ops {

namespace {

// Steps between which no sentence ends: one run of the primitive.
struct Segment {
  int64_t steps, batch;
  int64_t row;     // its first row of x and of the output
  int64_t ending;  // the sentences from here to `batch` end with it
  RecurrentForward pointers;
};

std::span<Segment> segments(Tape& tape, std::span<const int64_t> active) {
  std::span<Segment> found = tape.arena().array<Segment>(static_cast<int64_t>(active.size()));
  size_t count = 0;
  int64_t row = 0;
  for (size_t t = 0; t < active.size(); ++t) {
    if (t == 0 || active[t] != active[t - 1]) {
      if (t > 0) found[count - 1].ending = active[t];
      found[count++] = {.steps = 0, .batch = active[t], .row = row, .ending = 0, .pointers = {}};
    }
    ++found[count - 1].steps;
    row += active[t];
  }
  return found.first(count);
}

// Where the gradient goes, or room to forget it.
float* gradient_or_scratch(Tape& tape, const Variable& variable) {
  return variable.requires_gradient() ? variable.gradient()
                                      : tape.arena().zeros(variable.elements()).data();
}

// The states from the front of one segment to the back of the segment before it.
class StateGradient {
 public:
  StateGradient(Tape& tape, const Variable& last, int64_t elements)
      : values_(tape.arena().floats(elements)), before_(tape.arena().floats(elements)) {
    if (last.has_gradient()) {
      std::copy_n(last.gradient(), elements, values_.begin());
    } else {
      std::fill(values_.begin(), values_.end(), 0.0F);
    }
  }
  float* after() { return values_.data(); }
  float* before() { return before_.data(); }
  void step_back(int64_t elements) { std::copy_n(before_.begin(), elements, values_.begin()); }

 private:
  std::span<float> values_, before_;
};

struct Layer {
  Cell cell;
  int64_t inputs, hidden;
  bool training;
};

void run_forward(Tape& tape, const Layer& layer, std::span<Segment> parts,
                 const RecurrentForward& whole) {
  const int64_t hidden = layer.hidden;
  const bool lstm = layer.cell == Cell::kLstm;
  float *h = whole.h, *c = whole.c;
  for (Segment& part : parts) {
    const int64_t states = part.batch * hidden;
    RecurrentPrimitive& primitive = recurrent_primitive(
        {layer.cell, layer.training, part.steps, part.batch, layer.inputs, hidden});
    part.pointers = whole;
    part.pointers.x += part.row * layer.inputs;
    part.pointers.y += part.row * hidden;
    part.pointers.h = h;
    part.pointers.c = c;
    if (parts.size() > 1) {
      part.pointers.last_h = tape.arena().floats(states).data();
      part.pointers.last_c = lstm ? tape.arena().floats(states).data() : nullptr;
    }
    if (layer.training)
      part.pointers.workspace =
          tape.arena().array<std::byte>(static_cast<int64_t>(primitive.workspace_bytes())).data();
    primitive.forward(part.pointers);
    h = part.pointers.last_h;
    c = part.pointers.last_c;
    if (parts.size() == 1) continue;
    const int64_t kept = part.ending * hidden;
    std::copy_n(h + kept, states - kept, whole.last_h + kept);
    if (lstm) std::copy_n(c + kept, states - kept, whole.last_c + kept);
  }
}

struct Recorded {
  Layer layer;
  Variable x;
  RecurrentState initial;
  RecurrentWeights weights;
  RecurrentResult result;
  std::span<Segment> parts;
};

void run_backward(Tape& tape, const Recorded& r) {
  const auto& [layer, x, initial, weights, result, parts] = r;
  const bool lstm = layer.cell == Cell::kLstm;
  const int64_t states = initial.h.elements();
  StateGradient h(tape, result.last.h, states);
  StateGradient c(tape, result.last.c, lstm ? states : 0);
  float* dx = tape.arena().floats(x.elements()).data();

  RecurrentBackward pointers{};
  pointers.dinput = gradient_or_scratch(tape, weights.input);
  pointers.drecurrent = gradient_or_scratch(tape, weights.recurrent);
  pointers.dbias = gradient_or_scratch(tape, weights.bias);
  pointers.dlast_h = h.after();
  pointers.dlast_c = c.after();
  pointers.dh = h.before();
  pointers.dc = c.before();
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    pointers.forward = part->pointers;
    pointers.forward.input = transposed(tape, weights.input);
    pointers.forward.recurrent = transposed(tape, weights.recurrent);
    pointers.dy = result.output.gradient() + part->row * layer.hidden;
    pointers.dx = dx + part->row * layer.inputs;
    recurrent_primitive({layer.cell, true, part->steps, part->batch, layer.inputs, layer.hidden})
        .backward(pointers);
    h.step_back(part->batch * layer.hidden);
    if (lstm) c.step_back(part->batch * layer.hidden);
  }
  if (x.requires_gradient()) x.add_gradient(dx);
  if (initial.h.requires_gradient()) initial.h.add_gradient(h.after());
  if (lstm && initial.c.requires_gradient()) initial.c.add_gradient(c.after());
}

void check_shapes(Cell cell, const Variable& x, std::span<const int64_t> active,
                  const RecurrentState& initial, const RecurrentWeights& weights) {
  const int64_t batch = initial.h.rows(), inputs = weights.input.shape()[0];
  check(weights.input.shape()[1] == gates(cell), "recurrent", "the gates", gates(cell),
        weights.input.shape()[1]);
  check(x.columns() == inputs, "recurrent", "the input size", inputs, x.columns());
  check(!active.empty() && active[0] == batch, "recurrent", "the sentences at the first step",
        batch, active.empty() ? 0 : active[0]);
  check(std::is_sorted(active.rbegin(), active.rend()), "recurrent", "the order of the lengths", 1,
        0);
}

}  // namespace

RecurrentResult recurrent(Tape& tape, Cell cell, const Variable& x, std::span<const int64_t> active,
                          const RecurrentState& initial, const RecurrentWeights& weights) {
  check_shapes(cell, x, active, initial, weights);
  if (active.size() == 1) return recurrent_step(tape, cell, x, initial, weights);
  const OperationTimer timer(tape, "recurrent layer");
  const Layer layer{cell, weights.input.shape()[0], weights.input.shape()[2], tape.recording()};
  const Variable* w[] = {&weights.input, &weights.recurrent, &weights.bias};
  const auto result = [&](Shape shape) {
    return tape.result(shape, {x, initial.h, initial.c, *w[0], *w[1], *w[2]});
  };
  const Shape state_shape = initial.h.shape();
  RecurrentResult made{result({x.rows(), layer.hidden}), {result(state_shape), {}}};
  if (cell == Cell::kLstm) made.last.c = result(state_shape);

  const RecurrentForward whole{.x = x.value(),
                               .h = initial.h.value(),
                               .c = initial.c ? initial.c.value() : nullptr,
                               .input = weights.input.value(),
                               .recurrent = weights.recurrent.value(),
                               .bias = weights.bias.value(),
                               .y = made.output.value(),
                               .last_h = made.last.h.value(),
                               .last_c = made.last.c ? made.last.c.value() : nullptr,
                               .workspace = nullptr};
  const std::span<Segment> parts = segments(tape, active);
  run_forward(tape, layer, parts, whole);

  const Recorded recorded{layer, x, initial, weights, made, parts};
  tape.record([recorded, &tape] {
    const RecurrentResult& r = recorded.result;
    if (r.output.has_gradient() || r.last.h.has_gradient() || r.last.c.has_gradient())
      run_backward(tape, recorded);
  });
  return made;
}

}  // namespace alinea::ops
