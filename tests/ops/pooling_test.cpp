#include "ops/pooling.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "ops/operation_check.h"

namespace alinea {

namespace {

// Sequences of 4, 2 and 1 steps, with rows between them that belong to none.
struct Packed {
  std::vector<int64_t> first = {0, 4, 7, 9}, present = {3, 2, 1, 1};
  int64_t rows = 11;
  std::vector<std::vector<int64_t>> sequences = {{0, 4, 7, 9}, {1, 5}, {2}};

  ops::PackedSteps steps() const { return {first, present}; }
};

constexpr int64_t kColumns = 5;

std::vector<double> softmax_of(const Packed& packed, TestTensor& energies) {
  const int64_t columns = energies.shape().columns();
  std::vector<double> weights(static_cast<size_t>(packed.rows * columns));
  for (const std::vector<int64_t>& rows : packed.sequences)
    for (int64_t c = 0; c < columns; ++c) {
      double sum = 0;
      for (const int64_t r : rows) sum += std::exp(at(energies, r * columns + c));
      for (const int64_t r : rows)
        weights[r * columns + c] = std::exp(at(energies, r * columns + c)) / sum;
    }
  return weights;
}

const Packed kPacked;

const Computation kSoftmax = [](Tape& tape, const std::vector<Variable>& in) {
  return std::vector{ops::packed_softmax(tape, in[0], kPacked.steps())};
};
const Computation kPackedSum = [](Tape& tape, const std::vector<Variable>& in) {
  return std::vector{ops::packed_weighted_sum(tape, in[0], in[1], kPacked.steps())};
};
const Computation kOverlap = [](Tape& tape, const std::vector<Variable>& in) {
  return std::vector{ops::packed_overlap(tape, in[0], kPacked.steps())};
};
const Computation kFirst = [](Tape& tape, const std::vector<Variable>& in) {
  return std::vector{ops::packed_first(tape, in[0], kPacked.steps())};
};
const Computation kLast = [](Tape& tape, const std::vector<Variable>& in) {
  return std::vector{ops::packed_last(tape, in[0], kPacked.steps())};
};
const Computation kMean = [](Tape& tape, const std::vector<Variable>& in) {
  return std::vector{ops::packed_mean(tape, in[0], kPacked.steps())};
};
const Computation kMax = [](Tape& tape, const std::vector<Variable>& in) {
  return std::vector{ops::packed_max(tape, in[0], kPacked.steps())};
};

}  // namespace

TEST_CASE("packed_softmax is a softmax of each sequence, and 0 elsewhere") {
  const int64_t columns = GENERATE(1, 3);
  std::vector<TestTensor> in{TestTensor({kPacked.rows, columns}, 1, -3, 3)};
  check_forward(in, kSoftmax, softmax_of(kPacked, in[0]));
  check_backward(in, kSoftmax);
}

TEST_CASE("packed_softmax stands large energies") {
  std::vector<TestTensor> in{TestTensor({kPacked.rows, 1}, 1, -3, 3)};
  const std::vector<double> weights = softmax_of(kPacked, in[0]);
  for (float& energy : in[0].values()) energy += 256;
  std::vector<double> came;
  Arena arena;
  Tape tape(arena, Tape::Mode::kInference);
  const Variable y = ops::packed_softmax(tape, tape.input(in[0].tensor()), kPacked.steps());
  for (size_t r = 0; r < weights.size(); ++r)
    CHECK(static_cast<double>(y.value()[r]) == Approx(weights[r]).epsilon(1e-4).margin(1e-6));
}

TEST_CASE("packed_weighted_sum sums the steps of each sequence") {
  const int64_t count = GENERATE(1, 3);
  std::vector<TestTensor> in{TestTensor({kPacked.rows, count}, 1),
                             TestTensor({kPacked.rows, kColumns}, 2)};
  std::vector<double> expected;
  for (const std::vector<int64_t>& rows : kPacked.sequences)
    for (int64_t c = 0; c < count; ++c)
      for (int64_t k = 0; k < kColumns; ++k) {
        double sum = 0;
        for (const int64_t r : rows) sum += at(in[0], r * count + c) * at(in[1], r * kColumns + k);
        expected.push_back(sum);
      }
  check_forward(in, kPackedSum, expected);
  check_backward(in, kPackedSum);
}

TEST_CASE(
    "packed_overlap is the squared distance of each sequence's A times its transpose from I") {
  const int64_t count = GENERATE(1, 3);
  std::vector<TestTensor> in{TestTensor({kPacked.rows, count}, 1, 0, 1)};
  double expected = 0;
  for (const std::vector<int64_t>& rows : kPacked.sequences)
    for (int64_t a = 0; a < count; ++a)
      for (int64_t b = 0; b < count; ++b) {
        double product = a == b ? -1 : 0;
        for (const int64_t r : rows) product += at(in[0], r * count + a) * at(in[0], r * count + b);
        expected += product * product;
      }
  check_forward(in, kOverlap, {expected});
  check_backward(in, kOverlap);
}

TEST_CASE("packed_first is the first step of each sequence") {
  std::vector<TestTensor> in{TestTensor({kPacked.rows, kColumns}, 3)};
  std::vector<double> expected;
  for (const std::vector<int64_t>& rows : kPacked.sequences)
    for (int64_t k = 0; k < kColumns; ++k) expected.push_back(at(in[0], rows[0] * kColumns + k));
  check_forward(in, kFirst, expected);
  check_backward(in, kFirst);
}

TEST_CASE("packed_last is the last step of each sequence") {
  std::vector<TestTensor> in{TestTensor({kPacked.rows, kColumns}, 3)};
  std::vector<double> expected;
  for (const std::vector<int64_t>& rows : kPacked.sequences)
    for (int64_t k = 0; k < kColumns; ++k)
      expected.push_back(at(in[0], rows.back() * kColumns + k));
  check_forward(in, kLast, expected);
  check_backward(in, kLast);
}

TEST_CASE("packed_mean is the mean of the steps of each sequence") {
  std::vector<TestTensor> in{TestTensor({kPacked.rows, kColumns}, 3)};
  std::vector<double> expected;
  for (const std::vector<int64_t>& rows : kPacked.sequences)
    for (int64_t k = 0; k < kColumns; ++k) {
      double sum = 0;
      for (const int64_t r : rows) sum += at(in[0], r * kColumns + k);
      expected.push_back(sum / static_cast<double>(rows.size()));
    }
  check_forward(in, kMean, expected);
  check_backward(in, kMean);
}

TEST_CASE("packed_max is the maximum of the steps of each sequence, below 0 too") {
  std::vector<TestTensor> in{TestTensor({kPacked.rows, kColumns}, 4, -2, -1)};
  // What a central difference changes must not change which one is the largest.
  for (int64_t i = 0; i < kPacked.rows * kColumns; ++i)
    in[0].values()[i] = -2.0F + 0.07F * static_cast<float>(i * 37 % (kPacked.rows * kColumns));
  std::vector<double> expected;
  for (const std::vector<int64_t>& rows : kPacked.sequences)
    for (int64_t k = 0; k < kColumns; ++k) {
      double highest = at(in[0], rows[0] * kColumns + k);
      for (const int64_t r : rows) highest = std::max(highest, at(in[0], r * kColumns + k));
      expected.push_back(highest);
    }
  check_forward(in, kMax, expected);
  check_backward(in, kMax);
}

TEST_CASE("pooling gives the same bits on one thread and on two") {
  constexpr int64_t kSteps = 23, kSequences = 41, kWide = 67;
  std::vector<int64_t> first, present;
  int64_t rows = 0;
  for (int64_t t = 0; t < kSteps; ++t) {
    first.push_back(rows);
    present.push_back(kSequences - t);
    rows += present.back();
  }
  TestTensor energies({rows, 1}, 1), values({rows, kWide}, 2);
  const auto run = [&](int threads) {
    const Threads limit(threads);
    Arena arena;
    Tape tape(arena, Tape::Mode::kTraining);
    const ops::PackedSteps steps{first, present};
    const Variable e = tape.input(energies.tensor()), v = tape.input(values.tensor());
    const Variable weights = ops::packed_softmax(tape, e, steps);
    const Variable sum = ops::packed_weighted_sum(tape, weights, v, steps);
    const Variable highest = ops::packed_max(tape, v, steps);
    tape.backward(highest);
    std::vector<float> bits(sum.values().begin(), sum.values().end());
    bits.insert(bits.end(), v.gradient(), v.gradient() + v.elements());
    return bits;
  };
  CHECK(run(1) == run(2));
}

TEST_CASE("pooling refuses what does not fit") {
  Arena arena;
  Tape tape(arena, Tape::Mode::kInference);
  TestTensor weights({kPacked.rows, 2}, 1), few({kPacked.rows - 2, kColumns}, 2);
  CHECK_THROWS_AS(ops::packed_softmax(tape, tape.input(few.tensor()), kPacked.steps()),
                  std::logic_error);
  CHECK_THROWS_AS(ops::packed_overlap(tape, tape.input(few.tensor()), kPacked.steps()),
                  std::logic_error);
  CHECK_THROWS_AS(ops::packed_weighted_sum(tape, tape.input(weights.tensor()),
                                           tape.input(few.tensor()), kPacked.steps()),
                  std::logic_error);
  CHECK_THROWS_AS(ops::packed_max(tape, tape.input(few.tensor()), kPacked.steps()),
                  std::logic_error);
}

}  // namespace alinea
