// The recurrent layer with intra-attention against its equations in double precision, its
// gradients, and the plain layer that it is where it looks at the last state alone.
#include "ops/intra_recurrent.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

#include "autograd/parallel.h"
#include "ops/affine.h"
#include "ops/operation_check.h"
#include "ops/rows.h"

namespace alinea {

namespace {

using ops::Cell;

struct IntraSizes {
  Cell cell = Cell::kGru;
  int64_t inputs = 5, hidden = 4, size = 3;
  std::vector<int64_t> active = {3, 3, 2, 2, 1, 1};  // lengths 6, 4, 2
  int64_t past = 0;                                  // states to begin with
  bool summary = false;                              // whether h̃_0 is given

  bool is_lstm() const { return cell == Cell::kLstm; }
  int64_t batch() const { return active[0]; }
  int64_t rows() const { return std::accumulate(active.begin(), active.end(), int64_t{0}); }
};

// In this order the tensors of a layer.
enum Place { kX, kW, kU, kB, kStates, kInput, kSummary, kV, kPast };

std::vector<TestTensor> intra_tensors(const IntraSizes& s) {
  const int64_t g = ops::gates(s.cell);
  std::vector<TestTensor> made;
  made.emplace_back(Shape{s.rows(), s.inputs}, 1);
  made.emplace_back(Shape{s.inputs, g, s.hidden}, 4, -0.7F, 0.7F);
  made.emplace_back(Shape{s.hidden, g, s.hidden}, 5, -0.7F, 0.7F);
  made.emplace_back(Shape{ops::bias_rows(s.cell), s.hidden}, 6, -0.5F, 0.5F);
  made.emplace_back(Shape{s.hidden, s.size}, 7, -1.5F, 1.5F);
  made.emplace_back(Shape{s.inputs, s.size}, 8);
  made.emplace_back(Shape{s.hidden, s.size}, 9);
  made.emplace_back(Shape{s.size}, 10, -3, 3);
  for (int64_t i = 0; i < s.past; ++i) {
    made.emplace_back(Shape{s.batch(), s.hidden}, 20 + static_cast<uint64_t>(i));
    if (s.is_lstm()) made.emplace_back(Shape{s.batch(), s.hidden}, 30 + static_cast<uint64_t>(i));
  }
  if (s.summary) made.emplace_back(Shape{s.batch(), s.hidden}, 40);
  return made;
}

ops::IntraRecurrent layer_of(const IntraSizes& s, const std::vector<Variable>& in) {
  return {.cell = s.cell,
          .weights = {in[kW], in[kU], in[kB]},
          .attention = {in[kStates], in[kInput], in[kSummary], in[kV]}};
}

std::vector<ops::PastState> past_of(Tape& tape, const IntraSizes& s,
                                    const std::vector<Variable>& in) {
  std::vector<ops::PastState> past;
  for (int64_t i = 0; i < s.past; ++i) {
    const size_t at = kPast + static_cast<size_t>(i * (s.is_lstm() ? 2 : 1));
    past.push_back(
        {in[at], s.is_lstm() ? in[at + 1] : Variable{}, ops::affine(tape, in[at], in[kStates])});
  }
  return past;
}

// h, c, keys and h̃, the ones below the others.
std::vector<Variable> outputs_of(const IntraSizes& s, const ops::IntraResult& result) {
  std::vector<Variable> outputs{result.h, result.keys, result.summary};
  if (s.is_lstm()) outputs.push_back(result.c);
  return outputs;
}

Computation at_once(const IntraSizes& s) {
  return [s](Tape& tape, const std::vector<Variable>& in) {
    const std::vector<ops::PastState> past = past_of(tape, s, in);
    return outputs_of(s, ops::intra_recurrent(tape, layer_of(s, in), in[kX], s.active,
                                              {past, s.summary ? in.back() : Variable{}}));
  };
}

// Each step continues from what the one before left.
Computation step_by_step(const IntraSizes& s) {
  return [s](Tape& tape, const std::vector<Variable>& in) {
    std::vector<ops::PastState> past = past_of(tape, s, in);
    Variable summary = s.summary ? in.back() : Variable{};
    std::vector<std::vector<Variable>> steps;
    int64_t row = 0;
    for (const int64_t active : s.active) {
      const ops::IntraResult result =
          ops::intra_recurrent(tape, layer_of(s, in), tape.slice(in[kX], row, active),
                               std::span(&active, 1), {past, summary});
      steps.push_back(outputs_of(s, result));
      past.push_back({result.h, result.c, result.keys});
      summary = result.summary;
      row += active;
    }
    std::vector<Variable> outputs;
    for (size_t o = 0; o < steps[0].size(); ++o) {
      std::vector<Variable> parts;
      for (const std::vector<Variable>& step : steps) parts.push_back(step[o]);
      outputs.push_back(ops::stack(tape, parts));
    }
    return outputs;
  };
}

using Numbers = std::vector<double>;

// y_j = Σ_i x_i W[i, first + j], of weights with so many columns.
Numbers times(const Numbers& x, TestTensor& weights, int64_t columns, int64_t first,
              int64_t count) {
  Numbers y(static_cast<size_t>(count), 0.0);
  for (size_t i = 0; i < x.size(); ++i)
    for (int64_t j = 0; j < count; ++j)
      y[j] += x[i] * at(weights, static_cast<int64_t>(i) * columns + first + j);
  return y;
}

double sigma(double x) { return 1 / (1 + std::exp(-x)); }

// The equations of ops/intra_recurrent.h for one sentence at a time.
class IntraOracle {
 public:
  IntraOracle(const IntraSizes& sizes, std::vector<TestTensor>& tensors)
      : s_(sizes), in_(tensors) {}

  // As check_forward wants the outputs.
  Numbers all() {
    const auto rows = static_cast<size_t>(s_.rows());
    std::vector<Numbers> h(rows), keys(rows), summary(rows), c(rows);
    for (int64_t n = 0; n < s_.batch(); ++n) {
      begin(n);
      int64_t row = n;
      for (size_t t = 0; t < s_.active.size() && s_.active[t] > n; row += s_.active[t++]) {
        step(row);
        const auto place = static_cast<size_t>(row);
        h[place] = h_.back();
        c[place] = c_.back();
        keys[place] = times(h_.back(), in_[kStates], s_.size, 0, s_.size);
        summary[place] = summary_;
      }
    }
    Numbers result;
    for (const auto& part : {h, keys, summary, c})
      for (const Numbers& row : part) result.insert(result.end(), row.begin(), row.end());
    if (!s_.is_lstm()) result.resize(result.size() - rows * static_cast<size_t>(s_.hidden));
    return result;
  }

 private:
  Numbers row_of(size_t tensor, int64_t row, int64_t size) {
    Numbers values;
    for (int64_t j = 0; j < size; ++j) values.push_back(at(in_[tensor], row * size + j));
    return values;
  }

  void begin(int64_t n) {
    h_.clear();
    c_.clear();
    for (int64_t i = 0; i < s_.past; ++i) {
      const size_t place = kPast + static_cast<size_t>(i * (s_.is_lstm() ? 2 : 1));
      h_.push_back(row_of(place, n, s_.hidden));
      c_.push_back(s_.is_lstm() ? row_of(place + 1, n, s_.hidden) : h_.back());
    }
    summary_ = s_.summary ? row_of(in_.size() - 1, n, s_.hidden)
                          : Numbers(static_cast<size_t>(s_.hidden), 0.0);
  }

  void step(int64_t row) {
    const Numbers x = row_of(kX, row, s_.inputs);
    const Numbers from_x = times(x, in_[kInput], s_.size, 0, s_.size);
    const Numbers from_summary = times(summary_, in_[kSummary], s_.size, 0, s_.size);
    Numbers alpha;
    double sum = 0;
    for (const Numbers& h : h_) {
      const Numbers key = times(h, in_[kStates], s_.size, 0, s_.size);
      double energy = 0;
      for (int64_t a = 0; a < s_.size; ++a)
        energy += at(in_[kV], a) * std::tanh(key[a] + from_x[a] + from_summary[a]);
      sum += std::exp(energy);
      alpha.push_back(std::exp(energy));
    }
    Numbers h(static_cast<size_t>(s_.hidden), 0.0), c = h;
    for (size_t i = 0; i < alpha.size(); ++i)
      for (int64_t j = 0; j < s_.hidden; ++j) {
        h[j] += alpha[i] / sum * h_[i][j];
        c[j] += alpha[i] / sum * c_[i][j];
      }
    summary_ = h;
    take_cell(x, h, c);
  }

  Numbers gate(const Numbers& x, const Numbers& h, int64_t g) {
    const int64_t columns = ops::gates(s_.cell) * s_.hidden;
    Numbers sum = times(x, in_[kW], columns, g * s_.hidden, s_.hidden);
    const Numbers other = times(h, in_[kU], columns, g * s_.hidden, s_.hidden);
    for (int64_t j = 0; j < s_.hidden; ++j) sum[j] += other[j] + at(in_[kB], g * s_.hidden + j);
    return sum;
  }

  // (h_t, c_t) of ops/recurrent.h.
  void take_cell(const Numbers& x, const Numbers& h, const Numbers& c) {
    const Numbers zero(static_cast<size_t>(s_.hidden), 0.0);
    Numbers after = h, cell = c;
    const Numbers first = gate(x, h, 0);
    if (s_.cell == Cell::kLstm) {
      const Numbers f = gate(x, h, 1), g = gate(x, h, 2), o = gate(x, h, 3);
      for (int64_t j = 0; j < s_.hidden; ++j) {
        cell[j] = sigma(f[j]) * c[j] + sigma(first[j]) * std::tanh(g[j]);
        after[j] = sigma(o[j]) * std::tanh(cell[j]);
      }
    } else if (s_.cell == Cell::kRnn) {
      for (int64_t j = 0; j < s_.hidden; ++j) after[j] = std::tanh(first[j]);
    } else {
      const Numbers r = gate(x, h, 1);
      Numbers reset = h;
      for (int64_t j = 0; j < s_.hidden; ++j) reset[j] *= sigma(r[j]);
      Numbers candidate = gate(x, s_.cell == Cell::kGru ? reset : zero, 2);
      if (s_.cell == Cell::kLbrGru) {
        const Numbers inner = times(h, in_[kU], 3 * s_.hidden, 2 * s_.hidden, s_.hidden);
        for (int64_t j = 0; j < s_.hidden; ++j)
          candidate[j] += sigma(r[j]) * (inner[j] + at(in_[kB], 3 * s_.hidden + j));
      }
      for (int64_t j = 0; j < s_.hidden; ++j) {
        const double u = sigma(first[j]);
        after[j] = u * h[j] + (1 - u) * std::tanh(candidate[j]);
      }
    }
    h_.push_back(after);
    c_.push_back(cell);
  }

  const IntraSizes& s_;
  std::vector<TestTensor>& in_;
  std::vector<Numbers> h_, c_;  // so far
  Numbers summary_;
};

Cell any_cell() { return GENERATE(Cell::kLstm, Cell::kGru, Cell::kLbrGru, Cell::kRnn); }

std::vector<float> run_values(const Computation& computation, std::vector<TestTensor>& in,
                              bool gradients) {
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  std::vector<Variable> variables;
  for (TestTensor& tensor : in) variables.push_back(tape.input(tensor.tensor()));
  const std::vector<Variable> outputs = computation(tape, variables);
  std::vector<float> all;
  if (!gradients) {
    for (const Variable& output : outputs)
      all.insert(all.end(), output.values().begin(), output.values().end());
    return all;
  }
  tape.backward(outputs[0]);
  for (const Variable& variable : variables)
    all.insert(all.end(), variable.gradient(), variable.gradient() + variable.elements());
  return all;
}

}  // namespace

TEST_CASE("intra_recurrent computes its equations on packed sentences") {
  const Threads one(1);  // the sizes are too small for more
  IntraSizes s{.cell = any_cell()};
  s.past = GENERATE(0, 1, 3);
  s.summary = GENERATE(false, true);
  std::vector<TestTensor> in = intra_tensors(s);
  const Numbers expected = IntraOracle(s, in).all();
  check_forward(in, at_once(s), expected);
  check_forward(in, step_by_step(s), expected);
}

TEST_CASE("intra_recurrent's gradients agree with central differences") {
  const Threads one(1);  // the sizes are too small for more
  IntraSizes s{.cell = any_cell()};
  SECTION("sentences of different lengths") {}
  SECTION("that begin with states") {
    s.past = 2;
    s.summary = true;
  }
  SECTION("one step") {
    s.active = {3};
    s.past = 3;
  }
  SECTION("one word") { s.active = {1}; }
  SECTION("one unit") { s.inputs = s.hidden = s.size = 1; }
  std::vector<TestTensor> in = intra_tensors(s);
  check_gradients(in, at_once(s), {.step = 1e-2F, .tolerance = 5e-4});
}

TEST_CASE("intra_recurrent's gradients add up, and leave out inputs that are constant") {
  const Threads one(1);  // the sizes are too small for more
  IntraSizes s{.cell = Cell::kLstm, .inputs = 2, .hidden = 2, .size = 2, .active = {2, 1, 1}};
  s.past = 1;
  s.summary = true;
  std::vector<TestTensor> in = intra_tensors(s);
  check_backward(in, at_once(s));
}

TEST_CASE("steps of intra_recurrent that come one by one leave the gradients of the sequence") {
  const Threads one(1);  // the sizes are too small for more
  IntraSizes s{.cell = any_cell()};
  s.past = GENERATE(0, 2);
  s.summary = s.past > 0;
  std::vector<TestTensor> in = intra_tensors(s);
  const std::vector<float> expected = run_values(at_once(s), in, true);
  const std::vector<float> found = run_values(step_by_step(s), in, true);
  REQUIRE(found.size() == expected.size());
  for (size_t i = 0; i < found.size(); ++i) CHECK(found[i] == Approx(expected[i]).margin(1e-5));
}

// The first input counts the steps, the first unit of every cell passes on what it counts, and the
// score prefers the highest count by far.
TEST_CASE("intra-attention that looks at the last state alone is the plain cell") {
  const Threads one(1);  // the sizes are too small for more
  IntraSizes s{.cell = any_cell()};
  s.active = {3, 3, 3, 2, 2, 2, 1, 1};
  s.past = 1;
  std::vector<TestTensor> in = intra_tensors(s);
  int64_t row = 0;
  for (size_t t = 0; t < s.active.size(); ++t)
    for (int64_t n = 0; n < s.active[t]; ++n)
      in[kX].values()[static_cast<size_t>(row++ * s.inputs)] = 0.1F * static_cast<float>(t + 1);
  const int64_t g = ops::gates(s.cell), width = g * s.hidden;
  for (int64_t gate = 0; gate < g; ++gate)
    for (int64_t i = 0; i < std::max(s.inputs, s.hidden); ++i) {
      const auto place = static_cast<size_t>(i * width + gate * s.hidden);
      // The last gate but the LSTM's is the candidate.
      const bool candidate = s.is_lstm() ? gate == 2 : gate == g - 1;
      if (i < s.inputs) in[kW].values()[place] = candidate && i == 0 ? 1.0F : 0.0F;
      if (i < s.hidden) in[kU].values()[place] = 0;
    }
  const auto bias = [&](int64_t gate, float value) {
    in[kB].values()[static_cast<size_t>(gate * s.hidden)] = value;
  };
  for (int64_t gate = 0; gate < ops::bias_rows(s.cell); ++gate) bias(gate, 0);
  if (s.is_lstm()) {  // i = o = 1, f = 0
    bias(0, 30);
    bias(1, -30);
    bias(3, 30);
  } else if (s.cell != Cell::kRnn) {
    bias(0, -30);  // u = 0
  }
  for (int64_t n = 0; n < s.batch(); ++n)
    in[kPast].values()[static_cast<size_t>(n * s.hidden)] = -0.5F;  // before all counts
  for (const size_t place : {kStates, kInput, kSummary})
    std::ranges::fill(in[place].values(), 0.0F);
  std::ranges::fill(in[kV].values(), 0.0F);
  in[kStates].values()[0] = 1;
  in[kV].values()[0] = 1e5F;

  Arena arena;
  Tape tape(arena, Tape::Mode::kInference);
  std::vector<Variable> variables;
  for (TestTensor& tensor : in) variables.push_back(tape.constant(tensor.tensor()));
  const Variable h = at_once(s)(tape, variables)[0];
  const ops::RecurrentState first{variables[kPast],
                                  s.is_lstm() ? variables[kPast + 1] : Variable{}};
  const Variable plain = ops::recurrent(tape, s.cell, variables[kX], s.active, first,
                                        {variables[kW], variables[kU], variables[kB]})
                             .output;
  for (int64_t i = 0; i < h.elements(); ++i)
    CHECK(h.value()[i] == Approx(plain.value()[i]).margin(1e-6));
}

TEST_CASE("intra_recurrent keeps the weights of every step, which look at the past alone") {
  const IntraSizes s{.past = GENERATE(0, 2)};
  std::vector<TestTensor> in = intra_tensors(s);
  Arena arena;
  Tape tape(arena, GENERATE(Tape::Mode::kTraining, Tape::Mode::kInference));
  std::vector<Variable> variables;
  for (TestTensor& tensor : in) variables.push_back(tape.constant(tensor.tensor()));
  ops::IntraRecurrent layer = layer_of(s, variables);
  layer.keep_weights = true;
  const std::vector<ops::PastState> past = past_of(tape, s, variables);
  const ops::IntraResult result =
      ops::intra_recurrent(tape, layer, variables[kX], s.active, {past, {}});
  const int64_t steps = std::ssize(s.active), width = s.past + steps;
  REQUIRE(result.weights.shape() == Shape{s.batch(), steps, width});
  for (int64_t n = 0; n < s.batch(); ++n)
    for (int64_t t = 0; t < steps; ++t) {
      CAPTURE(n, t);
      const auto weights = result.weights.values().subspan(
          static_cast<size_t>((n * steps + t) * width), static_cast<size_t>(width));
      const bool present = s.active[static_cast<size_t>(t)] > n;
      const int64_t seen = present ? s.past + t : 0;
      CHECK(std::accumulate(weights.begin(), weights.end(), 0.0F) ==
            Approx(seen > 0 ? 1 : 0).margin(1e-6));
      for (int64_t i = 0; i < width; ++i)
        CHECK((weights[static_cast<size_t>(i)] > 0) == (i < seen));
    }
}

TEST_CASE("intra_recurrent has the same bits whatever the threads") {
  IntraSizes s{.cell = Cell::kLstm, .inputs = 7, .hidden = 48, .size = 48};
  s.active.assign(40, 9);
  REQUIRE(9 * 39 * 96 > kWorthThreads);
  std::vector<TestTensor> in = intra_tensors(s);
  for (const bool gradients : {false, true}) {
    const auto run = [&](int threads) {
      const Threads scope(threads);
      return run_values(at_once(s), in, gradients);
    };
    const std::vector<float> alone = run(1);
    CHECK(run(2) == alone);
    CHECK(run(5) == alone);
  }
}

TEST_CASE("intra_recurrent refuses wrong shapes") {
  IntraSizes s{.past = 1};
  std::vector<TestTensor> in = intra_tensors(s);
  const size_t wrong = GENERATE(kX, kStates, kInput, kSummary, kPast);
  const Shape shape = in[wrong].shape();
  in[wrong] = TestTensor({shape[0] + (wrong == kPast ? -1 : 1), shape[1]}, 1);
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  std::vector<Variable> variables;
  for (TestTensor& tensor : in) variables.push_back(tape.input(tensor.tensor()));
  const std::vector<ops::PastState> past = {
      {variables[kPast], {}, tape.zeros({variables[kPast].rows(), s.size})}};
  CHECK_THROWS_AS(
      ops::intra_recurrent(tape, layer_of(s, variables), variables[kX], s.active, {past, {}}),
      std::logic_error);
}

}  // namespace alinea
