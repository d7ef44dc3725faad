#include "ops/weight_norm.h"

#include <catch2/catch.hpp>
#include <algorithm>
#include <cmath>

#include "ops/affine.h"
#include "ops/operation_check.h"

namespace alinea {

namespace {

const Computation kWeightScale = [](Tape& tape, const std::vector<Variable>& in) {
  return std::vector{ops::weight_scale(tape, in[0], in[1])};
};
const Computation kScaleColumns = [](Tape& tape, const std::vector<Variable>& in) {
  return std::vector{ops::scale_columns(tape, in[0], in[1], in[2])};
};
const Computation kGated = [](Tape& tape, const std::vector<Variable>& in) {
  return std::vector{ops::gated_linear_unit(tape, in[0], in[1], in[2])};
};

double norm_of(TestTensor& v, int64_t column) {
  double squares = 0;
  const int64_t columns = v.shape().columns();
  for (int64_t i = 0; i < v.shape().rows(); ++i)
    squares += at(v, i * columns + column) * at(v, i * columns + column);
  return std::sqrt(squares);
}

}  // namespace

TEST_CASE("weight_scale computes its equation and its gradient") {
  const int64_t inputs = GENERATE(1, 5), outputs = GENERATE(3, 71);
  std::vector<TestTensor> in{TestTensor({inputs, outputs}, 1, 0.5F, 1.5F),
                             TestTensor({outputs}, 2)};
  std::vector<double> expected;
  for (int64_t o = 0; o < outputs; ++o) expected.push_back(at(in[1], o) / norm_of(in[0], o));
  check_forward(in, kWeightScale, expected);
  check_backward(in, kWeightScale);
}

TEST_CASE("scale_columns computes its equation and its gradient") {
  const int64_t columns = GENERATE(1, 67);
  std::vector<TestTensor> in{TestTensor({3, 2, columns}, 1), TestTensor({columns}, 2),
                             TestTensor({columns}, 3)};
  std::vector<double> expected;
  for (int64_t i = 0; i < 6 * columns; ++i)
    expected.push_back(at(in[0], i) * at(in[1], i % columns) + at(in[2], i % columns));
  check_forward(in, kScaleColumns, expected);
  check_backward(in, kScaleColumns);
}

TEST_CASE("gated_linear_unit computes its equation and its gradient") {
  const int64_t rows = GENERATE(1, 5), half = GENERATE(1, 35);
  std::vector<TestTensor> in{TestTensor({rows, 2 * half}, 1), TestTensor({2 * half}, 2),
                             TestTensor({2 * half}, 3)};
  std::vector<double> expected;
  const auto sum = [&](int64_t r, int64_t c) {
    return at(in[0], r * 2 * half + c) * at(in[1], c) + at(in[2], c);
  };
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t c = 0; c < half; ++c)
      expected.push_back(sum(r, c) / (1 + std::exp(-sum(r, half + c))));
  check_forward(in, kGated, expected);
  check_backward(in, kGated);
}

TEST_CASE("a scaled product is one with normalised weights") {
  std::vector<TestTensor> in{TestTensor({4, 3}, 1), TestTensor({3, 5}, 2), TestTensor({5}, 3),
                             TestTensor({5}, 4)};
  std::vector<double> expected;
  for (int64_t r = 0; r < 4; ++r)
    for (int64_t o = 0; o < 5; ++o) {
      double sum = at(in[3], o);
      for (int64_t i = 0; i < 3; ++i)
        sum += at(in[0], r * 3 + i) * at(in[2], o) * at(in[1], i * 5 + o) / norm_of(in[1], o);
      expected.push_back(sum);
    }
  const Computation layer = [](Tape& tape, const std::vector<Variable>& v) {
    return std::vector{ops::scale_columns(tape, ops::affine(tape, v[0], v[1]),
                                          ops::weight_scale(tape, v[1], v[2]), v[3])};
  };
  check_forward(in, layer, expected);
  check_backward(in, layer);
}

TEST_CASE("a column of zeros has a finite scale") {
  std::vector<TestTensor> in{TestTensor({3, 2}, 1, 0, 0), TestTensor({2}, 2)};
  Arena arena;
  Tape tape(arena, Tape::Mode::kInference);
  const Variable s = kWeightScale(tape, {tape.input(in[0].tensor()), tape.input(in[1].tensor())})[0];
  for (const float value : s.values()) CHECK(std::isfinite(value));
}

TEST_CASE("norms of a parameter's columns follow its values") {
  ParameterStore store;
  store.add("v", {3, 2}, 1);
  store.add("gain", {2}, 1);
  store.allocate(ParameterStore::Gradients::kKept);
  const auto scales = [&] {
    Arena arena;
    Tape tape(arena, Tape::Mode::kInference);
    const Variable s =
        ops::weight_scale(tape, tape.use(store.at("v")), tape.use(store.at("gain")));
    return std::vector<float>(s.values().begin(), s.values().end());
  };
  std::ranges::fill(store.at("v").value(), 2.0F);
  std::ranges::fill(store.at("gain").value(), 1.0F);
  store.changed();
  const std::vector<float> before = scales();
  CHECK(before[0] == Approx(1 / std::sqrt(12.0)));
  std::ranges::fill(store.at("v").value(), 1.0F);
  store.changed();
  CHECK(scales()[1] == Approx(1 / std::sqrt(3.0)));
}

}  // namespace alinea
