// Functions of one element, and maxout.
#include "ops/activation.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "ops/operation_check.h"
#include "ops/sum.h"
#include "support/random.h"

namespace alinea {

namespace {

// Pairs that differ by more than the step of a difference quotient.
TestTensor pairs(Shape shape) {
  TestTensor x(shape, 1);
  for (size_t i = 0; i + 1 < x.values().size(); i += 2)
    x.values()[i + 1] = x.values()[i] + (i % 4 == 0 ? 0.5F : -0.5F);
  return x;
}

const Computation kMaxout = [](Tape& tape, const std::vector<Variable>& in) {
  return std::vector{ops::maxout(tape, in[0])};
};

}  // namespace

TEST_CASE("tanh agrees with the standard library, and its gradient with central differences") {
  const int64_t batch = GENERATE(1, 3);
  std::vector<TestTensor> in{TestTensor({batch, 5, 7}, 1, -3, 3)};
  const Computation computation = [](Tape& tape, const std::vector<Variable>& x) {
    return std::vector{ops::tanh(tape, x[0])};
  };
  std::vector<double> expected;
  for (int64_t i = 0; i < in[0].shape().elements(); ++i)
    expected.push_back(std::tanh(at(in[0], i)));
  check_forward(in, computation, expected);
  check_backward(in, computation);
}

TEST_CASE("relu_in_place passes on what is above 0, and so its gradient") {
  std::vector<TestTensor> in{TestTensor({3, 20}, 1, -3, 3)};
  for (float& x : in[0].values())
    if (std::abs(x) < 0.1F) x = 0.5F;  // further from the kink than the step of the difference
  const Computation computation = [](Tape& tape, const std::vector<Variable>& x) {
    return std::vector{ops::relu_in_place(tape, ops::scale(tape, x[0], 1), 0)};
  };
  std::vector<double> expected;
  for (int64_t i = 0; i < 60; ++i) expected.push_back(std::max(at(in[0], i), 0.0));
  check_forward(in, computation, expected);
  check_backward(in, computation);
}

TEST_CASE("relu_in_place with dropout has a gradient where it has a value, and as large a scale") {
  TestTensor x({40, 20}, 1);
  Random random(3);
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining, &random);
  const Variable in = tape.input(x.tensor());
  const Variable y = ops::relu_in_place(tape, ops::scale(tape, in, 1), 0.25F);
  tape.backward(y);
  int64_t dropped = 0, above = 0;
  for (int64_t i = 0; i < 800; ++i) {
    const float before = x.values()[static_cast<size_t>(i)], after = y.value()[i];
    if (before > 0) ++above;
    if (before > 0 && after == 0) ++dropped;
    CHECK(after == Approx(after > 0 ? before / 0.75F : 0));
    CHECK(in.gradient()[i] == Approx(after > 0 ? 1 / 0.75F : 0));
  }
  CHECK(static_cast<double>(dropped) / static_cast<double>(above) == Approx(0.25).margin(0.06));
}

TEST_CASE("gelu is x times about the normal distribution function, and has its gradient") {
  std::vector<TestTensor> in{TestTensor({3, 20}, 1, -4, 4)};
  const Computation computation = [](Tape& tape, const std::vector<Variable>& x) {
    return std::vector{ops::gelu(tape, x[0])};
  };
  std::vector<double> expected;
  for (int64_t i = 0; i < 60; ++i) {
    const double x = at(in[0], i);
    expected.push_back(x / 2 * (1 + std::tanh(std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x))));
    CHECK(expected.back() == Approx(x / 2 * (1 + std::erf(x / std::sqrt(2)))).margin(1e-3));
  }
  check_forward(in, computation, expected);
  check_backward(in, computation);
}

TEST_CASE("scaled_logistic stretches every element's logistic function by its own scale") {
  const int64_t batch = GENERATE(1, 5);
  std::vector<TestTensor> in{TestTensor({batch, 3}, 1, -4, 4)};
  TestTensor scale({batch, 3}, 2, 1, 9);
  const Computation computation = [&](Tape& tape, const std::vector<Variable>& x) {
    return std::vector{ops::scaled_logistic(tape, x[0], scale.values())};
  };
  std::vector<double> expected;
  for (int64_t i = 0; i < batch * 3; ++i)
    expected.push_back(at(scale, i) / (1 + std::exp(-at(in[0], i))));
  check_forward(in, computation, expected);
  check_backward(in, computation);
}

TEST_CASE("maxout takes the larger of every two neighbours") {
  const int64_t batch = GENERATE(1, 3);
  std::vector<TestTensor> in{pairs({batch, 5, 14})};
  std::vector<double> expected;
  for (int64_t j = 0; j < batch * 5 * 7; ++j)
    expected.push_back(std::max(at(in[0], 2 * j), at(in[0], 2 * j + 1)));
  check_forward(in, kMaxout, expected);
  check_backward(in, kMaxout);
}

TEST_CASE("maxout hands the gradient of a tie back once") {
  std::vector<float> x{2, 2};
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  const Variable variable = tape.input({x.data(), {1, 2}});
  tape.backward(ops::maxout(tape, variable));
  CHECK(variable.gradient()[0] + variable.gradient()[1] == 1);
}

TEST_CASE("activations keep their argument's shape, maxout half of its last axis") {
  TestTensor x({3, 5, 2}, 1);
  Arena arena;
  Tape tape(arena, Tape::Mode::kInference);
  const Variable variable = tape.constant(x.tensor());
  CHECK(ops::tanh(tape, variable).shape() == Shape{3, 5, 2});
  CHECK(ops::maxout(tape, variable).shape() == Shape{3, 5, 1});
}

TEST_CASE("activations refuse wrong shapes") {
  TestTensor x({3, 7}, 1);
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  const Variable variable = tape.input(x.tensor());
  const std::vector<float> scale(20);
  CHECK_THROWS_AS(ops::maxout(tape, variable), std::logic_error);
  CHECK_THROWS_AS(ops::scaled_logistic(tape, variable, scale), std::logic_error);
}

}  // namespace alinea
