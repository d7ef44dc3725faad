#include "ops/layer_norm.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "ops/operation_check.h"

namespace alinea {

namespace {

const Computation kLayerNorm = [](Tape& tape, const std::vector<Variable>& in) {
  return std::vector{ops::layer_norm(tape, in[0], in[1], in[2])};
};

std::vector<double> layer_norm_oracle(std::vector<TestTensor>& in, int64_t rows, int64_t columns) {
  std::vector<double> y;
  for (int64_t r = 0; r < rows; ++r) {
    double mean = 0, variance = 0;
    const auto x = [&](int64_t c) { return at(in[0], r * columns + c); };
    for (int64_t c = 0; c < columns; ++c) mean += x(c) / static_cast<double>(columns);
    for (int64_t c = 0; c < columns; ++c)
      variance += (x(c) - mean) * (x(c) - mean) / static_cast<double>(columns);
    for (int64_t c = 0; c < columns; ++c)
      y.push_back(at(in[1], c) * (x(c) - mean) / std::sqrt(variance + 1e-5) + at(in[2], c));
  }
  return y;
}

}  // namespace

TEST_CASE("layer_norm computes its equation and its gradient") {
  const int64_t batch = GENERATE(1, 3), columns = GENERATE(5, 67);
  std::vector<TestTensor> in{TestTensor({batch, 2, columns}, 1, -2, 3), TestTensor({columns}, 2),
                             TestTensor({columns}, 3)};
  check_forward(in, kLayerNorm, layer_norm_oracle(in, batch * 2, columns));
  check_backward(in, kLayerNorm);
}

TEST_CASE("a row of equal elements is normalised to the bias") {
  std::vector<TestTensor> in{TestTensor({1, 7}, 1), TestTensor({7}, 2), TestTensor({7}, 3)};
  std::fill(in[0].values().begin(), in[0].values().end(), 0.25F);
  std::vector<double> bias;
  for (int64_t c = 0; c < 7; ++c) bias.push_back(at(in[2], c));
  check_forward(in, kLayerNorm, bias);
}

TEST_CASE("many rows are normalised the same on one thread and on two") {
  TestTensor x({97, 401}, 1), gain({401}, 2), bias({401}, 3);
  const auto run = [&](int threads) {
    const Threads with(threads);
    Arena arena;
    Tape tape(arena, Tape::Mode::kTraining);
    const Variable in = tape.input(x.tensor()), g = tape.input(gain.tensor());
    const Variable y = ops::layer_norm(tape, in, g, tape.input(bias.tensor()));
    tape.backward(y);
    std::vector<float> all(y.values().begin(), y.values().end());
    all.insert(all.end(), in.gradient(), in.gradient() + in.elements());
    all.insert(all.end(), g.gradient(), g.gradient() + g.elements());
    return all;
  };
  CHECK(run(1) == run(2));
}

}  // namespace alinea
