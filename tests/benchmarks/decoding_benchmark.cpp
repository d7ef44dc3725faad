// How fast a model translates, beside the time that its matrix products take alone. Prints one line
// of JSON.
#include <chrono>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "benchmarks/matmul_bound.h"
#include "benchmarks/process_memory.h"
#include "benchmarks/program.h"
#include "models/translation_model.h"
#include "ops/weight_product.h"
#include "options/options.h"
#include "options/threads.h"
#include "search/decoding_state.h"
#include "search/translator.h"
#include "text/line_reader.h"

namespace alinea {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

struct BenchmarkOptions {
  std::filesystem::path model, source, shortlist;
  ShortlistOptions shortlisted;
  std::string precision = "f32";
  int64_t sentences = 0;
  int64_t steps = 0;
  int64_t threads = 0;
  TranslatorOptions translator;
};

void add_options(Options& table, BenchmarkOptions& o) {
  table.required("model", o.model, "model folder")
      .required("source", o.source, "text, one sentence per line")
      .add("sentences", o.sentences, "how many of them; 0: all")
      .add("steps", o.steps, "tokens of every translation; 0: as the model ends them")
      .add("batch-size", o.translator.batch_size, "sentences per batch")
      .add("beam-size", o.translator.search.beam_size, "hypotheses kept")
      .choice("precision", o.precision, ops::precision_names(), "precision of products")
      .add("shortlist", o.shortlist, "lexicon, to restrict the output layer")
      .add("shortlist-first", o.shortlisted.first, "frequent words")
      .add("shortlist-best", o.shortlisted.best, "likely words of each source word")
      .add("threads", o.threads, "threads; 0: one per core");
}

// Counts what every step of a search multiplies.
class CountingState : public State {
 public:
  CountingState(const EncoderDecoder& model, const Source& source, MatmulBound& bound)
      : state_(model, source, DecodingState::KeepAttention::kNo, memory_), bound_(bound) {
    bound_.add_reading(source.lengths);
  }

  int64_t sentences() const override { return state_.sentences(); }
  int64_t vocabulary_size() const override { return state_.vocabulary_size(); }
  int64_t source_length(int64_t sentence) const override { return state_.source_length(sentence); }
  StepOutput advance(std::span<const Row> rows) override {
    std::vector<int64_t> lengths;
    int64_t last = -1;
    for (const Row& row : rows)
      if (row.sentence != last) lengths.push_back(source_length(last = row.sentence));
    bound_.add_search_step(lengths, std::ssize(rows), ++position_);
    return state_.advance(rows);
  }

 private:
  DecodingMemory memory_;
  DecodingState state_;
  MatmulBound& bound_;
  int64_t position_ = 0;
};

std::vector<std::vector<int32_t>> read(const BenchmarkOptions& o, const Language& language) {
  std::vector<std::vector<int32_t>> sources;
  for (const std::string& line : read_lines(o.source)) {
    if (o.sentences > 0 && std::ssize(sources) == o.sentences) break;
    sources.push_back(language.encode(line));
  }
  return sources;
}

// The sentences of a batch, in batches as translate makes them.
double seconds_of_products(const EncoderDecoder& model, std::vector<std::vector<int32_t>> sources,
                           const TranslatorOptions& options) {
  MatmulBound bound(model.options(), model.vocabularies());
  std::ranges::stable_sort(sources, std::ranges::greater(), &std::vector<int32_t>::size);
  std::vector<SentencePair> pairs;
  pairs.reserve(sources.size());
  for (const std::vector<int32_t>& source : sources) pairs.push_back({source, {}, 0});
  const auto size = static_cast<size_t>(options.batch_size);
  for (size_t begin = 0; begin < pairs.size(); begin += size) {
    const Batch batch =
        make_batch(std::span(pairs).subspan(begin, std::min(size, pairs.size() - begin)));
    CountingState state(model, {batch.source, batch.source_lengths}, bound);
    beam_search(state, options.search);
  }
  return bound.seconds();
}

nlohmann::ordered_json measure(const BenchmarkOptions& o) {
  const Clock::time_point start = Clock::now();
  const TranslationModel model = load<TranslationModel>(ModelFolder(o.model));
  const double loading = seconds_since(start);
  model.network->parameters().compute_in(ops::precision_from_name(o.precision));
  const std::vector<std::vector<int32_t>> sources = read(o, model.languages.source);
  TranslatorOptions options = o.translator;
  if (o.steps > 0) {
    options.search.max_length_factor = 0;
    options.search.max_length_extra = options.search.min_length = o.steps;
  }
  std::optional<Shortlist> shortlist;
  if (!o.shortlist.empty())
    options.shortlist = &shortlist.emplace(o.shortlist, model.languages.source.vocabulary(),
                                           model.languages.target.vocabulary(), o.shortlisted);
  // One at a time as they come: nothing to sort, nothing to share out.
  const bool alone = options.batch_size == 1;
  const auto translate_all = [&] {
    int64_t tokens = 0;
    const auto count = [&](std::span<const std::vector<int32_t>> some) {
      for (const std::vector<Hypothesis>& best : translate(*model.network, some, options))
        tokens += std::ssize(best.front().tokens) + (best.front().ended ? 1 : 0);
    };
    if (!alone) count(sources);
    for (size_t i = 0; alone && i < sources.size(); ++i) count(std::span(sources).subspan(i, 1));
    return tokens;
  };
  const Clock::time_point first = Clock::now();
  translate(*model.network, std::span(sources).first(1), options);
  const double first_seconds = seconds_since(first);
  translate_all();  // warms up
  const Clock::time_point begin = Clock::now();
  const int64_t tokens = translate_all();
  const double seconds = seconds_since(begin), peak = peak_memory();
  const double products = seconds_of_products(*model.network, sources, options);
  return {{"sentences_per_second", static_cast<double>(sources.size()) / seconds},
          {"tokens_per_second", static_cast<double>(tokens) / seconds},
          {"share_of_bound", products / seconds},
          {"load_milliseconds", 1e3 * loading},
          {"first_sentence_milliseconds", 1e3 * first_seconds},
          {"peak_megabytes", peak}};
}

void run(const Arguments& arguments) {
  BenchmarkOptions options;
  Options table("decoding_benchmark", "Measures how fast a model translates");
  add_options(table, options);
  if (!table.parse(arguments)) return;
  use_threads(options.threads);
  std::cout << measure(options).dump() << '\n';
}

}  // namespace

}  // namespace alinea

int main(int argc, char** argv) {
  return alinea::run_program("decoding_benchmark", alinea::run, {argv + 1, argv + argc});
}
