// What is added to the loss for the weights of attention.
#include "ops/attention_cost.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "ops/choose_positions.h"
#include "ops/operation_check.h"

namespace alinea {

namespace {

std::vector<TestTensor> two_parts() {
  std::vector<TestTensor> in;
  in.emplace_back(Shape{2, 3, 5}, 1, 0.1F, 0.9F);
  in.emplace_back(Shape{1, 2, 3}, 2, 0.1F, 0.9F);
  return in;
}

}  // namespace

TEST_CASE("reinforcement: -Σ r log α of what was chosen, less λ times the entropy of all rows") {
  const std::vector<ops::Reinforcement> chosen = {
      {{0, 1}, 3, -2.5F}, {{0, 5}, ops::kNoPosition, 9.0F}, {{1, 1}, 0, 0.7F}, {{0, 1}, 0, 1.5F}};
  const float entropy = GENERATE(0.0F, 0.3F);
  std::vector<TestTensor> in = two_parts();
  double expected = 0;
  for (const auto& [row, position, reward] : chosen) {
    TestTensor& part = in[static_cast<size_t>(row.part)];
    const int64_t width = part.shape().columns(), first = row.row * width;
    if (position >= 0)
      expected -= static_cast<double>(reward) * std::log(at(part, first + position));
    for (int64_t s = 0; s < width; ++s)
      expected +=
          static_cast<double>(entropy) * at(part, first + s) * std::log(at(part, first + s));
  }
  const Computation cost = [&](Tape& tape, const std::vector<Variable>& variables) {
    return std::vector{ops::reinforcement(tape, variables, chosen, entropy)};
  };
  check_forward(in, cost, {expected});
  check_backward(in, cost);
}

TEST_CASE("weights of 0 have no entropy, and what was chosen with next to none stays finite") {
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  std::vector<float> values = {0, 1, 0, 0};
  const Variable weights = tape.input({values.data(), {2, 2}});
  const std::vector<ops::Reinforcement> chosen = {{{0, 0}, 1, 1}, {{0, 1}, 0, 1}};
  const Variable cost = ops::reinforcement(tape, {&weights, 1}, chosen, 1);
  CHECK(std::isfinite(cost.value()[0]));
  tape.backward(cost);
  for (int64_t i = 0; i < 4; ++i) CHECK(std::isfinite(weights.gradient()[i]));
}

TEST_CASE("uneven attention: how far the sum of each word's weights is from 1") {
  // Sentence 1 has the first part's second block and part of its source, sentence 0 both parts.
  const std::vector<ops::LookingRow> rows = {
      {{0, 0}, 0, 3}, {{1, 1}, 0, 3}, {{0, 3}, 1, 4}, {{0, 5}, 1, 4}, {{0, 1}, 0, 3}};
  constexpr float kShare = 0.5F, kFactor = 0.7F;
  std::vector<TestTensor> in = two_parts();
  std::vector<double> left(7, 1.0);
  for (const auto& [row, sentence, length] : rows) {
    TestTensor& part = in[static_cast<size_t>(row.part)];
    for (int64_t s = 0; s < length; ++s)
      left[static_cast<size_t>(3 * sentence + s)] -=
          static_cast<double>(kShare) * at(part, row.row * part.shape().columns() + s);
  }
  double expected = 0;
  for (const double one : left) expected += static_cast<double>(kFactor) * one * one;
  const Computation cost = [&](Tape& tape, const std::vector<Variable>& variables) {
    return std::vector{ops::uneven_attention(tape, variables, rows, kShare, kFactor)};
  };
  check_forward(in, cost, {expected});
  check_backward(in, cost);
}

}  // namespace alinea
