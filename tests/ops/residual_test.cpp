// Residual connections in one pass against the operations that they are made of.
#include "ops/residual.h"

#include <catch2/catch.hpp>

#include "ops/dropout.h"
#include "ops/layer_norm.h"
#include "ops/operation_check.h"
#include "ops/sum.h"
#include "support/random.h"

namespace alinea {

namespace {

std::vector<TestTensor> residual_inputs() {
  return {TestTensor({3, 5, 19}, 1), TestTensor({3, 5, 19}, 2), TestTensor({19}, 3),
          TestTensor({19}, 4)};
}

// A sublayer's output that nobody else reads.
Variable own(Tape& tape, const Variable& x) { return ops::scale(tape, x, 1); }

using Build = Variable (*)(Tape& tape, const std::vector<Variable>& in, float dropout);

Variable fused(Tape& tape, const std::vector<Variable>& in, float dropout) {
  return ops::residual_norm(tape, in[0], own(tape, in[1]), dropout, in[2], in[3]);
}
Variable composed_norm(Tape& tape, const std::vector<Variable>& in, float dropout) {
  const Variable sum = ops::add(tape, in[0], ops::dropout(tape, in[1], dropout));
  return ops::layer_norm(tape, sum, in[2], in[3]);
}
Variable fused_sum(Tape& tape, const std::vector<Variable>& in, float dropout) {
  return ops::residual(tape, in[0], own(tape, in[1]), dropout);
}
Variable composed_sum(Tape& tape, const std::vector<Variable>& in, float dropout) {
  return ops::add(tape, in[0], ops::dropout(tape, in[1], dropout));
}

// The values and then the gradients by every input.
std::vector<float> residual_numbers(Build build, float dropout) {
  std::vector<TestTensor> in = residual_inputs();
  TestTensor slope({3, 5, 19}, 7);
  Random random(5);
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining, &random);
  std::vector<Variable> x;
  for (TestTensor& tensor : in) x.push_back(tape.input(tensor.tensor()));
  const Variable y = build(tape, x, dropout);
  std::vector<float> result(y.values().begin(), y.values().end());
  // A loss of another slope for every element.
  const Variable loss = ops::layer_norm(tape, y, tape.constant({slope.values().data(), {19}}),
                                        tape.constant({slope.values().data() + 19, {19}}));
  tape.backward(loss);
  for (const Variable& v : x)
    result.insert(result.end(), v.gradient(), v.gradient() + v.elements());
  return result;
}

void check_alike(Build one, Build other, float dropout) {
  const std::vector<float> a = residual_numbers(one, dropout), b = residual_numbers(other, dropout);
  REQUIRE(a.size() == b.size());
  for (size_t i = 0; i < a.size(); ++i) CHECK(a[i] == Approx(b[i]).margin(1e-5));
}

}  // namespace

TEST_CASE("residual and residual_norm are the operations that they are made of, dropout too") {
  const float dropout = GENERATE(0.0F, 0.4F);
  check_alike(fused, composed_norm, dropout);
  check_alike(fused_sum, composed_sum, dropout);
}

TEST_CASE("residual_norm has the gradient of its equation") {
  std::vector<TestTensor> in = residual_inputs();
  check_backward(in, [](Tape& tape, const std::vector<Variable>& x) {
    return std::vector{fused(tape, x, 0)};
  });
}

TEST_CASE("residual has the gradient of its equation") {
  std::vector<TestTensor> in{TestTensor({3, 5}, 1), TestTensor({3, 5}, 2)};
  const Computation computation = [](Tape& tape, const std::vector<Variable>& x) {
    return std::vector{ops::residual(tape, x[0], ops::add(tape, own(tape, x[0]), x[1]), 0)};
  };
  check_backward(in, computation);
}

}  // namespace alinea
