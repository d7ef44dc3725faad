#include "ops/connectionist_temporal.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "ops/operation_check.h"

namespace alinea {

namespace {

constexpr int64_t kClasses = 3;
constexpr int32_t kBlank = 1;

// Sequences of 5, 3, 4 and 2 steps: labels that repeat, none at all, one, and as many as steps.
struct Labelled {
  std::vector<int64_t> steps = {5, 3, 4, 2}, lengths = {2, 0, 1, 2};
  std::vector<int32_t> labels = {2, 2, 0, 2, 0};

  ops::LabelSequences sequences() const { return {steps, labels, lengths, kBlank}; }
};
const Labelled kLabelled;

const Computation kCtcLoss = [](Tape& tape, const std::vector<Variable>& in) {
  return std::vector{ops::ctc_loss(tape, in[0], kLabelled.sequences())};
};

std::vector<int32_t> collapsed(const std::vector<int32_t>& path) {
  std::vector<int32_t> labels;
  for (size_t s = 0; s < path.size(); ++s)
    if (path[s] != kBlank && (s == 0 || path[s] != path[s - 1])) labels.push_back(path[s]);
  return labels;
}

// -log p by all paths, one after the other.
double enumerated(TestTensor& logits, int64_t first, int64_t steps,
                  const std::vector<int32_t>& labels) {
  double probability = 0;
  std::vector<int32_t> path(static_cast<size_t>(steps));
  for (int64_t code = 0; code < std::llround(std::pow(kClasses, steps)); ++code) {
    double product = 1;
    for (int64_t s = 0, rest = code; s < steps; ++s, rest /= kClasses) {
      path[static_cast<size_t>(s)] = static_cast<int32_t>(rest % kClasses);
      double sum = 0;
      for (int64_t c = 0; c < kClasses; ++c)
        sum += std::exp(at(logits, (first + s) * kClasses + c));
      product *= std::exp(at(logits, (first + s) * kClasses + rest % kClasses)) / sum;
    }
    if (collapsed(path) == labels) probability += product;
  }
  return -std::log(probability);
}

}  // namespace

TEST_CASE("ctc: the loss is the sum over all paths") {
  std::vector<TestTensor> inputs = {TestTensor({14, kClasses}, 1, -2, 2)};
  double expected = 0;
  int64_t row = 0;
  size_t label = 0;
  for (size_t n = 0; n < kLabelled.steps.size(); ++n) {
    const auto begin = kLabelled.labels.begin() + static_cast<std::ptrdiff_t>(label);
    expected +=
        enumerated(inputs[0], row, kLabelled.steps[n], {begin, begin + kLabelled.lengths[n]});
    row += kLabelled.steps[n];
    label += static_cast<size_t>(kLabelled.lengths[n]);
  }
  check_forward(inputs, kCtcLoss, {expected});
}

TEST_CASE("ctc: the gradient agrees with central differences") {
  std::vector<TestTensor> inputs = {TestTensor({14, kClasses}, 2, -2, 2)};
  check_backward(inputs, kCtcLoss);
}

TEST_CASE("ctc: labels that need more steps than there are count nothing") {
  // Two of the same need a blank between them.
  const std::vector<int64_t> steps = {2, 3}, lengths = {2, 2};
  const std::vector<int32_t> labels = {2, 2, 2, 2};
  std::vector<TestTensor> inputs = {TestTensor({5, kClasses}, 3, -1, 1)};
  const double expected = enumerated(inputs[0], 2, 3, {2, 2});
  const Computation loss = [&](Tape& tape, const std::vector<Variable>& in) {
    return std::vector{ops::ctc_loss(tape, in[0], {steps, labels, lengths, kBlank})};
  };
  check_forward(inputs, loss, {expected});
  check_backward(inputs, loss);
}

TEST_CASE("ctc: long sequences do not underflow") {
  const std::vector<int64_t> steps = {3000}, lengths = {1000};
  const std::vector<int32_t> labels(1000, 2);
  std::vector<TestTensor> inputs = {TestTensor({3000, kClasses}, 4, -9, 9)};
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  const Variable x = tape.input(inputs[0].tensor());
  const Variable loss = ops::ctc_loss(tape, x, {steps, labels, lengths, kBlank});
  CHECK(std::isfinite(loss.value()[0]));
  CHECK(loss.value()[0] > 100);
  tape.backward(loss);
  // The shares of the classes of a step sum to 1, as the softmax does.
  for (int64_t s = 0; s < 3000; s += 100) {
    float sum = 0;
    for (int64_t c = 0; c < kClasses; ++c) sum += x.gradient()[s * kClasses + c];
    CHECK(sum == Approx(0).margin(1e-5));
  }
}

}  // namespace alinea
