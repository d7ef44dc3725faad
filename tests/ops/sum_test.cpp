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
