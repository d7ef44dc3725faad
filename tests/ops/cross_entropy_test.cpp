// Softmax with cross-entropy.
#include "ops/cross_entropy.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "autograd/small_operations.h"
#include "ops/operation_check.h"

namespace alinea {

namespace {

using Targets = std::vector<int32_t>;

constexpr int64_t kVocabulary = 7;
constexpr int32_t kLeftOut = -1;

Computation computation(const Targets& targets, float smoothing) {
  return [targets, smoothing](Tape& tape, const std::vector<Variable>& in) {
    return std::vector{ops::cross_entropy(tape, in[0], targets, smoothing).loss};
  };
}

double log_probability(TestTensor& logits, int64_t row, int64_t word) {
  const int64_t columns = logits.shape().columns();
  double sum = 0;
  for (int64_t v = 0; v < columns; ++v) sum += std::exp(at(logits, row * columns + v));
  return at(logits, row * columns + word) - std::log(sum);
}

// -Σ_r [(1 - ε) log p(y_r) + ε / V Σ_v log p(v)], over the rows that are not left out
double oracle(TestTensor& logits, const Targets& targets, double smoothing) {
  const int64_t columns = logits.shape().columns();
  double loss = 0;
  for (size_t r = 0; r < targets.size(); ++r) {
    if (targets[r] == kLeftOut) continue;
    const auto row = static_cast<int64_t>(r);
    loss -= (1 - smoothing) * log_probability(logits, row, targets[r]);
    for (int64_t v = 0; v < columns; ++v)
      loss -= smoothing / static_cast<double>(columns) * log_probability(logits, row, v);
  }
  return loss;
}

std::vector<TestTensor> logits_for(const Targets& targets) {
  return {TestTensor({static_cast<int64_t>(targets.size()), kVocabulary}, 1, -2, 2)};
}

}  // namespace

TEST_CASE("cross_entropy computes its equation and its gradient") {
  const float smoothing = GENERATE(0.0F, 0.1F, 1.0F);
  const Targets targets = GENERATE(Targets{3}, Targets{0, 6, 6, 2, 5});
  std::vector<TestTensor> in = logits_for(targets);
  check_forward(in, computation(targets, smoothing),
                {oracle(in[0], targets, static_cast<double>(smoothing))});
  check_backward(in, computation(targets, smoothing));
}

TEST_CASE("cross_entropy tells the log-probability of every target") {
  const float smoothing = GENERATE(0.0F, 0.1F);
  const Targets targets{2, 5, 0, 6, 2};
  std::vector<TestTensor> in = logits_for(targets);
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  const auto result = ops::cross_entropy(tape, tape.input(in[0].tensor()), targets, smoothing);
  REQUIRE(result.log_probabilities.size() == targets.size());
  for (size_t r = 0; r < targets.size(); ++r)
    CHECK(static_cast<double>(result.log_probabilities[r]) ==
          Approx(log_probability(in[0], static_cast<int64_t>(r), targets[r])));
}

TEST_CASE("cross_entropy's gradient takes the place of logits that an operation made, no others") {
  const Targets targets{2, 5, 0};
  const std::vector<TestTensor> in = logits_for(targets);
  const auto gradients = [&](bool made) {
    TestTensor logits = in[0];
    Arena arena;
    Tape tape(arena, Tape::Mode::kTraining);
    const Variable given = tape.input(logits.tensor());
    const Variable x = made ? scale(tape, given, 1) : given;
    tape.backward(ops::cross_entropy(tape, x, targets).loss);
    CHECK((x.gradient() == x.value()) == made);
    CHECK(std::ranges::equal(logits.values(), TestTensor(in[0]).values()));
    return std::vector<float>(given.gradient(), given.gradient() + given.elements());
  };
  CHECK(gradients(true) == gradients(false));
}

TEST_CASE("cross_entropy takes its gradient times that of the loss") {
  const Targets targets{5, 3, 1};
  std::vector<TestTensor> in = logits_for(targets);
  const auto gradient = [&](float seed) {
    Arena arena;
    Tape tape(arena, Tape::Mode::kTraining);
    const Variable logits = tape.input(in[0].tensor());
    tape.backward(ops::cross_entropy(tape, logits, targets).loss, seed);
    return std::vector<float>(logits.gradient(), logits.gradient() + logits.elements());
  };
  const std::vector<float> whole = gradient(1), quarter = gradient(0.25F);
  for (size_t i = 0; i < whole.size(); ++i) CHECK(quarter[i] == Approx(whole[i] / 4));
}

TEST_CASE("cross_entropy bears logits as large as they come") {
  std::vector<float> logits{1e4F, -1e4F, 3, -1e30F, 0, 1};
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  const Variable x = tape.input({logits.data(), {2, 3}});
  const auto result = ops::cross_entropy(tape, x, Targets{1, 2});
  CHECK(result.log_probabilities[0] == Approx(-2e4));
  CHECK(result.log_probabilities[1] == Approx(-std::log1p(std::exp(-1.0))));
  tape.backward(result.loss);
  CHECK(x.gradient()[0] == Approx(1));
  CHECK(x.gradient()[1] == Approx(-1));
  CHECK(x.gradient()[3] == 0);
}

TEST_CASE("cross_entropy weighs rows") {
  const Targets targets{4, 1, 0, 6};
  const std::vector<float> weights{0.5F, 3, 0, 2.5F};
  const float smoothing = GENERATE(0.0F, 0.2F);
  std::vector<TestTensor> in = logits_for(targets);
  const Computation weighted = [&](Tape& tape, const std::vector<Variable>& x) {
    return std::vector{ops::cross_entropy(tape, x[0], targets, smoothing, weights).loss};
  };
  double expected = 0;
  for (size_t r = 0; r < targets.size(); ++r) {
    Targets alone(targets.size(), kLeftOut);
    alone[r] = targets[r];
    expected +=
        static_cast<double>(weights[r]) * oracle(in[0], alone, static_cast<double>(smoothing));
  }
  check_forward(in, weighted, {expected});
  check_backward(in, weighted);
}

TEST_CASE("cross_entropy refuses another number of row weights than rows") {
  TestTensor logits({2, 7}, 1);
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  const std::vector<float> weights{1};
  CHECK_THROWS_AS(ops::cross_entropy(tape, tape.input(logits.tensor()), Targets{1, 2}, 0, weights),
                  std::logic_error);
}

TEST_CASE("cross_entropy refuses another number of targets than rows") {
  TestTensor logits({3, 7}, 1);
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  const Variable x = tape.input(logits.tensor());
  CHECK_THROWS_AS(ops::cross_entropy(tape, x, Targets{1, 2}), std::logic_error);
  CHECK_THROWS_AS(ops::cross_entropy(tape, x, Targets{1, 2, 3, 4}), std::logic_error);
}

TEST_CASE("log_softmax agrees with the oracle, in place") {
  const int64_t rows = GENERATE(1, 3);
  TestTensor logits({rows, 19}, 1, -5, 5);
  TestTensor changed = logits;
  ops::log_softmax(changed.tensor());
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t v = 0; v < 19; ++v)
      CHECK(at(changed, r * 19 + v) == Approx(log_probability(logits, r, v)).margin(2e-6));
}

}  // namespace alinea
