#include "ops/convolution.h"

#include <catch2/catch.hpp>

#include "ops/affine.h"
#include "ops/operation_check.h"
#include "ops/rows.h"

namespace alinea {

namespace {

using Axis = ops::ConvolutionAxis;

Computation convolution_over(const Axis& axis) {
  return [axis](Tape& tape, const std::vector<Variable>& in) {
    return std::vector{ops::convolution(tape, in[0], in[1], in[2], axis)};
  };
}

Computation convolution_over(const Axis& rows, const Axis& columns) {
  return [rows, columns](Tape& tape, const std::vector<Variable>& in) {
    return std::vector{ops::convolution(tape, in[0], in[1], in[2], rows, columns)};
  };
}

// The sum that the header says, of pictures [N, H, W, I].
std::vector<double> convolution_oracle(std::vector<TestTensor>& in, const Shape& x, int64_t outputs,
                                       const Axis& rows, const Axis& columns) {
  std::vector<double> y;
  const auto cell = [&](int64_t n, int64_t h, int64_t w, int64_t i) {
    if (h < 0 || h >= x[1] || w < 0 || w >= x[2]) return 0.0;
    return at(in[0], ((n * x[1] + h) * x[2] + w) * x[3] + i);
  };
  for (int64_t n = 0; n < x[0]; ++n)
    for (int64_t h = 0; h < rows.outputs(x[1]); ++h)
      for (int64_t w = 0; w < columns.outputs(x[2]); ++w)
        for (int64_t o = 0; o < outputs; ++o) {
          double sum = at(in[2], o);
          for (int64_t a = 0; a < rows.kernel; ++a)
            for (int64_t b = 0; b < columns.kernel; ++b)
              for (int64_t i = 0; i < x[3]; ++i)
                sum += cell(n, h * rows.stride - rows.before + a,
                            w * columns.stride - columns.before + b, i) *
                       at(in[1], ((a * columns.kernel + b) * x[3] + i) * outputs + o);
          y.push_back(sum);
        }
  return y;
}

// The same of sequences, put together of other operations: the rows that each cell of the kernel
// meets, times its weights.
Variable composed(Tape& tape, const std::vector<Variable>& in, const Axis& axis) {
  const int64_t n = in[0].shape()[0], s = in[0].shape()[1], t = axis.outputs(s);
  const int64_t inputs = in[0].columns(), outputs = in[1].columns();
  std::vector<Variable> cells;
  for (int64_t j = 0; j < axis.kernel; ++j) {
    std::vector<int64_t> rows;
    for (int64_t r = 0; r < n * t; ++r) {
      const int64_t place = r % t * axis.stride - axis.before + j;
      rows.push_back(place < 0 || place >= s ? ops::kNoRow : r / t * s + place);
    }
    cells.push_back(ops::gather_rows(tape, in[0], rows));
  }
  return ops::affine(tape, ops::concatenate(tape, cells),
                     in[1].reshaped({axis.kernel * inputs, outputs}), in[2])
      .reshaped({n, t, outputs});
}

}  // namespace

TEST_CASE("convolution over one axis computes its equation and its gradient") {
  const Axis axis = GENERATE(Axis{1}, Axis{3, 1, 1, 1}, Axis{3, 1, 2, 0}, Axis{4, 2, 1, 3},
                             Axis{2, 3, 0, 0}, Axis{5, 2, 7, 0});
  const int64_t batch = 3, steps = 7, inputs = 5, outputs = GENERATE(2, 11);
  std::vector<TestTensor> in{TestTensor({batch, steps, inputs}, 1),
                             TestTensor({axis.kernel, inputs, outputs}, 2),
                             TestTensor({outputs}, 3)};
  check_forward(in, convolution_over(axis),
                convolution_oracle(in, {batch, 1, steps, inputs}, outputs, {1}, axis));
  check_backward(in, convolution_over(axis));
}

TEST_CASE("convolution over two axes computes its equation and its gradient") {
  const auto [rows, columns] = GENERATE(table<Axis, Axis>({{Axis{3, 1, 1, 1}, Axis{3, 1, 1, 1}},
                                                           {Axis{1}, Axis{1}},
                                                           {Axis{2, 2, 0, 1}, Axis{4, 1, 3, 0}},
                                                           {Axis{3, 2, 1, 0}, Axis{2, 3, 0, 1}}}));
  const Shape x{2, 5, 7, 3};
  const int64_t outputs = 6;
  std::vector<TestTensor> in{TestTensor(x, 1), TestTensor({rows.kernel, columns.kernel, 3, 6}, 2),
                             TestTensor({outputs}, 3)};
  check_forward(in, convolution_over(rows, columns),
                convolution_oracle(in, x, outputs, rows, columns));
  check_backward(in, convolution_over(rows, columns));
}

TEST_CASE("convolution has the values and gradients of its composition") {
  const Axis axis = GENERATE(Axis{3, 1, 2, 0}, Axis{5, 2, 2, 2});
  TestTensor x({2, 9, 8}, 1), weight({axis.kernel, 8, 16}, 2), bias({16}, 3);
  const auto run = [&](bool is_composed) {
    Arena arena;
    Tape tape(arena, Tape::Mode::kTraining);
    const std::vector<Variable> in{tape.input(x.tensor()), tape.input(weight.tensor()),
                                   tape.input(bias.tensor())};
    const Variable y =
        is_composed ? composed(tape, in, axis) : ops::convolution(tape, in[0], in[1], in[2], axis);
    tape.backward(y);
    std::vector<float> all(y.values().begin(), y.values().end());
    for (const Variable& v : in) all.insert(all.end(), v.gradient(), v.gradient() + v.elements());
    return all;
  };
  const std::vector<float> one = run(true), other = run(false);
  REQUIRE(one.size() == other.size());
  for (size_t i = 0; i < one.size(); ++i) CHECK(one[i] == Approx(other[i]).margin(1e-4));
}

TEST_CASE("convolution does without a bias") {
  std::vector<TestTensor> in{TestTensor({2, 4, 3}, 1), TestTensor({2, 3, 5}, 2),
                             TestTensor({5}, 3, 0, 0)};
  check_forward(
      in,
      [](Tape& tape, const std::vector<Variable>& v) {
        return std::vector{ops::convolution(tape, v[0], v[1], {}, {.kernel = 2})};
      },
      convolution_oracle(in, {2, 1, 4, 3}, 5, {1}, {2}));
}

TEST_CASE("convolution refuses windows that do not fit") {
  TestTensor x({2, 2, 3}, 1), weight({5, 3, 4}, 2);
  Arena arena;
  Tape tape(arena, Tape::Mode::kInference);
  CHECK_THROWS_AS(
      ops::convolution(tape, tape.input(x.tensor()), tape.input(weight.tensor()), {}, {5, 1, 1, 1}),
      std::logic_error);
}

}  // namespace alinea
