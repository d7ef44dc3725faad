// The softmax inside a window, and the Gaussian around a centre.
#include "ops/window.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "ops/operation_check.h"

namespace alinea {

namespace {

using ops::Window;

constexpr int64_t kWidth = 7;

// One window for each of `rows` rows: whole, one position, both ends, the middle.
std::vector<Window> windows_for(int64_t rows) {
  const Window kinds[] = {{0, 7}, {3, 4}, {0, 2}, {4, 7}, {1, 6}, {6, 7}, {0, 1}};
  std::vector<Window> windows;
  for (int64_t r = 0; r < rows; ++r) windows.push_back(kinds[r % 7]);
  return windows;
}

Computation softmax(const std::vector<Window>& windows) {
  return [windows](Tape& tape, const std::vector<Variable>& in) {
    return std::vector{ops::window_softmax(tape, in[0], windows)};
  };
}

std::vector<double> softmax_oracle(TestTensor& energies, const std::vector<Window>& windows) {
  std::vector<double> weights(static_cast<size_t>(energies.shape().elements()));
  for (size_t r = 0; r < windows.size(); ++r) {
    double sum = 0;
    const auto first = static_cast<int64_t>(r) * kWidth;
    for (int64_t s = windows[r].begin; s < windows[r].end; ++s)
      sum += std::exp(at(energies, first + s));
    for (int64_t s = windows[r].begin; s < windows[r].end; ++s)
      weights[static_cast<size_t>(first + s)] = std::exp(at(energies, first + s)) / sum;
  }
  return weights;
}

Computation gaussian(float sigma) {
  return [sigma](Tape& tape, const std::vector<Variable>& in) {
    return std::vector{ops::gaussian(tape, in[0], in[1], sigma)};
  };
}

}  // namespace

TEST_CASE("window_softmax computes its equation and its gradient") {
  const int64_t batch = GENERATE(1, 3), steps = GENERATE(1, 5);
  const std::vector<Window> windows = windows_for(batch * steps);
  std::vector<TestTensor> in{TestTensor({batch, steps, kWidth}, 1, -3, 3)};
  check_forward(in, softmax(windows), softmax_oracle(in[0], windows));
  check_backward(in, softmax(windows));
}

TEST_CASE("window_softmax is exactly 0 outside its window, the value and the gradient") {
  const std::vector<Window> windows = windows_for(15);
  TestTensor energies({3, 5, kWidth}, 1, -3, 3);
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  const Variable in = tape.input(energies.tensor());
  const Variable weights = ops::window_softmax(tape, in, windows);
  tape.backward(weights);
  for (int64_t r = 0; r < 15; ++r)
    for (int64_t s = 0; s < kWidth; ++s) {
      const Window& window = windows[static_cast<size_t>(r)];
      if (s >= window.begin && s < window.end) continue;
      CHECK(weights.value()[r * kWidth + s] == 0);
      CHECK(in.gradient()[r * kWidth + s] == 0);
    }
}

TEST_CASE("window_softmax never looks outside its window") {
  std::vector<float> energies{std::nanf(""), 1, 3, INFINITY, std::nanf("")};
  const std::vector<Window> windows{{1, 3}};
  Arena arena;
  Tape tape(arena, Tape::Mode::kInference);
  const Variable weights =
      ops::window_softmax(tape, tape.constant({energies.data(), {1, 1, 5}}), windows);
  CHECK(weights.value()[2] == Approx(1 / (1 + std::exp(-2.0))));
  for (int64_t s : {0, 3, 4}) CHECK(weights.value()[s] == 0);
}

TEST_CASE("window_softmax bears energies as large as they come") {
  std::vector<float> energies{1e4F, 1e4F, -1e30F, -1e30F, -1e30F, -1e30F};
  const std::vector<Window> windows{{0, 3}, {0, 3}};
  Arena arena;
  Tape tape(arena, Tape::Mode::kInference);
  const Variable weights =
      ops::window_softmax(tape, tape.constant({energies.data(), {1, 2, 3}}), windows);
  const std::vector<double> expected{0.5, 0.5, 0, 1 / 3.0, 1 / 3.0, 1 / 3.0};
  for (size_t i = 0; i < 6; ++i) CHECK(weights.values()[i] == Approx(expected[i]));
}

TEST_CASE("gaussian computes its equation and its gradients, by the centres too") {
  const int64_t batch = GENERATE(1, 3), steps = GENERATE(1, 5);
  const float sigma = GENERATE(0.5F, 1.5F);
  std::vector<TestTensor> in{TestTensor({batch, steps, kWidth}, 1, 0, 1),
                             TestTensor({batch, steps}, 2, 1, 7)};
  std::vector<double> expected;
  for (int64_t i = 0; i < batch * steps * kWidth; ++i) {
    const double distance = static_cast<double>(i % kWidth + 1) - at(in[1], i / kWidth);
    const double width = static_cast<double>(sigma);
    expected.push_back(at(in[0], i) * std::exp(-distance * distance / (2 * width * width)));
  }
  check_forward(in, gaussian(sigma), expected);
  check_backward(in, gaussian(sigma));
}

TEST_CASE("gaussian leaves a zero weight exactly 0, and a weight at its centre as it is") {
  std::vector<float> weights{0, 0.3F, 0.7F}, centre{2};
  Arena arena;
  Tape tape(arena, Tape::Mode::kInference);
  const Variable y = ops::gaussian(tape, tape.constant({weights.data(), {1, 1, 3}}),
                                   tape.constant({centre.data(), {1, 1}}), 1);
  CHECK(y.value()[0] == 0);
  CHECK(y.value()[1] == 0.3F);
}

TEST_CASE("window_softmax and gaussian refuse wrong shapes") {
  TestTensor energies({3, 5, kWidth}, 1), centres({3, 2}, 2);
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  const Variable in = tape.input(energies.tensor());
  CHECK_THROWS_AS(ops::window_softmax(tape, in, windows_for(14)), std::logic_error);
  CHECK_THROWS_AS(ops::gaussian(tape, in, tape.input(centres.tensor()), 1), std::logic_error);
}

}  // namespace alinea
