// Every operation at the sizes of shape R (GRU, embedding 256, encoder 2 x 256, decoder 512, 64
// sentences of 16 words, 6,000 target words), forward and back, on one thread. GFLOP/s counts the
// products, two for each multiplication and addition; GB/s what has to be read and written once.
// sgemm and triad are what the machine can do.
#include <benchmark/benchmark.h>

#include <functional>
#include <vector>

#include "autograd/tape.h"
#include "benchmarks/matmul_bound.h"
#include "ops/activation.h"
#include "ops/additive_energy.h"
#include "ops/affine.h"
#include "ops/batched_matmul.h"
#include "ops/cross_entropy.h"
#include "ops/dropout.h"
#include "ops/engine.h"
#include "ops/intra_recurrent.h"
#include "ops/recurrent.h"
#include "ops/rows.h"
#include "ops/window.h"
#include "search/best_tokens.h"
#include "training/adam.h"
#include "training/gradient_norm.h"

namespace alinea {
namespace {

constexpr int64_t kBatch = 64, kWords = 16, kRows = kBatch * kWords;
constexpr int64_t kEmbedding = 256, kHidden = 512, kVocabulary = 6000;

struct Work {
  double operations = 0;  // of products, forward and back
  double floats = 0;      // read or written, forward and back
};

void count(benchmark::State& state, const Work& work) {
  using benchmark::Counter;
  const auto runs = static_cast<double>(state.iterations());
  if (work.operations > 0)
    state.counters["GFLOP/s"] = Counter(work.operations * runs / 1e9, Counter::kIsRate);
  if (work.floats > 0)
    state.counters["GB/s"] = Counter(4 * work.floats * runs / 1e9, Counter::kIsRate);
}

// Runs an operation on inputs of the given shapes, forward and back.
using Operation = std::function<Variable(Tape&, const std::vector<Variable>&)>;
void measure(benchmark::State& state, const std::vector<Shape>& shapes, const Work& work,
             const Operation& operation) {
  ParameterStore store;
  for (const Shape& shape : shapes) store.add("input", shape, 0.5F);
  store.allocate(ParameterStore::Gradients::kKept);
  Random random(1), dropout(2);
  store.initialize(random);
  Arena arena;
  for (auto _ : state) {
    arena.reset();
    Tape tape(arena, Tape::Mode::kTraining, &dropout);
    std::vector<Variable> inputs;
    for (const Parameter& parameter : store.parameters()) inputs.push_back(tape.use(parameter));
    const Variable result = operation(tape, inputs);
    tape.backward(result);
  }
  count(state, work);
}

double product(int64_t m, int64_t n, int64_t k) {
  return 2.0 * static_cast<double>(m) * static_cast<double>(n) * static_cast<double>(k);
}

double many(int64_t count) { return static_cast<double>(count); }

void sgemm(benchmark::State& state) {
  const int64_t rows = state.range(0);
  for (auto _ : state) state.SetIterationTime(sgemm_seconds(rows, 3 * kHidden, kHidden));
  count(state, {.operations = product(rows, 3 * kHidden, kHidden)});
}
BENCHMARK(sgemm)->Arg(kBatch)->Arg(kRows)->UseManualTime()->Iterations(5);

void triad(benchmark::State& state) {
  constexpr size_t kSize = size_t{1} << 24;
  std::vector<float> a(kSize), b(kSize, 1.0F), c(kSize, 2.0F);
  for (auto _ : state) {
    for (size_t i = 0; i < kSize; ++i) a[i] = b[i] + 3.0F * c[i];
    benchmark::ClobberMemory();
  }
  count(state, {.floats = 3.0 * static_cast<double>(kSize)});
}
BENCHMARK(triad);

void affine(benchmark::State& state) {
  measure(state, {{kRows, kHidden}, {kVocabulary, kHidden}},
          {.operations = 3 * product(kRows, kVocabulary, kHidden)},
          [](Tape& tape, const auto& in) { return ops::affine_transposed(tape, in[0], in[1]); });
}
BENCHMARK(affine);

void recurrent(benchmark::State& state, ops::Cell cell, int64_t steps) {
  const int64_t inputs = kEmbedding + kHidden, gates = ops::gates(cell);
  measure(state,
          {{steps * kBatch, inputs},
           {kBatch, kHidden},
           {kBatch, kHidden},
           {inputs, gates, kHidden},
           {kHidden, gates, kHidden},
           {ops::bias_rows(cell), kHidden}},
          {.operations = 3 * product(steps * kBatch, gates * kHidden, inputs + kHidden)},
          [cell, steps](Tape& tape, const auto& in) {
            const std::vector<int64_t> active(static_cast<size_t>(steps), kBatch);
            const bool lstm = cell == ops::Cell::kLstm;
            return ops::recurrent(tape, cell, in[0], active, {in[1], lstm ? in[2] : Variable{}},
                                  {in[3], in[4], in[5]})
                .output;
          });
}
BENCHMARK_CAPTURE(recurrent, gru_layer, ops::Cell::kGru, kWords);
BENCHMARK_CAPTURE(recurrent, gru_step, ops::Cell::kGru, 1);
BENCHMARK_CAPTURE(recurrent, lstm_layer, ops::Cell::kLstm, kWords);
BENCHMARK_CAPTURE(recurrent, lstm_step, ops::Cell::kLstm, 1);

void additive_energy(benchmark::State& state) {
  // One pass over the keys forward; back, another over them and one over their gradient.
  measure(state, {{kBatch, 1, kHidden}, {kBatch, kWords, kHidden}, {kHidden}},
          {.floats = 4 * many(kRows * kHidden)}, [](Tape& tape, const auto& in) {
            return ops::additive_energy(tape, in[0], in[1], in[2]);
          });
}
BENCHMARK(additive_energy);

void batched_dot(benchmark::State& state) {
  measure(state, {{kBatch, 1, kHidden}, {kBatch, kWords, kHidden}},
          {.floats = 4 * many(kRows * kHidden)},
          [](Tape& tape, const auto& in) { return ops::batched_dot(tape, in[0], in[1]); });
}
BENCHMARK(batched_dot);

void weighted_sum(benchmark::State& state) {
  measure(state, {{kBatch, 1, kWords}, {kBatch, kWords, kHidden}},
          {.floats = 4 * many(kRows * kHidden)},
          [](Tape& tape, const auto& in) { return ops::weighted_sum(tape, in[0], in[1]); });
}
BENCHMARK(weighted_sum);

void window_softmax(benchmark::State& state) {
  const std::vector<ops::Window> windows(static_cast<size_t>(kRows), ops::Window{0, kWords});
  measure(state, {{kBatch, kWords, kWords}}, {.floats = 5 * many(kRows * kWords)},
          [&](Tape& tape, const auto& in) { return ops::window_softmax(tape, in[0], windows); });
}
BENCHMARK(window_softmax);

void cross_entropy(benchmark::State& state) {
  const std::vector<int32_t> targets(static_cast<size_t>(kRows), 7);
  measure(state, {{kRows, kVocabulary}}, {.floats = 5 * many(kRows * kVocabulary)},
          [&](Tape& tape, const auto& in) {
            return ops::cross_entropy(tape, in[0], targets, 0.1F).loss;
          });
}
BENCHMARK(cross_entropy);

// Of so many words: a step costs what all states before it cost.
void intra_attention(benchmark::State& state) {
  constexpr int64_t kSentences = 16, kSize = 256;
  const int64_t steps = state.range(0), rows = kSentences * steps;
  const std::vector<int64_t> active(static_cast<size_t>(steps), kSentences);
  const Shape square{kSize, kSize};
  measure(state,
          {{rows, kSize},
           {kSize, 4, kSize},
           {kSize, 4, kSize},
           {4, kSize},
           square,
           square,
           square,
           {kSize}},
          {.operations = 3 * product(rows, 11 * kSize, kSize)}, [&](Tape& tape, const auto& in) {
            return ops::intra_recurrent(
                       tape,
                       {ops::Cell::kLstm, {in[1], in[2], in[3]}, {in[4], in[5], in[6], in[7]}},
                       in[0], active, {})
                .h;
          });
  using benchmark::Counter;
  state.counters["step"] =
      Counter(static_cast<double>(steps), Counter::kIsIterationInvariantRate | Counter::kInvert);
}
BENCHMARK(intra_attention)->Arg(10)->Arg(20)->Arg(40)->Arg(80)->Arg(160)->Arg(320);

void dropout(benchmark::State& state) {
  measure(state, {{kRows, kHidden}}, {.floats = 5 * many(kRows * kHidden)},
          [](Tape& tape, const auto& in) { return ops::dropout(tape, in[0], 0.3F); });
}
BENCHMARK(dropout);

void tanh(benchmark::State& state) {
  measure(state, {{kRows, kHidden}}, {.floats = 6 * many(kRows * kHidden)},
          [](Tape& tape, const auto& in) { return ops::tanh(tape, in[0]); });
}
BENCHMARK(tanh);

void concatenate(benchmark::State& state) {
  measure(state, {{kRows, kHidden}, {kRows, kHidden}}, {.floats = 10 * many(kRows * kHidden)},
          [](Tape& tape, const auto& in) {
            return ops::concatenate(tape, {in[0], in[1]});
          });
}
BENCHMARK(concatenate);

void embed(benchmark::State& state) {
  std::vector<int32_t> ids;
  for (int64_t i = 0; i < kRows; ++i) ids.push_back(static_cast<int32_t>(i * 37 % kVocabulary));
  measure(state, {{kVocabulary, kEmbedding}}, {.floats = 5 * many(kRows * kEmbedding)},
          [&](Tape& tape, const auto& in) { return ops::embed(tape, in[0], ids); });
}
BENCHMARK(embed);

void adam(benchmark::State& state) {
  constexpr int64_t kParameters = 10'000'000;
  std::vector<float> values(kParameters, 0.1F), gradients(kParameters, 0.01F);
  Adam optimizer(kParameters);
  for (auto _ : state) {
    optimizer.update(values, gradients, 0.001, clipping(global_norm(gradients), 1.0));
  }
  count(state, {.floats = 8 * many(kParameters)});
}
BENCHMARK(adam);

void best_tokens(benchmark::State& state) {
  Random random(3);
  std::vector<float> row(kVocabulary);
  for (float& value : row) value = -random.uniform() * 20;
  std::vector<ScoredToken> best;
  for (auto _ : state) benchmark::DoNotOptimize(alinea::best_tokens(row, 5, -1, best));
  count(state, {.floats = many(kVocabulary)});
}
BENCHMARK(best_tokens);

}  // namespace
}  // namespace alinea

int main(int argc, char** argv) {
  alinea::ops::set_threads(1);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
