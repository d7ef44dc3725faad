// Adaptive computation time against its equations.
#include "ops/adaptive_time.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "ops/operation_check.h"

namespace alinea {

namespace {

constexpr int64_t kPositions = 6, kStateSize = 3, kHaltingSteps = 4;
constexpr float kThreshold = 0.9F;

// The logits of every step and then what every step made. No sum of p is near the threshold.
std::vector<TestTensor> halting_inputs() {
  std::vector<TestTensor> in;
  for (uint64_t s = 0; s < kHaltingSteps; ++s)
    in.emplace_back(Shape{kPositions, 1}, 10 + s, -2, 1.5F);
  for (uint64_t s = 0; s < kHaltingSteps; ++s)
    in.emplace_back(Shape{kPositions, kStateSize}, 20 + s);
  in[0].values()[0] = 4;                                                // halts at once: p = 0.98
  for (uint64_t s = 0; s < kHaltingSteps; ++s) in[s].values()[1] = -5;  // never halts
  return in;
}

ops::HaltingState run_halting(Tape& tape, const std::vector<Variable>& in) {
  ops::HaltingState state = ops::start_halting(tape, kPositions, kStateSize);
  for (size_t s = 0; s < kHaltingSteps; ++s)
    ops::halting_step(tape, in[s], in[kHaltingSteps + s], kThreshold, state);
  return state;
}

// y of every row, and then Σ of the steps and the remainders.
std::vector<double> halting_oracle(std::vector<TestTensor>& in) {
  std::vector<double> y(kPositions * kStateSize);
  double cost = 0;
  for (int64_t r = 0; r < kPositions; ++r) {
    double used = 0;
    for (size_t s = 0; s < kHaltingSteps; ++s) {
      const double p = 1 / (1 + std::exp(-at(in[s], r)));
      const bool halts = used + p > static_cast<double>(kThreshold);
      const double u = halts ? 1 - used : p;
      for (int64_t c = 0; c < kStateSize; ++c) {
        double& value = y[static_cast<size_t>(r * kStateSize + c)];
        value = u * at(in[kHaltingSteps + s], r * kStateSize + c) + (1 - u) * value;
      }
      cost += halts ? 1 + u : 1;
      if (halts) break;
      used += p;
    }
  }
  y.push_back(cost);
  return y;
}

}  // namespace

TEST_CASE("adaptive computation time computes its equations and their gradients") {
  const Computation computation = [](Tape& tape, const std::vector<Variable>& in) {
    const ops::HaltingState state = run_halting(tape, in);
    return std::vector{state.output, ops::ponder_cost(tape, state)};
  };
  std::vector<TestTensor> in = halting_inputs();
  check_forward(in, computation, halting_oracle(in));
  // A step of the differences is small enough to halt nobody else.
  check_gradients(in, computation, {.step = 1e-3F, .tolerance = 5e-3});
}

TEST_CASE("a position takes as many steps as it needs, and others go on without it") {
  std::vector<TestTensor> in = halting_inputs();
  Arena arena;
  Tape tape(arena, Tape::Mode::kInference);
  std::vector<Variable> x;
  for (TestTensor& tensor : in) x.push_back(tape.input(tensor.tensor()));
  const ops::HaltingState state = run_halting(tape, x);
  CHECK(state.steps[0] == 1);
  CHECK(state.remainder.value()[0] == 1);  // all of it in the only step
  for (int64_t c = 0; c < kStateSize; ++c)
    CHECK(state.output.value()[c] == x[kHaltingSteps].value()[c]);
  CHECK(state.steps[1] == kHaltingSteps);
  CHECK(state.remainder.value()[1] == 0);
  CHECK(state.any_running());
}

}  // namespace alinea
