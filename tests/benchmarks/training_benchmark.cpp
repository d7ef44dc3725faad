// How fast a model trains, beside the time that its matrix products take alone.
//
//   training_benchmark SOURCE TARGET [UPDATES [THREADS]]
//
// Shape R: words seen twice or more, GRU, embedding 256, encoder 2 x 256, decoder 512, 64
// sentences; the same with LSTM, general and the Luong wiring, with and without input feeding.
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "benchmarks/matmul_bound.h"
#include "commands/threads.h"
#include "support/error.h"
#include "training/optimizer.h"
#include "training/translation_task.h"

namespace alinea {

namespace {

struct Shape {
  const char* name;
  ModelOptions options;
};

std::vector<Shape> shapes() {
  ModelOptions lstm;
  lstm.cell = "lstm";
  lstm.attention = "general";
  ModelOptions unfed = lstm;
  unfed.input_feeding = false;
  return {{"R: GRU, additive, bahdanau", {}},
          {"LSTM, general, luong", lstm},
          {"LSTM, general, luong, no feeding", unfed}};
}

struct Corpus {
  Languages languages;
  ParallelCorpus pairs;
};

struct Measured {
  double seconds = 0, tokens = 0, bound = 0, operations = 0;
  int64_t arena = 0;
};

Measured train(const Corpus& corpus, const ModelOptions& options, int64_t updates) {
  using Clock = std::chrono::steady_clock;
  Seq2Seq model(options, corpus.languages.sizes(), ParameterStore::Gradients::kKept);
  Random random(1), dropout(2);
  model.parameters().initialize(random);
  const ValidationData nothing;
  TranslationTask task(model, {corpus.pairs, nothing, corpus.languages}, {.batch = {}});
  Adam adam(static_cast<int64_t>(model.parameters().values().size()));
  MatmulBound bound(options, corpus.languages.sizes());
  Arena arena;
  Measured measured;
  const std::vector<std::vector<int64_t>> batches = task.batches(1, 0);
  const int64_t warmup = updates / 4;
  for (int64_t u = 0; u < warmup + updates; ++u) {
    const std::vector<int64_t>& batch = batches[static_cast<size_t>(u) % batches.size()];
    const Clock::time_point begin = Clock::now();
    model.parameters().clear_gradients();
    arena.reset();
    Tape tape(arena, Tape::Mode::kTraining, &dropout);
    const BatchLoss loss = task.loss(tape, batch);
    tape.backward(loss.sum, 1.0F / static_cast<float>(loss.count));
    clip_by_global_norm(model.parameters().gradients(), 1.0);
    adam.update(model.parameters().values(), model.parameters().gradients(), 0.001);
    model.parameters().changed();
    if (u < warmup) continue;
    measured.seconds += std::chrono::duration<double>(Clock::now() - begin).count();
    measured.tokens += static_cast<double>(loss.count);
    bound.add_update(make_batch(corpus.pairs, batch));
  }
  measured.bound = bound.seconds();
  measured.operations = bound.operations();
  measured.arena = static_cast<int64_t>(arena.high_water());
  return measured;
}

// Megabytes that the process has had in memory at most.
double peak_memory() {
  std::ifstream status("/proc/self/status");
  for (std::string name; status >> name;) {
    double kilobytes = 0;
    if (name == "VmHWM:" && status >> kilobytes) return kilobytes / 1e3;
  }
  return 0;
}

void run(const std::vector<std::string>& arguments) {
  if (arguments.size() < 2 || arguments.size() > 4)
    throw UsageError("expected SOURCE TARGET [UPDATES [THREADS]]");
  const int64_t updates = arguments.size() > 2 ? std::stoll(arguments[2]) : 100;
  use_threads(arguments.size() > 3 ? std::stoll(arguments[3]) : 0);
  const VocabularyOptions words{.min_frequency = 2};
  Languages languages{build_language({arguments[0]}, words), build_language({arguments[1]}, words)};
  ParallelCorpus pairs =
      read_parallel({arguments[0], arguments[1]}, languages.source, languages.target, 100);
  const Corpus corpus{std::move(languages), std::move(pairs)};
  std::cout
      << "| model | target tokens/s | ms/update | products alone | share | GFLOP/s | arena |\n"
         "|---|---|---|---|---|---|---|\n";
  for (const Shape& shape : shapes()) {
    const Measured m = train(corpus, shape.options, updates);
    const auto count = static_cast<double>(updates);
    std::cout << fmt::format("| {} | {:.0f} | {:.1f} | {:.1f} | {:.0f}% | {:.0f} | {:.0f} MB |\n",
                             shape.name, m.tokens / m.seconds, 1e3 * m.seconds / count,
                             1e3 * m.bound / count, 100 * m.bound / m.seconds,
                             m.operations / m.seconds / 1e9, static_cast<double>(m.arena) / 1e6)
              << std::flush;
  }
  std::cout << fmt::format("\npeak memory {:.0f} MB\n", peak_memory());
}

}  // namespace

}  // namespace alinea

int main(int argc, char** argv) {
  try {
    alinea::run({argv + 1, argv + argc});
    return EXIT_SUCCESS;
  } catch (const std::exception& error) {
    std::cerr << "training_benchmark: " << error.what() << '\n';
    return EXIT_FAILURE;
  }
}
