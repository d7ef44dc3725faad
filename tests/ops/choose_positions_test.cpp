// One position of each row of weights.
#include "ops/choose_positions.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

#include "ops/operation_check.h"

namespace alinea {

namespace {

using ops::PositionChoice;
using Kind = PositionChoice::Kind;

ops::ChosenPositions choose(Tape& tape, const Variable& weights,
                            const std::vector<PositionChoice>& choices, uint64_t first_step = 1) {
  std::vector<uint64_t> steps(static_cast<size_t>(weights.shape()[1]));
  std::iota(steps.begin(), steps.end(), first_step);
  return ops::choose_positions(tape, weights, choices, steps);
}

}  // namespace

TEST_CASE("each sentence's positions are chosen as it is told") {
  TestTensor weights({3, 2, 4}, 1, 0.1F, 0.9F);
  Arena arena;
  Tape tape(arena, Tape::Mode::kInference);
  const Variable in = tape.constant({weights.values().data(), weights.shape()});
  in.values()[5] = 0.95F;
  in.values()[10] = in.values()[11] = 0.96F;  // the first of equals
  const auto [y, positions] =
      choose(tape, in, {{Kind::kLargest}, {Kind::kLargest}, {Kind::kExpected}});
  CHECK(positions[1] == 1);
  CHECK(positions[2] == 2);
  for (size_t i = 0; i < 24; ++i) {
    const size_t row = i / 4;
    if (row >= 4) {
      CHECK(positions[row] == ops::kNoPosition);
      CHECK(y.values()[i] == in.values()[i]);
    } else {
      CHECK(y.values()[i] == (positions[row] == static_cast<int32_t>(i % 4) ? 1 : 0));
    }
  }
}

TEST_CASE("positions are drawn as often as their weights say, and those of weight 0 never") {
  const std::vector<float> probabilities = {0, 0.5F, 0.125F, 0, 0.375F, 0};
  constexpr int64_t kDraws = 40000;
  Arena arena;
  Tape tape(arena, Tape::Mode::kInference);
  const Variable weights = tape.zeros({kDraws / 8, 8, 6});
  for (int64_t row = 0; row < kDraws; ++row)
    std::ranges::copy(probabilities, weights.value() + row * 6);
  std::vector<PositionChoice> choices;
  for (int64_t n = 0; n < kDraws / 8; ++n) choices.push_back({Kind::kDrawn, 77 + uint64_t(n)});
  const auto positions = choose(tape, weights, choices).positions;
  std::vector<double> counts(6);
  for (const int32_t position : positions) ++counts[static_cast<size_t>(position)];
  for (size_t s = 0; s < 6; ++s) {
    const double p = static_cast<double>(probabilities[s]);
    CHECK(std::abs(counts[s] - kDraws * p) <= 4 * std::sqrt(kDraws * p * (1 - p)));
  }
}

TEST_CASE("a draw depends on the seed of the sentence and the number of the step alone") {
  TestTensor row({1, 1, 7}, 3, 0.1F, 0.9F);
  Arena arena;
  Tape tape(arena, Tape::Mode::kInference);
  const Variable weights = tape.zeros({5, 9, 7});
  for (int64_t i = 0; i < 45; ++i) std::ranges::copy(row.values(), weights.value() + i * 7);
  const auto all = choose(tape, weights,
                          {{Kind::kDrawn, 1},
                           {Kind::kDrawn, 2},
                           {Kind::kDrawn, 1},
                           {Kind::kLargest},
                           {Kind::kDrawn, 3}})
                       .positions;
  std::vector<int32_t> of[5];
  for (size_t i = 0; i < 45; ++i) of[i / 9].push_back(all[i]);
  CHECK(of[0] == of[2]);
  CHECK(of[0] != of[1]);
  CHECK(of[1] != of[4]);
  const Variable later = tape.slice(weights.reshaped({9, 5, 7}), 0, 1);
  const auto some = choose(tape, later, {{Kind::kDrawn, 2}}, 4).positions;
  for (size_t t = 0; t < 5; ++t) CHECK(some[t] == of[1][t + 3]);
}

TEST_CASE("no gradient flows through a choice, and all of it through an expectation") {
  std::vector<TestTensor> in{TestTensor({2, 3, 4}, 1, 0.1F, 0.9F)};
  check_backward(in, [](Tape& tape, const std::vector<Variable>& variables) {
    return std::vector{choose(tape, variables[0], {{Kind::kExpected}, {Kind::kLargest}}).weights};
  });
}

}  // namespace alinea
