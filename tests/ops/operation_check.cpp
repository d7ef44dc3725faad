#include "ops/operation_check.h"

#include <catch2/catch.hpp>
#include <cstddef>

namespace alinea {

namespace {

constexpr GradientCheck kCheck{.step = 1e-2F, .tolerance = 5e-4};

Computation twice(const Computation& computation) {
  return [&computation](Tape& tape, const std::vector<Variable>& inputs) {
    std::vector<Variable> outputs = computation(tape, inputs);
    const std::vector<Variable> again = computation(tape, inputs);
    outputs.insert(outputs.end(), again.begin(), again.end());
    return outputs;
  };
}

Computation with_constant(const Computation& computation, TestTensor& constant, size_t place) {
  return [&computation, &constant, place](Tape& tape, const std::vector<Variable>& others) {
    std::vector<Variable> inputs = others;
    inputs.insert(inputs.begin() + static_cast<ptrdiff_t>(place), tape.constant(constant.tensor()));
    return computation(tape, inputs);
  };
}

}  // namespace

double at(TestTensor& tensor, int64_t i) {
  return static_cast<double>(tensor.values()[static_cast<size_t>(i)]);
}

void check_forward(std::vector<TestTensor>& inputs, const Computation& computation,
                   const std::vector<double>& expected) {
  for (const Tape::Mode mode : {Tape::Mode::kTraining, Tape::Mode::kInference}) {
    Arena arena;
    Tape tape(arena, mode);
    std::vector<Variable> variables;
    variables.reserve(inputs.size());
    for (TestTensor& input : inputs) variables.push_back(tape.input(input.tensor()));
    std::vector<double> came;
    for (const Variable& output : computation(tape, variables))
      came.insert(came.end(), output.values().begin(), output.values().end());
    REQUIRE(came.size() == expected.size());
    for (size_t i = 0; i < expected.size(); ++i) {
      INFO("element " << i);
      CHECK(came[i] == Approx(expected[i]).epsilon(1e-5).margin(2e-6));
    }
  }
}

void check_backward(std::vector<TestTensor>& inputs, const Computation& computation) {
  {
    INFO("one use");
    check_gradients(inputs, computation, kCheck);
  }
  {
    INFO("two uses");
    check_gradients(inputs, twice(computation), kCheck);
  }
  for (size_t k = 0; inputs.size() > 1 && k < inputs.size(); ++k) {
    INFO("input " << k << " a constant");
    std::vector<TestTensor> others = inputs;
    others.erase(others.begin() + static_cast<ptrdiff_t>(k));
    check_gradients(others, with_constant(computation, inputs[k], k), kCheck);
  }
}

}  // namespace alinea
