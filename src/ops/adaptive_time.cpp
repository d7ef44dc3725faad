#include "ops/adaptive_time.h"

#include <algorithm>

#include "autograd/parallel.h"
#include "ops/check.h"
#include "ops/vector_math.h"

namespace alinea::ops {

namespace {

// What a position does in a step.
enum class Does : uint8_t { kNothing, kRunsOn, kHalts };

// used + p where a position runs on, else used.
Variable use_up(Tape& tape, const Variable& used, const Variable& logits,
                std::span<const Does> does) {
  Variable y = tape.result(used.shape(), {used, logits});
  for (int64_t r = 0; r < y.elements(); ++r)
    y.value()[r] =
        used.value()[r] + (does[r] == Does::kRunsOn ? logistic(logits.value()[r]) : 0.0F);
  tape.record([=] {
    if (!y.has_gradient()) return;
    for (int64_t r = 0; r < y.elements(); ++r) {
      const float dy = y.gradient()[r], p = logistic(logits.value()[r]);
      if (used.requires_gradient()) used.gradient()[r] += dy;
      if (logits.requires_gradient() && does[r] == Does::kRunsOn)
        logits.gradient()[r] += dy * p * (1.0F - p);
    }
  });
  return y;
}

// remainder + 1 - used where a position halts, else remainder.
Variable take_rest(Tape& tape, const Variable& remainder, const Variable& used,
                   std::span<const Does> does) {
  Variable y = tape.result(remainder.shape(), {remainder, used});
  for (int64_t r = 0; r < y.elements(); ++r)
    y.value()[r] = remainder.value()[r] + (does[r] == Does::kHalts ? 1.0F - used.value()[r] : 0.0F);
  tape.record([=] {
    if (!y.has_gradient()) return;
    for (int64_t r = 0; r < y.elements(); ++r) {
      const float dy = y.gradient()[r];
      if (remainder.requires_gradient()) remainder.gradient()[r] += dy;
      if (used.requires_gradient() && does[r] == Does::kHalts) used.gradient()[r] -= dy;
    }
  });
  return y;
}

// u x + (1 - u) y with u = p where a position runs on, 1 - used where it halts, else 0.
Variable mix(Tape& tape, const Variable& logits, const Variable& used, const Variable& x,
             const Variable& before, std::span<const Does> does) {
  const int64_t rows = x.rows(), columns = x.columns();
  Variable y = tape.result(x.shape(), {logits, used, x, before});
  const std::span<float> weights = tape.arena().floats(rows);
#pragma omp parallel for if (parallel : rows * columns > kWorthThreads)
  for (int64_t r = 0; r < rows; ++r) {
    float u = 0;
    if (does[r] == Does::kRunsOn) u = logistic(logits.value()[r]);
    if (does[r] == Does::kHalts) u = 1.0F - used.value()[r];
    weights[r] = u;
    const float *from = x.value() + r * columns, *old = before.value() + r * columns;
    float* to = y.value() + r * columns;
#pragma omp simd
    for (int64_t c = 0; c < columns; ++c) to[c] = u * from[c] + (1.0F - u) * old[c];
  }
  tape.record([=] {
    if (!y.has_gradient()) return;
    for (int64_t r = 0; r < rows; ++r) {
      const float u = weights[r];
      const float *dy = y.gradient() + r * columns, *from = x.value() + r * columns,
                  *old = before.value() + r * columns;
      float du = 0;
      for (int64_t c = 0; c < columns; ++c) du += dy[c] * (from[c] - old[c]);
      if (x.requires_gradient())
        for (int64_t c = 0; c < columns; ++c) x.gradient()[r * columns + c] += u * dy[c];
      if (before.requires_gradient())
        for (int64_t c = 0; c < columns; ++c)
          before.gradient()[r * columns + c] += (1.0F - u) * dy[c];
      if (does[r] == Does::kRunsOn && logits.requires_gradient())
        logits.gradient()[r] += du * u * (1.0F - u);
      if (does[r] == Does::kHalts && used.requires_gradient()) used.gradient()[r] -= du;
    }
  });
  return y;
}

}  // namespace

bool HaltingState::any_running() const {
  return std::ranges::any_of(is_running, [](uint8_t running) { return running != 0; });
}

HaltingState start_halting(Tape& tape, int64_t rows, int64_t columns) {
  HaltingState state{tape.zeros({rows}), tape.zeros({rows}), tape.zeros({rows, columns}),
                     tape.arena().zeros(rows), tape.arena().array<uint8_t>(rows)};
  std::ranges::fill(state.is_running, uint8_t{1});
  return state;
}

void halting_step(Tape& tape, const Variable& logits, const Variable& x, float threshold,
                  HaltingState& state) {
  const OperationTimer timer(tape, "halting");
  const int64_t rows = x.rows();
  check(logits.elements() == rows, "halting_step", "the number of logits", rows, logits.elements());
  const std::span<Does> does = tape.arena().array<Does>(rows);
  for (int64_t r = 0; r < rows; ++r) {
    does[r] = Does::kNothing;
    if (state.is_running[r] == 0) continue;
    const bool halts = state.used.value()[r] + logistic(logits.value()[r]) > threshold;
    does[r] = halts ? Does::kHalts : Does::kRunsOn;
    state.is_running[r] = halts ? 0 : 1;
    ++state.steps[r];
  }
  state.output = mix(tape, logits, state.used, x, state.output, does);
  state.remainder = take_rest(tape, state.remainder, state.used, does);
  state.used = use_up(tape, state.used, logits, does);
}

Variable ponder_cost(Tape& tape, const HaltingState& state) {
  const Variable remainder = state.remainder;
  Variable y = tape.result({1}, {remainder});
  double sum = 0;
  for (int64_t r = 0; r < remainder.elements(); ++r)
    sum += static_cast<double>(state.steps[r] + remainder.value()[r]);
  y.value()[0] = static_cast<float>(sum);
  tape.record([=] {
    if (!y.has_gradient() || !remainder.requires_gradient()) return;
    for (int64_t r = 0; r < remainder.elements(); ++r) remainder.gradient()[r] += y.gradient()[0];
  });
  return y;
}

}  // namespace alinea::ops
