#include <algorithm>
#include <array>

#include "ops/recurrent_layer.h"
#include "ops/recurrent_primitive.h"
#include "ops/weight_copies.h"

namespace alinea::ops {

namespace {

// Steps in which the same sentences are present, and the first row of x that is theirs.
struct Piece {
  RunSize size;
  int64_t row;
  Run run;
};

// Runs of so many rows multiply at full speed, and longer ones would only take more memory at once.
constexpr int64_t kRunRows = 512;

// How many of `steps` steps of `batch` sentences go into one run: as many in each, about.
int64_t steps_of_run(int64_t steps, int64_t batch) {
  const int64_t most = std::max<int64_t>(kRunRows / batch, 1), runs = (steps + most - 1) / most;
  return (steps + runs - 1) / runs;
}

// In how many steps from t on the same sentences are present.
int64_t same_sentences(std::span<const int64_t> active, size_t t) {
  const auto begin = active.begin() + static_cast<int64_t>(t);
  return std::find_if(begin, active.end(), [&](int64_t present) { return present != *begin; }) -
         begin;
}

std::span<Piece> cut(Tape& tape, const RecurrentLayer& l, std::span<const int64_t> active) {
  const std::span<Piece> pieces = tape.arena().array<Piece>(std::ssize(active));
  size_t count = 0;
  int64_t row = 0;
  for (size_t t = 0; t < active.size();) {
    const int64_t batch = active[t];
    int64_t left = same_sentences(active, t);
    const int64_t most = steps_of_run(left, batch);
    t += static_cast<size_t>(left);
    for (; left > 0; left -= most) {
      const int64_t steps = std::min(most, left);
      pieces[count++] = {{l.cell, tape.recording(), steps, batch, l.inputs, l.hidden}, row, {}};
      row += steps * batch;
    }
  }
  return pieces.first(count);
}

// Where the state of the sentences of a run goes. That of the last run which all see is the result.
void run_all_forward(Tape& tape, const RecurrentLayer& l, std::span<Piece> pieces) {
  Arena& arena = tape.arena();
  const RunWeights weights{padded(tape, l.weights.input).data,
                           padded(tape, l.weights.recurrent).data, l.weights.bias.value()};
  const RecurrentState& last = l.result.last;
  const float *h = l.initial.h.value(), *c = l.has_cell() ? l.initial.c.value() : nullptr;
  for (auto& [size, row, run] : pieces) {
    const bool is_only = pieces.size() == 1;
    const int64_t states = size.batch * l.hidden;
    const auto room = [&](const Variable& result) {
      return is_only ? result.value() : arena.floats(states).data();
    };
    run = {.x = l.x.value() + row * l.inputs,
           .h = h,
           .c = c,
           .y = l.result.output.value() + row * l.hidden,
           .last_h = room(last.h),
           .last_c = l.has_cell() ? room(last.c) : nullptr,
           .workspace = arena.array<std::byte>(static_cast<int64_t>(workspace_bytes(size))).data()};
    primitive_forward(arena, size, run, weights);
    h = run.last_h;
    c = run.last_c;
    if (is_only) continue;
    // Of the sentences that go on, the next run says the same again.
    std::copy_n(h, states, last.h.value());
    if (l.has_cell()) std::copy_n(c, states, last.c.value());
  }
}

// The gradient of the state on its way from a run to the one before. Of the sentences that end
// there it is that of their last state.
class StateGradient {
 public:
  StateGradient(Tape& tape, const Variable& last, int64_t elements)
      : behind_(make(tape, last, elements)), before_(make(tape, last, elements)) {}

  const float* behind() const { return behind_; }
  float* before() const { return before_; }
  void step_back() { std::swap(behind_, before_); }

 private:
  static float* make(Tape& tape, const Variable& last, int64_t elements) {
    if (!last.has_gradient()) return tape.arena().zeros(elements).data();
    return tape.arena().copy(std::span<const float>(last.gradient(), last.values().size())).data();
  }

  float *behind_, *before_;
};

// Where the gradient is added to, or room to forget it.
float* gradient_of(Tape& tape, const Variable& variable) {
  return variable.requires_gradient() ? variable.gradient()
                                      : tape.arena().zeros(variable.elements()).data();
}

void run_all_backward(Tape& tape, const RecurrentLayer& l, std::span<const Piece> pieces) {
  const RunWeights weights{transposed(tape, l.weights.input).data,
                           transposed(tape, l.weights.recurrent).data, l.weights.bias.value()};
  const int64_t states = l.initial.h.elements();
  StateGradient h(tape, l.result.last.h, states),
      c(tape, l.result.last.c, l.has_cell() ? states : 0);
  const float* dy = l.result.output.gradient();
  float* dx = tape.arena().floats(l.x.elements()).data();
  float* const dinput = gradient_of(tape, l.weights.input);
  float* const drecurrent = gradient_of(tape, l.weights.recurrent);
  float* const dbias = gradient_of(tape, l.weights.bias);
  for (auto piece = pieces.rbegin(); piece != pieces.rend(); ++piece) {
    primitive_backward(tape.arena(), piece->size, piece->run, weights,
                       {.y = dy + piece->row * l.hidden,
                        .last_h = h.behind(),
                        .last_c = c.behind(),
                        .x = dx + piece->row * l.inputs,
                        .h = h.before(),
                        .c = c.before(),
                        .input = dinput,
                        .recurrent = drecurrent,
                        .bias = dbias});
    h.step_back();
    c.step_back();
  }
  if (l.x.requires_gradient()) l.x.add_gradient(dx);
  if (l.initial.h.requires_gradient()) l.initial.h.add_gradient(const_cast<float*>(h.behind()));
  if (l.initial.c.requires_gradient()) l.initial.c.add_gradient(const_cast<float*>(c.behind()));
}

}  // namespace

RunCount count_runs(std::span<const int64_t> active) {
  RunCount count;
  for (size_t t = 0; t < active.size();) {
    const int64_t steps = same_sentences(active, t), most = steps_of_run(steps, active[t]);
    count.runs += (steps + most - 1) / most;
    if (most == 1) count.single += steps * active[t];
    t += static_cast<size_t>(steps);
  }
  return count;
}

void recurrent_by_primitives(Tape& tape, const RecurrentLayer& layer,
                             std::span<const int64_t> active) {
  const std::span<Piece> pieces = cut(tape, layer, active);
  run_all_forward(tape, layer, pieces);
  tape.record([layer, pieces, &tape] {
    if (layer.is_wanted()) run_all_backward(tape, layer, pieces);
  });
}

}  // namespace alinea::ops
