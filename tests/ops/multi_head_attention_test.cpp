// Attention of all heads at once against its equations, written out one weight at a time.
#include "ops/multi_head_attention.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "ops/operation_check.h"
#include "support/random.h"

namespace alinea {

namespace {

using ops::AttentionSpan;

struct Setting {
  std::vector<AttentionSpan> spans;
  int64_t queries, keys;  // rows of q and of k
  int64_t heads, key_size, value_size;
  bool causal = false;
  int64_t window = 0;  // 0: no relative positions

  int64_t positions() const { return (causal ? 1 : 2) * window + 1; }
};

// Sentences one behind the other that look at themselves, a row of q and k left over at the end.
Setting self_attention(const std::vector<int64_t>& lengths, bool causal) {
  Setting setting{{}, 1, 1, 2, 3, 4, causal};
  int64_t begin = 0;
  for (const int64_t length : lengths) {
    setting.spans.push_back({begin, length, begin, length});
    begin += length;
  }
  setting.queries += begin;
  setting.keys += begin;
  return setting;
}

// The one query of each of two hypotheses in turn, behind the keys of the steps so far.
Setting step() { return {{{0, 1, 0, 4}, {1, 1, 6, 2}}, 2, 12, 2, 8, 5, /*causal=*/true}; }

std::vector<TestTensor> inputs_of(const Setting& s) {
  std::vector<TestTensor> inputs{TestTensor({s.queries, s.heads * s.key_size}, 1),
                                 TestTensor({s.keys, s.heads * s.key_size}, 2),
                                 TestTensor({s.keys, s.heads * s.value_size}, 3)};
  if (s.window > 0) {
    inputs.emplace_back(Shape{s.positions(), s.key_size}, 4);
    inputs.emplace_back(Shape{s.positions(), s.value_size}, 5);
  }
  return inputs;
}

ops::MultiHeadOptions options_of(const Setting& s, const std::vector<Variable>& in) {
  ops::MultiHeadOptions options{.heads = s.heads, .scale = 0.7F, .causal = s.causal};
  options.keep_weights = true;
  options.relative_window = s.window;
  if (s.window > 0) {
    options.relative_keys = in[3];
    options.relative_values = in[4];
  }
  return options;
}

Computation computation_of(const Setting& s) {
  return [s](Tape& tape, const std::vector<Variable>& in) {
    const ops::MultiHeadResult result =
        ops::multi_head_attention(tape, in[0], in[1], in[2], s.spans, options_of(s, in));
    return std::vector{result.context, result.alpha};
  };
}

// The context and then the weights.
std::vector<double> oracle(const Setting& s, std::vector<TestTensor>& in) {
  int64_t most_queries = 0, most_keys = 0;
  for (const AttentionSpan& span : s.spans) {
    most_queries = std::max(most_queries, span.queries);
    most_keys = std::max(most_keys, span.keys);
  }
  const int64_t key_row = s.heads * s.key_size, value_row = s.heads * s.value_size;
  std::vector<double> context(static_cast<size_t>(s.queries * value_row));
  std::vector<double> alpha(s.spans.size() *
                            static_cast<size_t>(s.heads * most_queries * most_keys));
  const auto relative = [&](size_t table, int64_t t, int64_t key, int64_t size, int64_t column) {
    if (s.window == 0) return 0.0;
    return at(in[table], (std::clamp(key - t, -s.window, s.window) + s.window) * size + column);
  };
  for (size_t n = 0; n < s.spans.size(); ++n)
    for (int64_t head = 0; head < s.heads; ++head)
      for (int64_t t = 0; t < s.spans[n].queries; ++t) {
        const AttentionSpan& span = s.spans[n];
        const int64_t own = s.causal || s.window > 0 ? span.keys - span.queries + t : 0;
        const int64_t seen = s.causal ? own + 1 : span.keys;
        std::vector<double> weights;
        double sum = 0;
        for (int64_t key = 0; key < seen; ++key) {
          double energy = 0;
          for (int64_t c = 0; c < s.key_size; ++c)
            energy += at(in[0], (span.query + t) * key_row + head * s.key_size + c) *
                      (at(in[1], (span.key + key) * key_row + head * s.key_size + c) +
                       relative(3, own, key, s.key_size, c));
          weights.push_back(std::exp(0.7 * energy));
          sum += weights.back();
        }
        for (int64_t key = 0; key < seen; ++key) {
          const double weight = weights[static_cast<size_t>(key)] / sum;
          const auto row = (static_cast<int64_t>(n) * s.heads + head) * most_queries + t;
          alpha[static_cast<size_t>(row * most_keys + key)] = weight;
          for (int64_t c = 0; c < s.value_size; ++c)
            context[static_cast<size_t>((span.query + t) * value_row + head * s.value_size + c)] +=
                weight * (at(in[2], (span.key + key) * value_row + head * s.value_size + c) +
                          relative(4, own, key, s.value_size, c));
        }
      }
  context.insert(context.end(), alpha.begin(), alpha.end());
  return context;
}

void check(const Setting& setting) {
  std::vector<TestTensor> in = inputs_of(setting);
  check_forward(in, computation_of(setting), oracle(setting, in));
  check_backward(in, computation_of(setting));
}

}  // namespace

TEST_CASE("multi_head_attention computes its equations and their gradients") {
  const bool causal = GENERATE(false, true);
  Setting setting = self_attention({5, 1, 9, 2}, causal);
  setting.window = GENERATE(0, 1, 3, 20);
  check(setting);
}

TEST_CASE("multi_head_attention of other rows than the queries'") {
  Setting setting{{{4, 6, 0, 3}, {0, 4, 5, 9}, {10, 1, 3, 2}}, 11, 14, 3, 8, 2};
  check(setting);
}

TEST_CASE("a causal step looks at all that came before") {
  Setting setting = step();
  setting.window = GENERATE(0, 2);
  check(setting);
}

TEST_CASE("more queries than are looked at together") {
  const bool causal = GENERATE(false, true);
  Setting setting = self_attention({150, 3}, causal);
  setting.window = GENERATE(0, 4);
  std::vector<TestTensor> in = inputs_of(setting);
  check_forward(in, computation_of(setting), oracle(setting, in));
}

TEST_CASE("multi_head_attention gives the same numbers on one thread and on two") {
  Setting setting = self_attention({40, 70, 3}, false);
  setting.window = 3;
  std::vector<TestTensor> in = inputs_of(setting);
  const auto numbers = [&](int threads) {
    const Threads scope(threads);
    Arena arena;
    Tape tape(arena, Tape::Mode::kTraining);
    std::vector<Variable> variables;
    for (TestTensor& x : in) variables.push_back(tape.input(x.tensor()));
    const Variable context = computation_of(setting)(tape, variables)[0];
    tape.backward(context);
    std::vector<float> result(context.values().begin(), context.values().end());
    for (const Variable& x : variables)
      result.insert(result.end(), x.gradient(), x.gradient() + x.elements());
    return result;
  };
  CHECK(numbers(1) == numbers(2));
}

TEST_CASE("dropout of weights drops the same ones on the way back") {
  // With values that are all 1 the context is the sum of the weights that are left, and with a
  // gradient of 1 that of a value is the sum of its dropped weights: both are the same sums.
  const std::vector<AttentionSpan> spans{{0, 50, 0, 60}};
  TestTensor q({50, 8}, 1), k({60, 8}, 2), v({60, 4}, 3, 1, 1);
  Random random(7);
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining, &random);
  const Variable values = tape.input(v.tensor());
  const auto [context, alpha, energies] =
      ops::multi_head_attention(tape, tape.input(q.tensor()), tape.input(k.tensor()), values, spans,
                                {.heads = 2, .scale = 1, .dropout = 0.4F, .keep_weights = true});
  tape.backward(context);
  double out = 0, back = 0, kept = 0;
  for (const float x : context.values()) out += static_cast<double>(x);
  for (int64_t i = 0; i < values.elements(); ++i) back += static_cast<double>(values.gradient()[i]);
  for (const float x : alpha.values()) kept += static_cast<double>(x);
  CHECK(out == Approx(back));
  CHECK(kept == Approx(100));                 // before dropout every row sums to 1
  CHECK(out / 200 == Approx(1).margin(0.1));  // and in the mean so it does after
  CHECK(std::abs(out / 200 - 1) > 1e-6);
}

TEST_CASE("what dropout leaves has the gradient of what it computed") {
  const Setting setting = self_attention({9, 4}, true);
  std::vector<TestTensor> in = inputs_of(setting);
  const auto loss = [&](std::vector<float>* gradient) {
    Random random(3);
    Arena arena;
    Tape tape(arena, Tape::Mode::kTraining, &random);
    std::vector<Variable> x;
    for (TestTensor& tensor : in) x.push_back(tape.input(tensor.tensor()));
    const Variable context =
        ops::multi_head_attention(tape, x[0], x[1], x[2], setting.spans,
                                  {.heads = 2, .causal = true, .dropout = 0.3F})
            .context;
    double sum = 0;
    for (const float value : context.values()) sum += static_cast<double>(value);
    if (gradient != nullptr) {
      tape.backward(context);
      for (const Variable& variable : x)
        gradient->insert(gradient->end(), variable.gradient(),
                         variable.gradient() + variable.elements());
    }
    return sum;
  };
  std::vector<float> gradient;
  loss(&gradient);
  size_t place = 0;
  for (TestTensor& tensor : in)
    for (float& value : tensor.values()) {
      const float saved = value;
      value = saved + 1e-2F;
      const double above = loss(nullptr);
      value = saved - 1e-2F;
      const double below = loss(nullptr);
      value = saved;
      CHECK(static_cast<double>(gradient[place++]) == Approx((above - below) / 2e-2).margin(5e-3));
    }
}

}  // namespace alinea
