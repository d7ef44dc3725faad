// How far attention weights are from links.
#include "ops/alignment_cost.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "ops/operation_check.h"

namespace alinea {

namespace {

using ops::AlignmentCost;

// Two parts of 5 and 3 columns: a row with one link, one with three, one in the other part with
// two, and rows without any.
const ops::LinkedRows kLinks{{{0, 2, 0, 1}, {0, 5, 1, 4}, {1, 0, 4, 6}}, {3, 0, 1, 4, 2, 1}};
constexpr float kScale = 0.7F;

Computation cost(AlignmentCost kind) {
  return [kind](Tape& tape, const std::vector<Variable>& in) {
    return std::vector{ops::alignment_cost(tape, in, kLinks, kind, kScale)};
  };
}

double sum_of(std::vector<TestTensor>& in, AlignmentCost kind) {
  double sum = 0;
  for (const auto& [part, row, begin, end] : kLinks.rows) {
    TestTensor& weights = in[static_cast<size_t>(part)];
    const int64_t width = weights.shape().columns();
    std::vector<double> reference(static_cast<size_t>(width));
    for (int64_t i = begin; i < end; ++i)
      reference[static_cast<size_t>(kLinks.sources[static_cast<size_t>(i)])] =
          1.0 / static_cast<double>(end - begin);
    double linked = 0;
    for (int64_t s = 0; s < width; ++s) {
      const double a = reference[static_cast<size_t>(s)], alpha = at(weights, row * width + s);
      if (kind == AlignmentCost::kSquaredError) sum += (alpha - a) * (alpha - a) / 2;
      if (kind == AlignmentCost::kCrossEntropy) sum -= a * std::log(alpha);
      if (a > 0) linked += alpha;
    }
    if (kind == AlignmentCost::kProduct) sum -= std::log(linked);
  }
  return sum;
}

}  // namespace

TEST_CASE("every cost of an alignment computes its equation and its gradient") {
  const AlignmentCost kind =
      GENERATE(AlignmentCost::kCrossEntropy, AlignmentCost::kSquaredError, AlignmentCost::kProduct);
  std::vector<TestTensor> in{TestTensor({2, 3, 5}, 1, 0.2F, 0.9F),
                             TestTensor({1, 2, 3}, 2, 0.2F, 0.9F)};
  check_forward(in, cost(kind), {static_cast<double>(kScale) * sum_of(in, kind)});
  check_backward(in, cost(kind));
}

TEST_CASE("small weights have their logarithm") {
  const AlignmentCost kind = GENERATE(AlignmentCost::kCrossEntropy, AlignmentCost::kProduct);
  const float weight = GENERATE(1e-4F, 1e-12F, 1e-28F);
  TestTensor weights({1, 1, 3}, 1);
  weights.values() = {1, weight, 0};
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  const Variable alpha = tape.input(weights.tensor());
  const ops::LinkedRows links{{{0, 0, 0, 1}}, {1}};
  const Variable loss = ops::alignment_cost(tape, std::vector{alpha}, links, kind, 1);
  CHECK(loss.value()[0] == Approx(-std::log(weight)));
  tape.backward(loss);
  CHECK(alpha.gradient()[1] == Approx(-1 / weight));
  CHECK(alpha.gradient()[0] == 0);
}

TEST_CASE("a link that attention cannot reach has no logarithm and no gradient") {
  const AlignmentCost kind = GENERATE(AlignmentCost::kCrossEntropy, AlignmentCost::kProduct);
  TestTensor weights({1, 1, 3}, 1);
  weights.values() = {1, 0, 0};
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  const Variable alpha = tape.input(weights.tensor());
  const ops::LinkedRows links{{{0, 0, 0, 2}}, {1, 2}};
  const Variable loss = ops::alignment_cost(tape, std::vector{alpha}, links, kind, 1);
  CHECK(loss.value()[0] == 0);
  tape.backward(loss);
  for (int64_t s = 0; s < 3; ++s) CHECK(alpha.gradient()[s] == 0);
}

}  // namespace alinea
