// How fast a model trains, beside the time that its matrix products take alone. Prints one line of
// JSON. With --source and --target the words are those seen twice or more; without, sentences of
// --length random words out of --vocabulary.
#include <fmt/format.h>
#include <omp.h>

#include <chrono>
#include <ctime>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "benchmarks/matmul_bound.h"
#include "benchmarks/process_memory.h"
#include "benchmarks/program.h"
#include "ops/weight_product.h"
#include "options/options.h"
#include "options/threads.h"
#include "support/error.h"
#include "tasks/translation_task.h"
#include "training/adam.h"
#include "training/gradient_norm.h"
#include "training/gradient_team.h"
#include "training/memory_plan.h"

namespace alinea {

namespace {

struct BenchmarkOptions {
  std::filesystem::path source, target;
  int64_t length = 16;
  int64_t vocabulary = 8000;
  int64_t batch = 64;
  int64_t updates = 40;
  int64_t threads = 0;
  std::string precision = "f32";
  ModelOptions model;
};

void add_options(Options& table, BenchmarkOptions& o) {
  table.add("source", o.source, "text, one sentence per line")
      .add("target", o.target, "its translation")
      .add("length", o.length, "words of a random sentence, both sides")
      .add("vocabulary", o.vocabulary, "random words of each language")
      .add("batch-size", o.batch, "sentences")
      .add("updates", o.updates, "updates that are timed")
      .add("threads", o.threads, "threads; 0: one per core")
      .choice("precision", o.precision, ops::learning_precision_names(),
              "of products with weights");
  o.model.visit(table);
}

struct Corpus {
  Languages languages;
  ParallelCorpus pairs;
};

Corpus read(const BenchmarkOptions& o) {
  const VocabularyOptions words{.min_frequency = 2};
  Languages languages{build_language({o.source}, words), build_language({o.target}, words)};
  ParallelCorpus pairs =
      read_parallel({o.source, o.target}, languages.source, languages.target, 100);
  return {std::move(languages), std::move(pairs)};
}

Language made_up_language(int64_t words) {
  std::vector<std::string> tokens = {"<unk>", "<s>", "</s>"};
  for (int64_t i = 3; i < words; ++i) tokens.push_back(fmt::format("w{}", i));
  return {make_tokenizer("space", {}), Vocabulary(std::move(tokens))};
}

Corpus make_up(const BenchmarkOptions& o) {
  constexpr int64_t kBatches = 4;
  Corpus corpus{{made_up_language(o.vocabulary), made_up_language(o.vocabulary)}, ParallelCorpus()};
  Random random(7);
  std::vector<int32_t> sides[2];
  for (int64_t n = 0; n < kBatches * o.batch; ++n) {
    for (std::vector<int32_t>& side : sides) {
      side.clear();
      const auto choices = static_cast<uint64_t>(o.vocabulary - 3);
      for (int64_t t = 1; t < o.length; ++t)
        side.push_back(static_cast<int32_t>(3 + random.next() % choices));
    }
    corpus.pairs.add(sides[0], sides[1]);
  }
  return corpus;
}

nlohmann::ordered_json measure(const BenchmarkOptions& o, const Corpus& corpus) {
  using Clock = std::chrono::steady_clock;
  EncoderDecoder model(o.model, corpus.languages.sizes(), ParameterStore::Gradients::kKept);
  Random random(1), dropout(2);
  model.parameters().initialize(random);
  model.parameters().compute_in(ops::precision_from_name(o.precision));
  const ValidationData nothing;
  TranslationTask task(model, {corpus.pairs, nothing, corpus.languages},
                       {.batch = {.size = o.batch}});
  Adam adam(std::ssize(model.parameters().values()));
  GradientTeam team(task, /*profile=*/false);
  MatmulBound bound(o.model, corpus.languages.sizes());
  MemoryPlan plan(task, 0);
  double sum = 0, count = 0;
  for (EpochBatches batches = task.batches(1, 0); !batches.done(); ++count)
    sum += static_cast<double>(plan.bytes(batches.next()));
  plan.even_out(sum / count, omp_get_max_threads() * task.terms().least_share);
  EpochBatches batches = task.batches(1, 0);
  double seconds = 0, processor_seconds = 0, tokens = 0;
  const int64_t warmup = std::max<int64_t>(o.updates / 4, 2);
  for (int64_t u = 0; u < warmup + o.updates; ++u) {
    if (batches.done()) batches = task.batches(1, 0);
    const std::vector<int64_t> batch = batches.next();
    const Clock::time_point begin = Clock::now();
    const std::clock_t processor_begin = std::clock();
    const GradientTeam::Learned learned = team.sum(plan.parts(batch), dropout);
    const double mean = 1 / static_cast<double>(learned.units);
    adam.update(model.parameters().values(), model.parameters().gradients(), 0.001,
                mean * clipping(mean * learned.norm, 1.0));
    model.parameters().changed();
    if (u < warmup) continue;
    seconds += std::chrono::duration<double>(Clock::now() - begin).count();
    processor_seconds +=
        static_cast<double>(std::clock() - processor_begin) / static_cast<double>(CLOCKS_PER_SEC);
    tokens += static_cast<double>(learned.units);
    bound.add_update(make_batch(corpus.pairs, batch));
  }
  const double peak = peak_memory(), products = bound.seconds();
  return {{"target_tokens_per_second", tokens / seconds},
          {"milliseconds_per_update", 1e3 * seconds / static_cast<double>(o.updates)},
          {"processor_milliseconds_per_update",
           1e3 * processor_seconds / static_cast<double>(o.updates)},
          {"milliseconds_of_products", 1e3 * products / static_cast<double>(o.updates)},
          {"share_of_bound", products / seconds},
          {"gflops", bound.operations() / seconds / 1e9},
          {"arena_megabytes", static_cast<double>(team.high_water()) / 1e6},
          {"peak_megabytes", peak}};
}

void run(const Arguments& arguments) {
  BenchmarkOptions options;
  Options table("training_benchmark", "Measures how fast a model trains");
  add_options(table, options);
  if (!table.parse(arguments)) return;
  if (options.source.empty() != options.target.empty())
    throw UsageError("expected --source and --target together");
  use_threads(options.threads);
  keep_heaps_small();
  std::cout << measure(options, options.source.empty() ? make_up(options) : read(options)).dump()
            << '\n';
}

}  // namespace

}  // namespace alinea

int main(int argc, char** argv) {
  return alinea::run_program("training_benchmark", alinea::run, {argv + 1, argv + argc});
}
