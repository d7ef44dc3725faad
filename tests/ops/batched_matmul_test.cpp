// Matrix products of a batch.
#include "ops/batched_matmul.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "ops/operation_check.h"

namespace alinea {

namespace {

struct ProductSizes {
  int64_t batch, m, n, k;
};

const std::vector<ProductSizes> kSizes{{3, 5, 2, 7}, {1, 3, 5, 7},  {5, 1, 3, 2}, {2, 3, 1, 1},
                                       {1, 1, 1, 1}, {2, 11, 3, 5}, {3, 9, 7, 2}};

Computation dot(float scale) {
  return [scale](Tape& tape, const std::vector<Variable>& in) {
    return std::vector{ops::batched_dot(tape, in[0], in[1], scale)};
  };
}

const Computation kWeightedSum = [](Tape& tape, const std::vector<Variable>& in) {
  return std::vector{ops::weighted_sum(tape, in[0], in[1])};
};

// Σ over `inner` of a [batch, rows, inner] and b, whose element is at `of_b(n, column, i)`.
template <typename OfB>
std::vector<double> products(const ProductSizes& s, TestTensor& a, TestTensor& b, OfB of_b) {
  const int64_t inner = a.shape()[2], columns = b.shape().elements() / s.batch / inner;
  std::vector<double> c;
  for (int64_t n = 0; n < s.batch; ++n)
    for (int64_t row = n * s.m; row < (n + 1) * s.m; ++row)
      for (int64_t column = 0; column < columns; ++column) {
        double sum = 0;
        for (int64_t i = 0; i < inner; ++i)
          sum += at(a, row * inner + i) * at(b, of_b(n, column, i));
        c.push_back(sum);
      }
  return c;
}

}  // namespace

TEST_CASE("batched_dot multiplies every row by every row, and scales") {
  const ProductSizes s = GENERATE(from_range(kSizes));
  const float scale = GENERATE(1.0F, 0.37F);
  std::vector<TestTensor> in{TestTensor({s.batch, s.m, s.k}, 1),
                             TestTensor({s.batch, s.n, s.k}, 2)};
  std::vector<double> expected =
      products(s, in[0], in[1],
               [&](int64_t n, int64_t column, int64_t i) { return (n * s.n + column) * s.k + i; });
  for (double& value : expected) value *= static_cast<double>(scale);
  check_forward(in, dot(scale), expected);
  check_backward(in, dot(scale));
}

TEST_CASE("batched_dot of a tensor with itself hands back both shares") {
  std::vector<TestTensor> in{TestTensor({3, 5, 7}, 1)};
  check_backward(in, [](Tape& tape, const std::vector<Variable>& x) {
    return std::vector{ops::batched_dot(tape, x[0], x[0], 0.37F)};
  });
}

TEST_CASE("weighted_sum adds up rows by their weights") {
  const ProductSizes s = GENERATE(from_range(kSizes));
  std::vector<TestTensor> in{TestTensor({s.batch, s.m, s.n}, 1),
                             TestTensor({s.batch, s.n, s.k}, 2)};
  check_forward(in, kWeightedSum,
                products(s, in[0], in[1], [&](int64_t n, int64_t column, int64_t i) {
                  return (n * s.n + i) * s.k + column;
                }));
  check_backward(in, kWeightedSum);
}

TEST_CASE("batched_dot is right for more shapes than it keeps primitives for") {
  std::vector<float> ones(1100, 1.0F);
  Arena arena;
  for (int64_t round = 0; round < 2; ++round)  // in the second, the first ones are long forgotten
    for (int64_t n = 1; n <= 1100; ++n) {
      arena.reset();
      Tape tape(arena, Tape::Mode::kInference);
      const Variable y = ops::batched_dot(tape, tape.constant({ones.data(), {1, 1, 1}}),
                                          tape.constant({ones.data(), {1, n, 1}}));
      REQUIRE(std::ranges::count(y.values(), 1.0F) == n);
    }
}

TEST_CASE("batched products of no rows hand back zeros") {
  TestTensor nothing({2, 0, 3}, 1), b({2, 5, 3}, 2), c({2, 0, 5}, 3);
  Arena arena;
  std::ranges::fill(arena.floats(1000), 9.0F);  // so that memory that nobody wrote to shows
  arena.reset();
  Tape tape(arena, Tape::Mode::kTraining);
  const Variable dotted = tape.input(b.tensor()), summed = tape.input(b.tensor());
  const Variable dot = ops::batched_dot(tape, tape.input(nothing.tensor()), dotted);
  const Variable sum = ops::weighted_sum(tape, tape.input(c.tensor()), summed);
  CHECK(sum.shape() == Shape{2, 0, 3});
  dot.gradient();  // or it would hand nothing back
  tape.backward(sum);
  for (int64_t i = 0; i < b.shape().elements(); ++i) {
    CHECK(dotted.gradient()[i] == 0);
    CHECK(summed.gradient()[i] == 0);
  }
}

TEST_CASE("batched products refuse wrong shapes") {
  TestTensor a({3, 5, 7}, 1), other_batch({2, 5, 7}, 2), other_columns({3, 7, 5}, 3);
  TestTensor other_rows({3, 5, 2}, 4);
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  const Variable x = tape.input(a.tensor());
  CHECK_THROWS_AS(ops::batched_dot(tape, x, tape.input(other_batch.tensor())), std::logic_error);
  CHECK_THROWS_AS(ops::batched_dot(tape, x, tape.input(other_columns.tensor())), std::logic_error);
  CHECK_NOTHROW(ops::weighted_sum(tape, x, tape.input(other_columns.tensor())));
  CHECK_THROWS_AS(ops::weighted_sum(tape, x, tape.input(other_rows.tensor())), std::logic_error);
  CHECK_THROWS_AS(ops::weighted_sum(tape, x, tape.input(other_batch.tensor())), std::logic_error);
}

}  // namespace alinea
