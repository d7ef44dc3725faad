// y = x W + b.
#include "ops/affine.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "ops/operation_check.h"

namespace alinea {

namespace {

const Computation kAffine = [](Tape& tape, const std::vector<Variable>& in) {
  return std::vector{ops::affine(tape, in[0], in[1], in.size() > 2 ? in[2] : Variable{})};
};

std::vector<double> oracle(std::vector<TestTensor>& in) {
  const int64_t inputs = in[1].shape()[0], outputs = in[1].shape()[1];
  std::vector<double> y;
  for (int64_t r = 0; r < in[0].shape().rows(); ++r)
    for (int64_t o = 0; o < outputs; ++o) {
      double sum = in.size() > 2 ? at(in[2], o) : 0;
      for (int64_t i = 0; i < inputs; ++i)
        sum += at(in[0], r * inputs + i) * at(in[1], i * outputs + o);
      y.push_back(sum);
    }
  return y;
}

const Computation kAffineTransposed = [](Tape& tape, const std::vector<Variable>& in) {
  return std::vector{
      ops::affine_transposed(tape, in[0], in[1], in.size() > 2 ? in[2] : Variable{})};
};

TestTensor transposed(TestTensor& matrix) {
  const int64_t rows = matrix.shape()[0], columns = matrix.shape()[1];
  TestTensor result({columns, rows}, 0);
  for (int64_t i = 0; i < rows * columns; ++i)
    result.values()[static_cast<size_t>(i % columns * rows + i / columns)] =
        matrix.values()[static_cast<size_t>(i)];
  return result;
}

}  // namespace

TEST_CASE("affine computes its equation and its gradients, with and without a bias") {
  const Shape x = GENERATE(Shape{3, 5, 7}, Shape{1, 7}, Shape{7}, Shape{2, 1, 3, 7});
  const int64_t outputs = GENERATE(1, 2, 19);
  std::vector<TestTensor> in{TestTensor(x, 1), TestTensor({7, outputs}, 2)};
  SECTION("with a bias") { in.emplace_back(Shape{outputs}, 3); }
  SECTION("without") {}
  check_forward(in, kAffine, oracle(in));
  check_backward(in, kAffine);
}

TEST_CASE("affine_transposed computes the same of weights that lie the other way round") {
  const Shape x = GENERATE(Shape{3, 5, 7}, Shape{1, 7});
  const int64_t outputs = GENERATE(1, 2, 19);
  std::vector<TestTensor> in{TestTensor(x, 1), TestTensor({7, outputs}, 2)};
  SECTION("with a bias") { in.emplace_back(Shape{outputs}, 3); }
  SECTION("without") {}
  const std::vector<double> expected = oracle(in);
  in[1] = transposed(in[1]);
  check_forward(in, kAffineTransposed, expected);
  check_backward(in, kAffineTransposed);
}

TEST_CASE("affine keeps the leading axes") {
  TestTensor x({3, 5, 7}, 1), weight({7, 2}, 2);
  Arena arena;
  Tape tape(arena, Tape::Mode::kInference);
  CHECK(ops::affine(tape, tape.constant(x.tensor()), tape.constant(weight.tensor())).shape() ==
        Shape{3, 5, 2});
}

TEST_CASE("affine of no rows hands back zeros") {
  float nothing = 0;
  TestTensor weight({7, 3}, 1), bias({3}, 2);
  Arena arena;
  std::ranges::fill(arena.floats(1000), 9.0F);  // so that memory that nobody wrote to shows
  arena.reset();
  Tape tape(arena, Tape::Mode::kTraining);
  const Variable x = tape.input({&nothing, {0, 7}});
  const Variable w = tape.input(weight.tensor());
  const Variable b = tape.input(bias.tensor());
  const Variable y = ops::affine(tape, x, w, b);
  CHECK(y.elements() == 0);
  tape.backward(y);
  for (int64_t i = 0; i < w.elements(); ++i) CHECK(w.gradient()[i] == 0);
  for (int64_t i = 0; i < b.elements(); ++i) CHECK(b.gradient()[i] == 0);
}

TEST_CASE("affine refuses wrong shapes") {
  TestTensor x({3, 7}, 1), weight({7, 2}, 2), bias({2}, 3), flat({5, 2}, 4), long_bias({3}, 5);
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  const auto affine = [&](TestTensor& w, TestTensor& b) {
    return ops::affine(tape, tape.input(x.tensor()), tape.input(w.tensor()),
                       tape.input(b.tensor()));
  };
  CHECK_NOTHROW(affine(weight, bias));
  CHECK_THROWS_AS(affine(flat, bias), std::logic_error);
  CHECK_THROWS_AS(affine(weight, long_bias), std::logic_error);
  CHECK_THROWS_AS(ops::affine_transposed(tape, tape.input(x.tensor()), tape.input(weight.tensor())),
                  std::logic_error);
}

}  // namespace alinea
