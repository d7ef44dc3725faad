// Recording operations and playing them backwards.
#include "autograd/tape.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

#include "autograd/gradient_check.h"
#include "autograd/small_operations.h"

namespace alinea {

namespace {

// A training tape with one input of five elements.
struct Fixture {
  TestTensor x{{5}, 1};
  Arena arena;
  Tape tape{arena, Tape::Mode::kTraining};
  Variable in = tape.input(x.tensor());
};

// Memory of the arena, all of one value.
float* filled(Arena& arena, int64_t count, float value) {
  const std::span<float> values = arena.floats(count);
  std::ranges::fill(values, value);
  return values.data();
}

}  // namespace

TEST_CASE("gradients follow the chain rule and add up over repeated use") {
  std::vector<TestTensor> in{TestTensor({3, 5}, 1), TestTensor({3, 5}, 2)};
  check_gradients(in, [](Tape& tape, const std::vector<Variable>& x) {
    const Variable square = multiply(tape, x[0], x[0]);
    return std::vector{multiply(tape, square, x[1]), multiply(tape, square, square),
                       scale(tape, x[0], 3), x[1]};
  });
}

TEST_CASE("a constant gets no gradient, nor does what is made of constants alone") {
  Fixture f;
  TestTensor values({5}, 2);
  const Variable constant = f.tape.constant(values.tensor());
  const Variable made = scale(f.tape, constant, 2);
  const Variable mixed = multiply(f.tape, made, f.in);
  CHECK_FALSE(constant.requires_gradient());
  CHECK_FALSE(made.requires_gradient());
  CHECK(mixed.requires_gradient());
  f.tape.backward(mixed);
  CHECK_FALSE(constant.has_gradient());
  CHECK_FALSE(made.has_gradient());
  CHECK(gradient(f.in) == std::vector<float>(made.values().begin(), made.values().end()));
}

TEST_CASE("zeros are a constant") {
  Fixture f;
  const Variable zeros = f.tape.zeros({3, 5});
  CHECK_FALSE(zeros.requires_gradient());
  CHECK(std::ranges::count(zeros.values(), 0.0F) == 15);
}

TEST_CASE("a value that the loss does not hang on has no gradient, and 0 if asked") {
  Fixture f;
  TestTensor values({3}, 2);
  const Variable unused = f.tape.input(values.tensor());
  const Variable dead_end = scale(f.tape, unused, 2);
  f.tape.backward(scale(f.tape, f.in, 3));
  CHECK(unused.requires_gradient());
  CHECK_FALSE(unused.has_gradient());
  CHECK_FALSE(dead_end.has_gradient());
  CHECK(f.in.has_gradient());
  CHECK(gradient(unused) == std::vector<float>(3, 0));
}

TEST_CASE("no variable requires nothing") {
  const Variable none;
  CHECK_FALSE(none);
  CHECK_FALSE(none.requires_gradient());
  CHECK_FALSE(none.has_gradient());
  Fixture f;
  CHECK(f.tape.result({5}, {f.in, none}).requires_gradient());
  CHECK_FALSE(f.tape.result({5}, {none}).requires_gradient());
}

TEST_CASE("backward seeds every element of the loss") {
  Fixture f;
  f.tape.backward(scale(f.tape, f.in, 3), 0.5F);
  CHECK(gradient(f.in) == std::vector<float>(5, 1.5F));
}

TEST_CASE("steps are played once, the last one first") {
  Fixture f;
  std::vector<int> played;
  for (int i = 0; i < 5; ++i) f.tape.record([i, to = &played] { to->push_back(i); });
  f.tape.backward(f.in);
  CHECK(played == std::vector<int>{4, 3, 2, 1, 0});
  f.tape.backward(f.in);
  CHECK(played.size() == 5);
}

TEST_CASE("an inference tape records nothing and takes no memory for it") {
  TestTensor x({5}, 1);
  ParameterStore store;
  Parameter& parameter = store.add("p", {5}, 1);
  store.allocate(ParameterStore::Gradients::kKept);
  Arena arena;
  Tape tape(arena, Tape::Mode::kInference);
  CHECK_FALSE(tape.recording());
  const Variable in = tape.input(x.tensor()), weight = tape.use(parameter);
  CHECK_FALSE(in.requires_gradient());
  CHECK_FALSE(weight.requires_gradient());
  CHECK_FALSE(weight.has_gradient());
  CHECK_FALSE(multiply(tape, in, weight).requires_gradient());
  const size_t used = arena.used();
  tape.record([in] { in.gradient(); });
  CHECK(arena.used() == used);
}

TEST_CASE("a parameter's gradient adds up in its store, over tapes") {
  ParameterStore store;
  Parameter& parameter = store.add("p", {3}, 1);
  store.allocate(ParameterStore::Gradients::kKept);
  Arena arena;
  for (float factor : {2.0F, 5.0F}) {
    Tape tape(arena, Tape::Mode::kTraining);
    const Variable variable = tape.use(parameter);
    CHECK(variable.value() == parameter.value().data());
    CHECK(variable.gradient() == parameter.gradient().data());
    CHECK(variable.parameter() == &parameter);
    CHECK(variable.accumulator().beta == 1);
    tape.backward(scale(tape, variable, factor));
    arena.reset();
  }
  CHECK(std::ranges::count(parameter.gradient(), 7.0F) == 3);
}

TEST_CASE("a frozen parameter gets no gradient") {
  ParameterStore store;
  Parameter& learning = store.add("learning", {1}, 1);
  Parameter& frozen = store.add("frozen", {1}, 1);
  store.allocate(ParameterStore::Gradients::kKept);
  store.values()[0] = 3;
  CHECK_FALSE(frozen.is_frozen());
  frozen.freeze();
  CHECK(frozen.is_frozen());
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  const Variable a = tape.use(learning), b = tape.use(frozen);
  CHECK(a.requires_gradient());
  CHECK_FALSE(b.requires_gradient());
  CHECK(b.parameter() == &frozen);
  tape.backward(multiply(tape, a, b));
  CHECK(frozen.gradient()[0] == 0);
}

TEST_CASE("a parameter of a store without gradients takes part in a training tape") {
  ParameterStore store;
  Parameter& parameter = store.add("p", {3}, 1);
  store.allocate(ParameterStore::Gradients::kNone);
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  const Variable variable = tape.use(parameter);
  tape.backward(scale(tape, variable, 2));
  CHECK(gradient(variable) == std::vector<float>(3, 2));
}

TEST_CASE("the first accumulator overwrites, every later one adds") {
  Fixture f;
  CHECK_FALSE(f.in.has_gradient());
  const auto first = f.in.accumulator();
  CHECK(first.beta == 0);
  CHECK(f.in.has_gradient());
  std::fill_n(first.data, 5, 3.0F);
  const auto second = f.in.accumulator();
  CHECK(second.beta == 1);
  CHECK(second.data == first.data);
  CHECK(gradient(f.in) == std::vector<float>(5, 3));
}

TEST_CASE("an accumulator adds to a gradient that was asked for before") {
  Fixture f;
  f.in.gradient()[2] = 4;
  const auto accumulator = f.in.accumulator();
  CHECK(accumulator.beta == 1);
  CHECK(accumulator.data[2] == 4);
}

TEST_CASE("add_gradient adopts the first values and adds the later ones to them") {
  Fixture f;
  float* first = filled(f.arena, 5, 2);
  f.in.add_gradient(first);
  CHECK(f.in.gradient() == first);
  f.in.add_gradient(filled(f.arena, 5, 0.5F));
  CHECK(f.in.gradient() == first);
  CHECK(gradient(f.in) == std::vector<float>(5, 2.5F));
}

TEST_CASE("add_gradient adds to a parameter's own gradient") {
  ParameterStore store;
  Parameter& parameter = store.add("p", {3}, 1);
  store.allocate(ParameterStore::Gradients::kKept);
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  tape.use(parameter).add_gradient(filled(arena, 3, 2));
  tape.use(parameter).add_gradient(filled(arena, 3, 3));
  CHECK(std::ranges::count(parameter.gradient(), 5.0F) == 3);
}

TEST_CASE("repeated updates use no more memory than the first") {
  TestTensor x({31, 37}, 1);
  Arena arena;
  std::vector<size_t> used;
  for (int update = 0; update < 3; ++update) {
    arena.reset();
    Tape tape(arena, Tape::Mode::kTraining);
    Variable y = tape.input(x.tensor());
    for (int step = 0; step < 500; ++step) y = scale(tape, y, 1.01F);
    tape.backward(y);
    used.push_back(arena.used());
  }
  CHECK(used[1] == used[0]);
  CHECK(used[2] == used[0]);
  CHECK(arena.high_water() == used[0]);
}

}  // namespace alinea
