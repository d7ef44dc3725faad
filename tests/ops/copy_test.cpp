#include "ops/copy.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "ops/operation_check.h"

namespace alinea {

namespace {

// Of 4 rows, 6 words and 3 source positions: a word of both, of the vocabulary alone, of the source
// alone, and one that comes twice in the source.
const std::vector<int32_t> kWordsOfRows = {2, 5, 9, 0};
const std::vector<uint8_t> kMatches = {0, 1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 1};

Computation copying(float smoothing) {
  return [=](Tape& tape, const std::vector<Variable>& in) {
    return std::vector{
        ops::copy_cross_entropy(tape, in[0], in[1], in[2], {kWordsOfRows, kMatches, smoothing})
            .loss};
  };
}

double probability(std::vector<TestTensor>& in, int64_t row) {
  double sum = 0, copied = 0;
  for (int64_t v = 0; v < 6; ++v) sum += std::exp(at(in[0], row * 6 + v));
  for (int64_t s = 0; s < 3; ++s)
    if (kMatches[row * 3 + s] != 0) copied += at(in[2], row * 3 + s);
  const double gate = 1 / (1 + std::exp(-at(in[1], row)));
  const int32_t word = kWordsOfRows[row];
  return gate * (word < 6 ? std::exp(at(in[0], row * 6 + word)) / sum : 0) + (1 - gate) * copied;
}

}  // namespace

TEST_CASE("copy_cross_entropy computes its equation and its gradient") {
  const double smoothing = GENERATE(0.0, 0.2);
  std::vector<TestTensor> in{TestTensor({4, 6}, 1), TestTensor({4, 1}, 2),
                             TestTensor({4, 3}, 3, 0.1F, 0.5F)};
  double loss = 0;
  for (int64_t r = 0; r < 4; ++r) {
    loss -= (1 - smoothing) * std::log(probability(in, r));
    double sum = 0, mean = 0;
    for (int64_t v = 0; v < 6; ++v) sum += std::exp(at(in[0], r * 6 + v));
    for (int64_t v = 0; v < 6; ++v) mean += (at(in[0], r * 6 + v) - std::log(sum)) / 6;
    loss -= smoothing * mean;
  }
  check_forward(in, copying(static_cast<float>(smoothing)), {loss});
  check_gradients(in, copying(static_cast<float>(smoothing)));
}

TEST_CASE("a word that can be neither written nor copied has a finite loss and no gradient") {
  TestTensor logits({1, 3}, 1), gates({1, 1}, 2), alpha({1, 2}, 3, 0.1F, 0.5F);
  const std::vector<int32_t> words{7};
  const std::vector<uint8_t> matches{0, 0};
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  const Variable gate = tape.input(gates.tensor()), weights = tape.input(alpha.tensor());
  const Variable loss =
      ops::copy_cross_entropy(tape, tape.input(logits.tensor()), gate, weights, {words, matches, 0})
          .loss;
  tape.backward(loss);
  CHECK(std::isfinite(loss.value()[0]));
  CHECK(gate.gradient()[0] == 0);
  CHECK(weights.gradient()[1] == 0);
}

TEST_CASE("mean_of_heads averages heads, and shares out its gradient") {
  std::vector<TestTensor> in{TestTensor({2, 3, 4, 5}, 1)};
  const Computation computation = [](Tape& tape, const std::vector<Variable>& x) {
    return std::vector{ops::mean_of_heads(tape, x[0])};
  };
  std::vector<double> expected;
  for (int64_t n = 0; n < 2; ++n)
    for (int64_t i = 0; i < 20; ++i) {
      double sum = 0;
      for (int64_t h = 0; h < 3; ++h) sum += at(in[0], (n * 3 + h) * 20 + i);
      expected.push_back(sum / 3);
    }
  check_forward(in, computation, expected);
  check_backward(in, computation);
}

TEST_CASE("coverage_loss is what is looked at again") {
  // Steps of 3, 2 and 1 sentences.
  const std::vector<int64_t> first{0, 3, 5}, present{3, 2, 1};
  std::vector<TestTensor> in{TestTensor({6, 4}, 1, 0.05F, 0.6F)};
  const Computation computation = [&](Tape& tape, const std::vector<Variable>& x) {
    return std::vector{ops::coverage_loss(tape, x[0], first, present)};
  };
  double loss = 0;
  for (int64_t s = 0; s < 4; ++s) {
    const auto alpha = [&](int64_t row) { return at(in[0], row * 4 + s); };
    loss += std::min(alpha(3), alpha(0)) + std::min(alpha(4), alpha(1)) +
            std::min(alpha(5), alpha(0) + alpha(3));
  }
  check_forward(in, computation, {loss});
  check_gradients(in, computation, {1e-3F, 2e-3});
}

TEST_CASE("mix_copies adds what is copied to what is written") {
  const std::vector<float> log_p{std::log(0.25F), std::log(0.75F)}, gates{0.0F},
      alpha{0.5F, 0.3F, 0.2F};
  const std::vector<int32_t> copies{1, 2, 1};
  std::vector<float> mixed(3);
  ops::mix_copies({1, 2, 3, 3, log_p.data(), gates.data(), alpha.data(), copies.data()},
                  mixed.data());
  CHECK(std::exp(mixed[0]) == Approx(0.125));
  CHECK(std::exp(mixed[1]) == Approx(0.375 + 0.35));
  CHECK(std::exp(mixed[2]) == Approx(0.15));
}

}  // namespace alinea
