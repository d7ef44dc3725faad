// The recurrent operation against its equations in double precision, and its gradients.
#include "ops/recurrent.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "autograd/gradient_check.h"
#include "ops/recurrent_layer.h"

namespace alinea {

namespace {

using ops::Cell;

struct LayerSizes {
  int64_t batch = 5, inputs = 7, hidden = 6;
  std::vector<int64_t> active = {5, 5, 5, 3, 3, 1, 1, 1};  // lengths 8, 5, 5, 3, 3
  int64_t rows() const {
    int64_t sum = 0;
    for (int64_t n : active) sum += n;
    return sum;
  }
};

std::vector<TestTensor> tensors(Cell cell, const LayerSizes& s) {
  const int64_t g = ops::gates(cell);
  std::vector<TestTensor> made;
  made.emplace_back(Shape{s.rows(), s.inputs}, 1);
  made.emplace_back(Shape{s.batch, s.hidden}, 2);
  made.emplace_back(Shape{s.batch, s.hidden}, 3);
  made.emplace_back(Shape{s.inputs, g, s.hidden}, 4, -0.5F, 0.5F);
  made.emplace_back(Shape{s.hidden, g, s.hidden}, 5, -0.5F, 0.5F);
  made.emplace_back(Shape{ops::bias_rows(cell), s.hidden}, 6, -0.5F, 0.5F);
  return made;
}

Computation computation(Cell cell, const LayerSizes& s) {
  return [cell, s](Tape& tape, const std::vector<Variable>& in) {
    const bool lstm = cell == Cell::kLstm;
    const ops::RecurrentState initial{in[1], lstm ? in[2] : Variable{}};
    const ops::RecurrentResult result =
        ops::recurrent(tape, cell, in[0], s.active, initial, {in[3], in[4], in[5]});
    std::vector<Variable> outputs{result.output, result.last.h};
    if (lstm) outputs.push_back(result.last.c);
    return outputs;
  };
}

double logistic(double x) { return 1 / (1 + std::exp(-x)); }

// One step of one sentence by the equations in ops/recurrent.h.
class Oracle {
 public:
  Oracle(Cell cell, const LayerSizes& sizes, std::vector<TestTensor>& tensors)
      : cell_(cell), s_(sizes), in_(tensors) {}

  void step(const float* x, std::vector<double>& h, std::vector<double>& c) const {
    const std::vector<double> before = h;
    for (int64_t j = 0; j < s_.hidden; ++j) {
      const auto gate = [&](int64_t g, const std::vector<double>& state) {
        return from_x(x, g, j) + from_h(state, g, j) + bias(g, j);
      };
      if (cell_ == Cell::kLstm) {
        c[j] = logistic(gate(1, before)) * c[j] +
               logistic(gate(0, before)) * std::tanh(gate(2, before));
        h[j] = logistic(gate(3, before)) * std::tanh(c[j]);
        continue;
      }
      if (cell_ == Cell::kRnn) {
        h[j] = std::tanh(gate(0, before));
        continue;
      }
      double candidate = 0;
      if (cell_ == Cell::kGru) {
        std::vector<double> reset = before;
        for (int64_t k = 0; k < s_.hidden; ++k)
          reset[k] *= logistic(from_x(x, 1, k) + from_h(before, 1, k) + bias(1, k));
        candidate = std::tanh(gate(2, reset));
      } else {
        candidate = std::tanh(from_x(x, 2, j) + bias(2, j) +
                              logistic(gate(1, before)) * (from_h(before, 2, j) + bias(3, j)));
      }
      const double u = logistic(gate(0, before));
      h[j] = u * before[j] + (1 - u) * candidate;
    }
  }

 private:
  double from_x(const float* x, int64_t g, int64_t j) const {
    double sum = 0;
    for (int64_t i = 0; i < s_.inputs; ++i)
      sum += static_cast<double>(x[i]) * weight(3, (i * ops::gates(cell_) + g) * s_.hidden + j);
    return sum;
  }
  double from_h(const std::vector<double>& h, int64_t g, int64_t j) const {
    double sum = 0;
    for (int64_t i = 0; i < s_.hidden; ++i)
      sum += h[i] * weight(4, (i * ops::gates(cell_) + g) * s_.hidden + j);
    return sum;
  }
  double bias(int64_t g, int64_t j) const { return weight(5, g * s_.hidden + j); }
  double weight(size_t tensor, int64_t index) const {
    return static_cast<double>(in_[tensor].values()[index]);
  }

  Cell cell_;
  const LayerSizes& s_;
  std::vector<TestTensor>& in_;
};

}  // namespace

TEST_CASE("recurrent computes its cell's equations on packed sentences") {
  const Cell cell = GENERATE(Cell::kLstm, Cell::kGru, Cell::kLbrGru, Cell::kRnn);
  LayerSizes s;
  switch (GENERATE(0, 1, 2, 3, 4)) {
    case 1:
      s.active = {5};  // one step, as a decoder takes it
      break;
    case 2:
      s.active.assign(250, 5);  // more rows than one run of a primitive takes
      s.active.back() = 2;
      break;
    case 3:
      s.active = {5, 4, 3, 2, 1};  // runs of single steps, which are computed as products
      break;
    case 4:
      s.inputs = s.hidden = 1;  // where primitives of some versions fail
      break;
    default:
      break;
  }
  std::vector<TestTensor> in = tensors(cell, s);
  Arena arena;
  Tape tape(arena, GENERATE(Tape::Mode::kTraining, Tape::Mode::kInference));
  std::vector<Variable> variables;
  variables.reserve(in.size());
  for (TestTensor& tensor : in) variables.push_back(tape.constant(tensor.tensor()));
  const std::vector<Variable> outputs = computation(cell, s)(tape, variables);

  const Oracle oracle(cell, s, in);
  for (int64_t n = 0; n < s.batch; ++n) {
    const float* h0 = in[1].values().data() + n * s.hidden;
    const float* c0 = in[2].values().data() + n * s.hidden;
    std::vector<double> h(h0, h0 + s.hidden), c(c0, c0 + s.hidden);
    int64_t row = n;
    for (size_t t = 0; t < s.active.size() && s.active[t] > n; row += s.active[t++]) {
      oracle.step(in[0].values().data() + row * s.inputs, h, c);
      for (int64_t j = 0; j < s.hidden; ++j)
        CHECK(static_cast<double>(outputs[0].value()[row * s.hidden + j]) ==
              Approx(h[j]).margin(2e-6));
    }
    for (int64_t j = 0; j < s.hidden; ++j) {
      CHECK(static_cast<double>(outputs[1].value()[n * s.hidden + j]) == Approx(h[j]).margin(2e-6));
      if (cell == Cell::kLstm)
        CHECK(static_cast<double>(outputs[2].value()[n * s.hidden + j]) ==
              Approx(c[j]).margin(2e-6));
    }
  }
}

TEST_CASE("a run ends where a sentence does and where it has 512 rows") {
  const auto counted = [](const std::vector<int64_t>& active) {
    const auto [runs, single] = ops::count_runs(active);
    return std::pair(runs, single);
  };
  CHECK(counted({5}) == std::pair(int64_t{1}, int64_t{5}));
  CHECK(counted({5, 5, 5, 3, 3, 1, 1, 1}) == std::pair(int64_t{3}, int64_t{0}));
  CHECK(counted({5, 4, 4, 1}) == std::pair(int64_t{3}, int64_t{6}));
  CHECK(counted(std::vector<int64_t>(4, 256)) == std::pair(int64_t{2}, int64_t{0}));
  CHECK(counted(std::vector<int64_t>(4, 257)) == std::pair(int64_t{4}, int64_t{4 * 257}));
}

TEST_CASE("recurrent's gradients agree with central differences") {
  const Cell cell = GENERATE(Cell::kLstm, Cell::kGru, Cell::kLbrGru, Cell::kRnn);
  LayerSizes s;
  SECTION("sentences of different lengths") {}
  SECTION("one step, as a decoder takes it") { s.active = {5}; }
  SECTION("one sentence") {
    s.batch = 1;
    s.active = {1, 1, 1};
  }
  SECTION("one unit") {
    s.inputs = 1;
    s.hidden = 1;
  }
  std::vector<TestTensor> in = tensors(cell, s);
  check_gradients(in, computation(cell, s));
}

TEST_CASE("recurrent's weight gradients add up over uses, by a parameter's packed copy too") {
  ParameterStore store;
  const LayerSizes s{.batch = 2, .inputs = 7, .hidden = 6, .active = {2, 2}};
  Parameter& w = store.add("w", {7, 3, 6}, 0.5F);
  Parameter& u = store.add("u", {6, 3, 6}, 0.5F);
  Parameter& b = store.add("b", {3, 6}, 0.5F);
  store.allocate(ParameterStore::Gradients::kKept);
  Random random(3);
  store.initialize(random);
  std::vector<TestTensor> in = tensors(Cell::kGru, s);
  Arena arena;
  const auto loss = [&](bool backward) {
    arena.reset();
    Tape tape(arena, Tape::Mode::kTraining);
    const ops::RecurrentWeights weights{tape.use(w), tape.use(u), tape.use(b)};
    Variable x = tape.constant(in[0].tensor());
    ops::RecurrentState state{tape.constant(in[1].tensor()), {}};
    for (int64_t t = 0; t < 2; ++t) {
      const int64_t active[] = {2};
      const auto step =
          ops::recurrent(tape, Cell::kGru, tape.slice(x, 2 * t, 2), active, state, weights);
      state = step.last;
    }
    double sum = 0;
    for (float value : state.h.values()) sum += static_cast<double>(value);
    if (backward) tape.backward(state.h);
    return sum;
  };
  check_parameter_gradients(store, loss, 50);
}

// So many steps that the products of the weights' gradients wait, and are computed more than once.
TEST_CASE(
    "steps that come one by one leave the gradients of the layer, in memory that held anything") {
  const Cell cell = GENERATE(Cell::kLstm, Cell::kGru, Cell::kLbrGru, Cell::kRnn);
  const LayerSizes s{.batch = 50, .inputs = 3, .hidden = 2, .active = std::vector<int64_t>(15, 50)};
  const int64_t g = ops::gates(cell);
  ParameterStore store;
  Parameter& w = store.add("w", {s.inputs, g, s.hidden}, 0.5F);
  Parameter& u = store.add("u", {s.hidden, g, s.hidden}, 0.5F);
  Parameter& b = store.add("b", {ops::bias_rows(cell), s.hidden}, 0.5F);
  store.allocate(ParameterStore::Gradients::kNone);
  Random random(3);
  store.initialize(random);
  if (GENERATE(false, true)) u.freeze();
  std::vector<TestTensor> in = tensors(cell, s);
  const bool watched = GENERATE(false, true);
  struct : GradientWatch {
    void is_final(const Parameter& /*parameter*/) override {}
    void operation_done() override {}
  } watch;

  const auto gradients = [&](const std::vector<int64_t>& pieces) {
    std::vector<float> memory(store.values().size());
    GradientBuffer buffer(store, memory);
    for (const Parameter& parameter : store.parameters())
      std::ranges::fill(buffer.slot(parameter).values, std::nanf(""));
    Arena arena;
    Tape tape(arena, Tape::Mode::kTraining, nullptr, nullptr, &buffer);
    if (watched) tape.tell(&watch);
    const Variable x = tape.constant(in[0].tensor());
    ops::RecurrentState state{tape.constant(in[1].tensor()),
                              cell == Cell::kLstm ? tape.constant(in[2].tensor()) : Variable{}};
    int64_t row = 0;
    for (const int64_t steps : pieces) {
      const std::vector<int64_t> active(static_cast<size_t>(steps), s.batch);
      state = ops::recurrent(tape, cell, tape.slice(x, row, steps * s.batch), active, state,
                             {tape.use(w), tape.use(u), tape.use(b)})
                  .last;
      row += steps * s.batch;
    }
    tape.backward(state.h);
    buffer.settle();
    return memory;
  };
  const std::vector<float> expected = gradients({15});
  for (const std::vector<int64_t>& pieces :
       {std::vector<int64_t>(15, 1), std::vector<int64_t>{1, 1, 10, 1, 2}}) {
    const std::vector<float> found = gradients(pieces);
    for (size_t i = 0; i < found.size(); ++i) CHECK(found[i] == Approx(expected[i]).margin(1e-5));
  }
  CHECK(expected[static_cast<size_t>(w.offset())] != 0);
}

}  // namespace alinea
