// Products with weights that learn, forward and backward.
#include "ops/weight_product.h"

#include <algorithm>
#include <bit>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "autograd/gradient_check.h"
#include "ops/affine.h"
#include "ops/precisions.h"
#include "ops/recurrent.h"

namespace alinea {
namespace {

// Those that weights learn in, as far as the CPU has them.
std::vector<Precision> learned_in() {
  std::vector<Precision> precisions;
  for (const std::string& name : supported_precisions())
    if (name != "int8") precisions.push_back(ops::precision_from_name(name));
  return precisions;
}

double rounded(Precision precision, float value) {
  return static_cast<double>(precision == Precision::kBf16 ? rounded_to_bf16(value) : value);
}

// y = x W + b, in so many uses of W, and dx, dW and db by a dy.
struct Product {
  int64_t uses, rows, inputs, outputs;
  bool transposed;
  Precision precision;
  TestTensor x{{uses * rows, inputs}, 1}, w{{inputs, outputs}, 2}, b{{outputs}, 3},
      dy{{uses * rows, outputs}, 4};
  std::vector<double> y{}, dx{}, dw{}, db{};

  // By alinea; the rows of dW are those of W.
  void compute() {
    ParameterStore store;
    Parameter& weight =
        store.add("w", transposed ? Shape{outputs, inputs} : Shape{inputs, outputs}, 1);
    Parameter& bias = store.add("b", {outputs}, 1);
    store.allocate(ParameterStore::Gradients::kKept);
    for (int64_t i = 0; i < inputs; ++i)
      for (int64_t o = 0; o < outputs; ++o) weight.value()[at(i, o)] = w.values()[i * outputs + o];
    std::ranges::copy(b.values(), bias.value().begin());
    store.compute_in(precision);
    Arena arena;
    Tape tape(arena, Tape::Mode::kTraining);
    const Variable in = tape.input(x.tensor());
    for (int64_t use = 0; use < uses; ++use) {
      const Variable out = (transposed ? ops::affine_transposed : ops::affine)(
          tape, tape.slice(in, use * rows, rows), tape.use(weight), tape.use(bias));
      y.insert(y.end(), out.values().begin(), out.values().end());
      std::copy_n(dy.values().begin() + use * rows * outputs, rows * outputs, out.gradient());
    }
    TestTensor nothing({1}, 5);
    tape.backward(tape.input(nothing.tensor()));
    dx.assign(in.gradient(), in.gradient() + in.elements());
    db.assign(bias.gradient().begin(), bias.gradient().end());
    for (int64_t i = 0; i < inputs; ++i)
      for (int64_t o = 0; o < outputs; ++o)
        dw.push_back(static_cast<double>(weight.gradient()[at(i, o)]));
  }

  // By the definition, in double precision, of sides that are rounded.
  void compute_exactly() {
    y.assign(static_cast<size_t>(uses * rows * outputs), 0);
    dx.assign(static_cast<size_t>(uses * rows * inputs), 0);
    dw.assign(static_cast<size_t>(inputs * outputs), 0);
    db.assign(static_cast<size_t>(outputs), 0);
    for (int64_t r = 0; r < uses * rows; ++r)
      for (int64_t o = 0; o < outputs; ++o) {
        const double dy_ro = rounded(precision, dy.values()[r * outputs + o]);
        double& sum = y[r * outputs + o] = static_cast<double>(b.values()[o]);
        db[o] += static_cast<double>(dy.values()[r * outputs + o]);
        for (int64_t i = 0; i < inputs; ++i) {
          const double x_ri = rounded(precision, x.values()[r * inputs + i]),
                       w_io = rounded(precision, w.values()[i * outputs + o]);
          sum += x_ri * w_io;
          dx[r * inputs + i] += dy_ro * w_io;
          dw[i * outputs + o] += x_ri * dy_ro;
        }
      }
  }

 private:
  size_t at(int64_t i, int64_t o) const {
    return static_cast<size_t>(transposed ? o * inputs + i : i * outputs + o);
  }
};

void check_close(const std::vector<double>& found, const std::vector<double>& expected) {
  REQUIRE(found.size() == expected.size());
  for (size_t i = 0; i < found.size(); ++i) REQUIRE(found[i] == Approx(expected[i]).margin(2e-4));
}

TEST_CASE("products with weights that learn are those of the rounded sides") {
  const int64_t uses = GENERATE(1, 3), rows = GENERATE(0, 1, 5, 70, 300);
  const bool transposed = GENERATE(false, true);
  for (const Precision precision : learned_in()) {
    CAPTURE(static_cast<int>(precision), uses, rows, transposed);
    Product found{uses, rows, 37, 19, transposed, precision}, expected = found;
    found.compute();
    expected.compute_exactly();
    check_close(found.y, expected.y);
    check_close(found.dx, expected.dx);
    check_close(found.dw, expected.dw);
    check_close(found.db, expected.db);
  }
}

TEST_CASE("what is no number stays none in fewer bits") {
  constexpr float kOverflown = std::numeric_limits<float>::infinity();
  for (const uint32_t bits : {0x7fffffffU, 0xffffffffU, 0x7f800001U, 0x7fc00000U})
    for (const Precision precision : learned_in()) {
      Product product{1, 1, 2, 2, false, precision};
      product.x.values() = {std::bit_cast<float>(bits), 1};
      product.w.values() = {1, 2, 3, 4};
      product.compute();
      CHECK(std::isnan(product.y[0]));
      CHECK(std::isnan(product.dw[0]));
      product = {1, 1, 2, 2, false, precision};
      product.x.values() = {kOverflown, 1};
      product.w.values() = {1, 2, 3, 4};
      product.compute();
      CHECK(product.y[0] == static_cast<double>(kOverflown));
    }
}

// Output, gradient of the input and those of the weights of a recurrent layer, one behind another.
std::vector<float> recurrent(ops::Cell cell, Precision precision) {
  const std::vector<int64_t> active = {5, 5, 5, 3, 3, 1};
  const int64_t rows = 22, inputs = 7, hidden = 6;
  ParameterStore store;
  Parameter& input = store.add("input", {inputs, ops::gates(cell), hidden}, 0.5F);
  Parameter& recurrent = store.add("recurrent", {hidden, ops::gates(cell), hidden}, 0.5F);
  Parameter& bias = store.add("bias", {ops::bias_rows(cell), hidden}, 0.5F);
  store.allocate(ParameterStore::Gradients::kKept);
  Random random(3);
  store.initialize(random);
  store.compute_in(precision);
  TestTensor x({rows, inputs}, 1), h({5, hidden}, 2), c({5, hidden}, 3), dy({rows, hidden}, 4);
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  const Variable in = tape.input(x.tensor());
  const Variable y =
      ops::recurrent(
          tape, cell, in, active,
          {tape.input(h.tensor()), cell == ops::Cell::kLstm ? tape.input(c.tensor()) : Variable{}},
          {tape.use(input), tape.use(recurrent), tape.use(bias)})
          .output;
  std::vector<float> all(y.values().begin(), y.values().end());
  std::ranges::copy(dy.values(), y.gradient());
  TestTensor nothing({1}, 5);
  tape.backward(tape.input(nothing.tensor()));
  all.insert(all.end(), in.gradient(), in.gradient() + in.elements());
  for (const Parameter* parameter : {&input, &recurrent, &bias})
    all.insert(all.end(), parameter->gradient().begin(), parameter->gradient().end());
  return all;
}

TEST_CASE("a recurrent layer in fewer bits learns nearly the same") {
  const auto cell =
      GENERATE(ops::Cell::kGru, ops::Cell::kLstm, ops::Cell::kLbrGru, ops::Cell::kRnn);
  const std::vector<float> exact = recurrent(cell, Precision::kF32);
  for (const Precision precision : learned_in()) {
    const std::vector<float> found = recurrent(cell, precision);
    CHECK((found == exact) == (precision == Precision::kF32));
    for (size_t i = 0; i < exact.size(); ++i) REQUIRE(found[i] == Approx(exact[i]).margin(0.05));
  }
}

}  // namespace
}  // namespace alinea
