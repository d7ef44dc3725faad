#include "ops/packed_product.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "ops/affine.h"
#include "ops/precisions.h"
#include "ops/recurrent.h"
#include "ops/weight_product.h"

namespace alinea {
namespace {

// The scale of a number of values that are `stride` apart.
float scale(const float* first, int64_t count, int64_t stride) {
  float largest = 0;
  for (int64_t i = 0; i < count; ++i) largest = std::max(largest, std::abs(first[i * stride]));
  return largest > 0 ? largest / 127 : 1;
}

double rounded(const std::string& precision, float value, float scale) {
  if (precision == "bf16") return static_cast<double>(rounded_to_bf16(value));
  if (precision == "int8")
    return static_cast<double>(std::nearbyint(value / scale)) * static_cast<double>(scale);
  return static_cast<double>(value);
}

struct Weights {
  Weights(int64_t inputs, int64_t outputs, ParameterStore::Gradients gradients)
      : weight(store.add("weight", {inputs, outputs}, 1)) {
    store.allocate(gradients);
    Random random(5);
    store.initialize(random);
  }
  ParameterStore store;
  Parameter& weight;
};

std::vector<float> inputs_of(int64_t count) {
  Random random(7);
  std::vector<float> x(static_cast<size_t>(count));
  for (float& value : x) value = 2 * random.uniform() - 1;
  return x;
}

TEST_CASE("packed products are those of the rounded sides") {
  const int64_t rows = GENERATE(1, 3, 70), inputs = GENERATE(1, 7, 37), outputs = GENERATE(1, 19);
  const bool transposed = GENERATE(false, true), has_bias = GENERATE(false, true);
  Weights w(transposed ? outputs : inputs, transposed ? inputs : outputs,
            ParameterStore::Gradients::kNone);
  std::vector<float> x = inputs_of(rows * inputs), b = inputs_of(outputs);
  std::fill_n(x.begin(), inputs, 0.0F);  // a row without a largest value
  for (const std::string& precision : supported_precisions()) {
    CAPTURE(precision, rows, inputs, outputs, transposed, has_bias);
    w.store.compute_in(ops::precision_from_name(precision));
    Arena arena;
    Tape tape(arena, Tape::Mode::kInference);
    const Variable weight = tape.use(w.weight);
    REQUIRE(ops::is_packed(tape, weight, rows));
    const auto apply = transposed ? ops::affine_transposed : ops::affine;
    const Variable y = apply(tape, tape.constant({x.data(), {rows, inputs}}), weight,
                             has_bias ? tape.constant({b.data(), {outputs}}) : Variable{});
    for (int64_t r = 0; r < rows; ++r)
      for (int64_t o = 0; o < outputs; ++o) {
        const float* column = w.weight.value().data() + (transposed ? o * inputs : o);
        const int64_t stride = transposed ? 1 : outputs;
        const float x_scale = scale(x.data() + r * inputs, inputs, 1),
                    w_scale = scale(column, inputs, stride);
        double expected = has_bias ? static_cast<double>(b[o]) : 0;
        for (int64_t i = 0; i < inputs; ++i)
          expected += rounded(precision, x[r * inputs + i], x_scale) *
                      rounded(precision, column[i * stride], w_scale);
        // A value between two integers may be rounded either way, depending on the order of
        // products.
        const double margin = precision == "int8" ? 2e-2 : 1e-5;
        REQUIRE(y.value()[r * outputs + o] == Approx(expected).margin(margin));
      }
  }
}

// oneDNN may lay the same weights out in one way for a few rows and in another for many.
TEST_CASE("the same packed weights serve any number of rows") {
  const auto [inputs, outputs] = GENERATE(table<int64_t, int64_t>({{256, 1024}, {70, 33}}));
  Weights w(inputs, outputs, ParameterStore::Gradients::kNone);
  const int64_t most = 64;
  std::vector<float> x = inputs_of(most * inputs);
  for (const std::string& precision : supported_precisions()) {
    w.store.compute_in(ops::precision_from_name(precision));
    std::vector<float> first;
    for (const int64_t rows : {28, 1, 7, 64, 2, 28, 16}) {
      CAPTURE(precision, inputs, outputs, rows);
      Arena arena;
      Tape tape(arena, Tape::Mode::kInference);
      const Variable y =
          ops::affine(tape, tape.constant({x.data(), {rows, inputs}}), tape.use(w.weight), {});
      if (first.empty()) first.assign(y.values().begin(), y.values().begin() + outputs);
      for (int64_t o = 0; o < outputs; ++o)
        REQUIRE(y.value()[o] == Approx(first[static_cast<size_t>(o)]).margin(1e-3));
    }
  }
}

TEST_CASE("a step of a decoder that only computes is that of one that learns") {
  const auto cell =
      GENERATE(ops::Cell::kGru, ops::Cell::kLstm, ops::Cell::kLbrGru, ops::Cell::kRnn);
  const int64_t rows = GENERATE(1, 5), inputs = 9, hidden = 17;
  const auto step = [&](ParameterStore::Gradients gradients, Precision precision) {
    ParameterStore store;
    Parameter& input = store.add("input", {inputs, ops::gates(cell), hidden}, 1);
    Parameter& recurrent = store.add("recurrent", {hidden, ops::gates(cell), hidden}, 1);
    Parameter& bias = store.add("bias", {ops::bias_rows(cell), hidden}, 1);
    store.allocate(gradients);
    Random random(3);
    store.initialize(random);
    store.compute_in(precision);
    std::vector<float> x = inputs_of(rows * inputs), h = inputs_of(rows * hidden);
    Arena arena;
    Tape tape(arena, Tape::Mode::kInference);
    const Variable before = tape.constant({h.data(), {rows, hidden}});
    const int64_t active[] = {rows};
    const Variable y = ops::recurrent(tape, cell, tape.constant({x.data(), {rows, inputs}}), active,
                                      {before, cell == ops::Cell::kLstm ? before : Variable{}},
                                      {tape.use(input), tape.use(recurrent), tape.use(bias)})
                           .output;
    return std::vector<float>(y.values().begin(), y.values().end());
  };
  const std::vector<float> expected = step(ParameterStore::Gradients::kKept, Precision::kF32);
  for (const std::string& name : supported_precisions()) {
    const Precision precision = ops::precision_from_name(name);
    const std::vector<float> found = step(ParameterStore::Gradients::kNone, precision);
    const double margin = precision == Precision::kF32 ? 1e-5 : 0.1;
    CAPTURE(name, rows);
    for (size_t i = 0; i < expected.size(); ++i)
      REQUIRE(found[i] == Approx(expected[i]).margin(margin));
    CHECK((precision == Precision::kF32 || found != expected));  // it was computed otherwise
  }
}

TEST_CASE("rows of packed products may lie apart on both sides") {
  const int64_t rows = 3, inputs = 7, outputs = 5, x_stride = 9, y_stride = 8;
  Weights w(inputs, outputs, ParameterStore::Gradients::kNone);
  const std::vector<float> apart = inputs_of(rows * x_stride);
  const bool add = GENERATE(false, true);
  for (const std::string& precision : supported_precisions()) {
    CAPTURE(precision, add);
    w.store.compute_in(ops::precision_from_name(precision));
    Arena arena;
    Tape tape(arena, Tape::Mode::kInference);
    const ops::WeightPart part{
        .weight = tape.use(w.weight), .inputs = inputs, .outputs = outputs, .stride = outputs};
    std::vector<float> dense, expected(rows * outputs), found(rows * y_stride, 1.0F);
    for (int64_t r = 0; r < rows; ++r)
      dense.insert(dense.end(), apart.begin() + r * x_stride,
                   apart.begin() + r * x_stride + inputs);
    ops::multiply(tape, part,
                  {.rows = rows,
                   .x = dense.data(),
                   .x_stride = inputs,
                   .y = expected.data(),
                   .y_stride = outputs});
    ops::multiply(tape, part,
                  {.rows = rows,
                   .x = apart.data(),
                   .x_stride = x_stride,
                   .add = add,
                   .y = found.data(),
                   .y_stride = y_stride});
    for (int64_t r = 0; r < rows; ++r)
      for (int64_t c = 0; c < y_stride; ++c) {
        const float before = add && c < outputs ? 1.0F : 0.0F;
        CHECK(found[r * y_stride + c] ==
              Approx(c < outputs ? before + expected[r * outputs + c] : 1.0F).margin(1e-5));
      }
  }
}

TEST_CASE("a packed copy follows its parameter") {
  Weights w(3, 5, ParameterStore::Gradients::kNone);
  std::vector<float> x = {1, 0, 0};
  const auto first = [&] {
    Arena arena;
    Tape tape(arena, Tape::Mode::kInference);
    return ops::affine(tape, tape.constant({x.data(), {1, 3}}), tape.use(w.weight), {}).value()[0];
  };
  CHECK(first() == w.weight.value()[0]);
  w.weight.value()[0] = 0.375F;
  w.store.changed();
  CHECK(first() == 0.375F);
}

TEST_CASE("weights that learn are not packed, nor are many rows in 32 bits") {
  Arena arena;
  Tape inference(arena, Tape::Mode::kInference), training(arena, Tape::Mode::kTraining);
  Weights fixed(3, 5, ParameterStore::Gradients::kNone),
      learning(3, 5, ParameterStore::Gradients::kKept);
  CHECK(ops::is_packed(inference, inference.use(fixed.weight), 7));
  CHECK_FALSE(ops::is_packed(inference, inference.use(fixed.weight), 0));
  CHECK_FALSE(ops::is_packed(inference, inference.use(fixed.weight), 10'000));
  CHECK_FALSE(ops::is_packed(inference, inference.use(learning.weight), 7));
  CHECK_FALSE(ops::is_packed(training, training.use(learning.weight), 7));
  CHECK_FALSE(ops::is_packed(inference, inference.zeros({3, 5}), 7));
  fixed.store.compute_in(Precision::kInt8);
  CHECK(ops::is_packed(inference, inference.use(fixed.weight), 10'000));
}

TEST_CASE("a precision that is none is a mistake in the program") {
  CHECK_THROWS_AS(ops::precision_from_name("f16"), std::invalid_argument);
}

}  // namespace
}  // namespace alinea
