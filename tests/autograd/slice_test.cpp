// Parts of a value and other views of it: they share value and gradient with the whole.
#include <catch2/catch.hpp>
#include <vector>

#include "autograd/gradient_check.h"
#include "autograd/small_operations.h"

namespace alinea {

TEST_CASE("a slice shares its value with the whole") {
  TestTensor x({5, 3}, 1);
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  const Variable whole = tape.input(x.tensor());
  const Variable part = tape.slice(whole, 1, 3);
  CHECK(part.shape() == Shape{3, 3});
  CHECK(part.value() == whole.value() + 3);
  part.value()[0] = 42;
  CHECK(x.values()[3] == 42);
}

TEST_CASE("a slice cuts the first axis of any rank") {
  TestTensor x({7 * 5 * 3 * 2}, 1);
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  const Variable whole = tape.input(x.tensor());
  const auto check = [&](Shape from, Shape to, int64_t offset) {
    const Variable part = tape.slice(whole.reshaped(from), 2, to[0]);
    CHECK(part.shape() == to);
    CHECK(part.value() == whole.value() + offset);
  };
  check({210}, {3}, 2);
  check({70, 3}, {5, 3}, 6);
  check({7, 5, 6}, {4, 5, 6}, 60);
  check({7, 5, 3, 2}, {1, 5, 3, 2}, 60);
  check({70, 3}, {0, 3}, 6);
}

TEST_CASE("a slice's gradient is a part of the whole's") {
  TestTensor x({5, 2}, 1);
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  const Variable whole = tape.input(x.tensor());
  const Variable part = tape.slice(whole, 1, 2);
  tape.backward(scale(tape, part, 3));
  CHECK(part.gradient() == whole.gradient() + 2);
  CHECK(gradient(whole) == std::vector<float>{0, 0, 3, 3, 3, 3, 0, 0, 0, 0});
  CHECK(part.has_gradient());
  CHECK(whole.has_gradient());
}

TEST_CASE("gradients of overlapping slices, of slices of slices and of the whole add up") {
  std::vector<TestTensor> in{TestTensor({5, 3}, 1), TestTensor({5, 3}, 2)};
  check_gradients(in, [](Tape& tape, const std::vector<Variable>& x) {
    const Variable product = multiply(tape, x[0], x[1]);
    const Variable top = tape.slice(product, 0, 3), bottom = tape.slice(product, 1, 4);
    const Variable inner = tape.slice(bottom, 1, 2);
    return std::vector{multiply(tape, top, tape.slice(bottom, 1, 3)), scale(tape, inner, 2),
                       multiply(tape, product, x[0]), scale(tape, bottom, 0.5F)};
  });
}

TEST_CASE("a slice's accumulator adds, so that nothing of its neighbours is lost") {
  TestTensor x({5}, 1);
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  const Variable whole = tape.input(x.tensor());
  const auto accumulator = tape.slice(whole, 3, 2).accumulator();
  CHECK(accumulator.beta == 1);
  CHECK(accumulator.data == whole.gradient() + 3);
  CHECK(gradient(whole) == std::vector<float>(5, 0));
  CHECK(whole.accumulator().beta == 1);
}

TEST_CASE("a slice copies a gradient that its whole cannot adopt") {
  TestTensor x({5}, 1);
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  const Variable whole = tape.input(x.tensor());
  float* values = arena.zeros(2).data();
  values[1] = 7;
  tape.slice(whole, 3, 2).add_gradient(values);
  CHECK(gradient(whole) == std::vector<float>{0, 0, 0, 0, 7});
}

TEST_CASE("a slice of a constant needs no gradient, a slice of a parameter is none") {
  TestTensor x({5}, 1);
  ParameterStore store;
  Parameter& parameter = store.add("p", {5, 3}, 1);
  store.allocate(ParameterStore::Gradients::kKept);
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  CHECK_FALSE(tape.slice(tape.constant(x.tensor()), 1, 2).requires_gradient());
  const Variable part = tape.slice(tape.use(parameter), 2, 1);
  CHECK(part.parameter() == nullptr);
  tape.backward(scale(tape, part, 2));
  CHECK(parameter.gradient()[5] == 0);
  CHECK(parameter.gradient()[6] == 2);
}

TEST_CASE("a reshaped value is the same value") {
  TestTensor x({3, 5, 2}, 1);
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  const Variable whole = tape.input(x.tensor());
  const Variable flat = whole.reshaped({6, 5});
  CHECK(flat.shape() == Shape{6, 5});
  CHECK(flat.value() == whole.value());
  CHECK(flat.rows() == 6);
  CHECK(flat.columns() == 5);
  tape.backward(scale(tape, flat, 3));
  CHECK(flat.gradient() == whole.gradient());
  CHECK(gradient(whole) == std::vector<float>(30, 3));
}

}  // namespace alinea
