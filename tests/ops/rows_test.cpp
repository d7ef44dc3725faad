// Operations that move rows or columns.
#include "ops/rows.h"

#include <catch2/catch.hpp>

#include "ops/operation_check.h"

namespace alinea {

namespace {

// Rows of a tensor by index, a negative index a row of zeros.
template <typename Index>
std::vector<double> rows_of(TestTensor& x, const std::vector<Index>& indices) {
  const int64_t columns = x.shape().columns();
  std::vector<double> y;
  for (Index index : indices)
    for (int64_t c = 0; c < columns; ++c) y.push_back(index < 0 ? 0 : at(x, index * columns + c));
  return y;
}

const Computation kConcatenate = [](Tape& tape, const std::vector<Variable>& in) {
  return std::vector{ops::concatenate(tape, in)};
};

const Computation kStack = [](Tape& tape, const std::vector<Variable>& in) {
  return std::vector{ops::stack(tape, in)};
};

}  // namespace

TEST_CASE("gather_rows takes rows several times, never, and zeros for kNoRow") {
  const Shape shape = GENERATE(Shape{3, 2, 7}, Shape{6, 5}, Shape{6, 1});
  const std::vector<int64_t> indices =
      GENERATE(std::vector<int64_t>{5, 0, ops::kNoRow, 0, 3, 0, 4},
               std::vector<int64_t>{ops::kNoRow}, std::vector<int64_t>{2});
  std::vector<TestTensor> in{TestTensor(shape, 1)};
  const Computation gather = [&](Tape& tape, const std::vector<Variable>& x) {
    return std::vector{ops::gather_rows(tape, x[0], indices)};
  };
  check_forward(in, gather, rows_of(in[0], indices));
  check_backward(in, gather);
}

TEST_CASE("columns takes some of them, and zeros behind the last") {
  const int64_t first = GENERATE(0, 2, 5), count = GENERATE(1, 3, 5, 8);
  std::vector<TestTensor> in{TestTensor({2, 3, 5}, 1)};
  const Computation take = [&](Tape& tape, const std::vector<Variable>& x) {
    return std::vector{ops::columns(tape, x[0], first, count)};
  };
  std::vector<double> expected;
  for (int64_t r = 0; r < 6; ++r)
    for (int64_t c = first; c < first + count; ++c)
      expected.push_back(c < 5 ? at(in[0], r * 5 + c) : 0);
  check_forward(in, take, expected);
  check_backward(in, take);
}

TEST_CASE("embed looks up words, and zeros for padding") {
  const std::vector<int32_t> ids =
      GENERATE(std::vector<int32_t>{4, -1, 2, 2, 0, -1, 4, 4}, std::vector<int32_t>{1});
  std::vector<TestTensor> in{TestTensor({5, 3}, 1)};
  const Computation embed = [&](Tape& tape, const std::vector<Variable>& table) {
    return std::vector{ops::embed(tape, table[0], ids)};
  };
  check_forward(in, embed, rows_of(in[0], ids));
  check_backward(in, embed);
}

TEST_CASE("gather_rows of no rows is empty") {
  TestTensor x({3, 5}, 1);
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  const Variable in = tape.input(x.tensor());
  const Variable y = ops::gather_rows(tape, in, {});
  CHECK(y.shape() == Shape{0, 5});
  tape.backward(y);
  for (int64_t i = 0; i < in.elements(); ++i) CHECK(in.gradient()[i] == 0);
}

TEST_CASE("concatenate joins the last axis") {
  const int64_t batch = GENERATE(1, 3);
  std::vector<TestTensor> in{TestTensor({batch, 5, 7}, 1), TestTensor({batch, 5, 2}, 2),
                             TestTensor({batch, 5, 3}, 3)};
  std::vector<double> expected;
  for (int64_t r = 0; r < batch * 5; ++r)
    for (TestTensor& part : in)
      for (int64_t c = 0; c < part.shape()[-1]; ++c)
        expected.push_back(at(part, r * part.shape()[-1] + c));
  check_forward(in, kConcatenate, expected);
  check_backward(in, kConcatenate);
}

TEST_CASE("stack puts one below the other") {
  std::vector<TestTensor> in{TestTensor({3, 5}, 1), TestTensor({1, 5}, 2), TestTensor({2, 5}, 3)};
  std::vector<double> expected;
  for (TestTensor& part : in)
    expected.insert(expected.end(), part.values().begin(), part.values().end());
  check_forward(in, kStack, expected);
  check_backward(in, kStack);
}

TEST_CASE("one part may stand in several places") {
  std::vector<TestTensor> in{TestTensor({3, 5}, 1)};
  check_backward(in, [](Tape& tape, const std::vector<Variable>& x) {
    return kConcatenate(tape, {x[0], x[0]});
  });
  check_backward(in, [](Tape& tape, const std::vector<Variable>& x) {
    return kStack(tape, {x[0], x[0]});
  });
}

TEST_CASE("row operations give the right shapes") {
  TestTensor a({3, 5, 2}, 1), b({3, 5, 7}, 2), c({4, 2}, 3);
  Arena arena;
  Tape tape(arena, Tape::Mode::kInference);
  const Variable x = tape.constant(a.tensor()), y = tape.constant(b.tensor());
  const std::vector<Variable> parts{x, tape.constant(c.tensor())};
  CHECK(ops::concatenate(tape, {x, y}).shape() == Shape{3, 5, 9});
  CHECK(ops::stack(tape, parts).shape() == Shape{19, 2});
  CHECK(ops::gather_rows(tape, y, std::vector<int64_t>{1, 14}).shape() == Shape{2, 7});
}

TEST_CASE("concatenate and stack refuse wrong shapes") {
  TestTensor a({3, 5}, 1), b({2, 7}, 2);
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  const std::vector<Variable> parts{tape.input(a.tensor()), tape.input(b.tensor())};
  CHECK_THROWS_AS(ops::concatenate(tape, parts), std::logic_error);
  CHECK_THROWS_AS(ops::stack(tape, parts), std::logic_error);
}

}  // namespace alinea
