#include "ops/sum.h"

#include <catch2/catch.hpp>

#include "ops/operation_check.h"

namespace alinea {

TEST_CASE("add adds elements, and hands its gradient back to both") {
  std::vector<TestTensor> in{TestTensor({3, 5}, 1), TestTensor({3, 5}, 2)};
  const Computation computation = [](Tape& tape, const std::vector<Variable>& x) {
    return std::vector{ops::add(tape, x[0], x[1])};
  };
  std::vector<double> expected;
  for (int64_t i = 0; i < 15; ++i) expected.push_back(at(in[0], i) + at(in[1], i));
  check_forward(in, computation, expected);
  check_backward(in, computation);
}

TEST_CASE("scale multiplies every element, and its gradient") {
  std::vector<TestTensor> in{TestTensor({3, 5}, 1)};
  const Computation computation = [](Tape& tape, const std::vector<Variable>& x) {
    return std::vector{ops::scale(tape, x[0], -2.5F)};
  };
  std::vector<double> expected;
  for (int64_t i = 0; i < 15; ++i) expected.push_back(-2.5 * at(in[0], i));
  check_forward(in, computation, expected);
  check_backward(in, computation);
}

TEST_CASE("scaled_sum multiplies a sum") {
  std::vector<TestTensor> in{TestTensor({3, 5}, 1), TestTensor({3, 5}, 2)};
  const Computation computation = [](Tape& tape, const std::vector<Variable>& x) {
    return std::vector{ops::scaled_sum(tape, x[0], x[1], 0.75F)};
  };
  std::vector<double> expected;
  for (int64_t i = 0; i < 15; ++i) expected.push_back(0.75 * (at(in[0], i) + at(in[1], i)));
  check_forward(in, computation, expected);
  check_backward(in, computation);
}

TEST_CASE("scale_rows multiplies every row by a factor of its own") {
  std::vector<TestTensor> in{TestTensor({3, 5}, 1)};
  const std::vector<float> factors{2, -0.5F, 3};
  const Computation computation = [&](Tape& tape, const std::vector<Variable>& x) {
    return std::vector{ops::scale_rows(tape, x[0], factors)};
  };
  std::vector<double> expected;
  for (int64_t i = 0; i < 15; ++i)
    expected.push_back(static_cast<double>(factors[static_cast<size_t>(i / 5)]) * at(in[0], i));
  check_forward(in, computation, expected);
  check_backward(in, computation);
}

TEST_CASE("scale_gradient changes the gradient and not the value") {
  std::vector<TestTensor> in{TestTensor({3, 5}, 1)};
  std::vector<double> expected;
  for (int64_t i = 0; i < 15; ++i) expected.push_back(at(in[0], i));
  check_forward(in,
                [](Tape& tape, const std::vector<Variable>& x) {
                  return std::vector{ops::scale_gradient(tape, x[0], 0.25F)};
                },
                expected);
  const auto gradient_of = [&](float factor) {
    Arena arena;
    Tape tape(arena, Tape::Mode::kTraining);
    const Variable x = tape.input(in[0].tensor());
    tape.backward(ops::scale(tape, ops::scale_gradient(tape, x, factor), 3));
    return x.gradient()[7];
  };
  CHECK(gradient_of(1) == 3);
  CHECK(gradient_of(0.25F) == 0.75F);
}

TEST_CASE("gate_rows scales every row by 1 and its gate") {
  std::vector<TestTensor> in{TestTensor({3, 5}, 1), TestTensor({3, 1}, 2)};
  const Computation computation = [](Tape& tape, const std::vector<Variable>& x) {
    return std::vector{ops::gate_rows(tape, x[0], x[1])};
  };
  std::vector<double> expected;
  for (int64_t i = 0; i < 15; ++i) expected.push_back((1 + at(in[1], i / 5)) * at(in[0], i));
  check_forward(in, computation, expected);
  check_backward(in, computation);
}

TEST_CASE("a value added to itself has twice the gradient") {
  std::vector<TestTensor> in{TestTensor({7}, 1)};
  const Computation computation = [](Tape& tape, const std::vector<Variable>& x) {
    return std::vector{ops::add(tape, x[0], x[0])};
  };
  check_backward(in, computation);
}

}  // namespace alinea
