#include "commands/report.h"

#include <cmath>
#include <filesystem>
#include <iostream>
#include <set>
#include <utility>
#include <vector>

#include "models/classification.h"
#include "models/classifier_model.h"
#include "models/translation_model.h"
#include "options/limits.h"
#include "options/options.h"
#include "options/threads.h"
#include "reports/classifier_attention.h"
#include "reports/make_alignment.h"
#include "reports/make_document_attention.h"
#include "reports/run_report.h"
#include "search/model_source.h"
#include "search/unknown_positions.h"
#include "storage/input.h"
#include "support/error.h"
#include "support/unanswered.h"
#include "tasks/document_report.h"
#include "text/labelled_documents.h"
#include "text/line_reader.h"

namespace alinea {

namespace {

struct ReportOptions {
  std::filesystem::path model, output, source, target, input;
  Paths compared;
  int64_t samples = 20, max_length = 200;
  TranslatorOptions translator;
  int64_t threads = 0;
  FeatureFileOptions features;
};

void add_options(Options& table, ReportOptions& o) {
  table.required("model", o.model, "model folder")
      .required("output", o.output, "HTML page to write")
      .output()
      .add("compare", o.compared,
           "model folder of another run, whose curves are drawn beside those of --model; may be "
           "given "
           "again")
      .add("source", o.source,
           "source text of sample translations, plain or .gz; for a model of features a list of "
           "files")
      .add("target", o.target, "reference translation, line by line, to show with them")
      .needs("source")
      .add("input", o.input,
           "for a classifier: sample documents, or pairs 'premise TAB hypothesis', one per line")
      .add("samples", o.samples, "number of lines of these texts to show")
      .range<int64_t>(1, kMostSentences)
      .add("beam-size", o.translator.search.beam_size, "size of the beam; 1 is greedy search")
      .range<int64_t>(1, 1000)
      .add("max-length", o.max_length, "cut longer source lines to this many tokens")
      .range<int64_t>(1, kNoLimit)
      .add("threads", o.threads, "threads; 0: one per core")
      .range<int64_t>(0, kMostThreads);
  o.features.visit(table);
}

std::vector<std::string> first_lines(const std::filesystem::path& file, int64_t count) {
  LineReader reader(file);
  std::vector<std::string> lines;
  std::string line;
  while (std::ssize(lines) < count && reader.next(line)) lines.push_back(line);
  return lines;
}

[[noreturn]] void refuse_empty(std::string_view option, const std::filesystem::path& file) {
  throw Error("no samples to show: '{}' has no lines; give another --{}, or leave it out",
              text_name(file), option);
}

// Reads source lines as translate does: an empty one is not translated.
class SampleTranslator {
 public:
  explicit SampleTranslator(const ReportOptions& options)
      : options_(options),
        model_(load<TranslationModel>(ModelFolder(options.model))),
        source_(model_, options.features) {
    options_.translator.keep_attention = model_.network->options().has_attention();
  }

  std::vector<SampleTranslation> run() {
    const auto lines = first_lines(options_.source, options_.samples);
    if (lines.empty()) refuse_empty("source", options_.source);
    std::vector<std::string> references(lines.size());
    if (!options_.target.empty()) references = first_lines(options_.target, options_.samples);
    if (references.size() != lines.size())
      throw Error("expected as many lines in {} as in {}, got {} and {}", options_.target.string(),
                  options_.source.string(), references.size(), lines.size());
    std::vector<SourceLine> read;
    read.reserve(lines.size());
    for (const std::string& line : lines) read.push_back(add(line));
    std::vector<SentencePair> sources;
    sources.reserve(read.size());
    for (const SourceLine& source : read) sources.push_back(source.pair());
    const NBestLists translations = search_lines(
        sources, options_.translator,
        {[this](std::span<const SentencePair> some, std::span<const size_t> /*places*/,
                const TranslatorOptions& how) { return translate(*model_.network, some, how); },
         /*text=*/{}});
    for (size_t i = 0; i < samples_.size(); ++i) {
      samples_[i].reference = std::move(references[i]);
      if (read[i].is_empty()) continue;
      const std::vector<Hypothesis>& found = translations[i];
      samples_[i].is_translated = !found.empty();
      if (found.empty())
        unanswered_.add(static_cast<int64_t>(i) + 1, kNoNextToken, Unanswered::Place::kNothing);
      if (!found.empty()) finish(samples_[i], found.front());
    }
    return std::move(samples_);
  }

 private:
  SourceLine add(const std::string& line) {
    SampleTranslation& sample = samples_.emplace_back();
    sample.alignment.sentence = std::ssize(samples_) - 1;
    SourceLine source = source_.read(line, options_.max_length);
    if (source.is_cut())
      std::cerr << fmt::format("line {}: cut from {} to {} tokens, see --max-length\n",
                               samples_.size(), source.length, options_.max_length);
    if (const std::string reason = beyond_positions(*model_.network, source.pair().source_size());
        !reason.empty())
      throw Error("'{}', line {}: {}: lower --max-length", options_.source.string(),
                  samples_.size(), reason);
    sample.alignment.source = source.is_empty() ? std::vector<std::string>() : source.tokens;
    return source;
  }

  void finish(SampleTranslation& sample, const Hypothesis& hypothesis) const {
    sample.alignment =
        make_alignment(sample.alignment.sentence, std::move(sample.alignment.source),
                       model_.languages.target.tokens(hypothesis.tokens),
                       {hypothesis.attention, hypothesis.ended, !model_.languages.has_features});
    sample.score = hypothesis.score;
  }

  ReportOptions options_;
  TranslationModel model_;
  ModelSource source_;
  std::vector<SampleTranslation> samples_;
  Unanswered unanswered_{"translation"};  // which the page shows as well
};

// Documents or pairs of a classifier, and what it made of them.
class SampleClassifier {
 public:
  explicit SampleClassifier(const ReportOptions& options)
      : model_(load<ClassifierModel>(ModelFolder(options.model))) {
    const ClassifierOptions& network = model_.network->options();
    if (network.has_pooling() && !network.pooling.has_attention())
      throw Error("the model in {} has no attention: it was trained with --pooling {}",
                  options.model.string(), network.pooling.kind);
    if (!network.has_pooling() && !network.has_pair_attention())
      throw Error("the model in {} has no attention: it was trained with --pair-attention none",
                  options.model.string());
    DocumentSplitter splitter(model_.splitter);
    LineReader reader(options.input);
    DocumentCorpus corpus;
    for (std::string line; std::ssize(texts_) < options.samples && reader.next(line);) {
      texts_.push_back(at_line(reader, [&] {
        return read_document(line, splitter, {network.pairs, /*ignore_extra_columns=*/true});
      }));
      add_document(corpus, texts_.back(), model_.vocabulary, kNoLabel);
    }
    if (texts_.empty()) refuse_empty("input", options.input);
    say_what_was_cut(splitter);
    say_what_was_cut(model_.network->unread(corpus));
    results_ = classify(*model_.network, corpus, {.keep_weights = true});
  }

  void show(RunReport& report) {
    const ClassifierOptions& network = model_.network->options();
    for (size_t d = 0; d < results_.size(); ++d) {
      if (!network.has_pooling()) {
        report.pairs.push_back(pair_of(d));
        continue;
      }
      Document text = words_as_read(*model_.network, std::move(texts_[d]));
      report.documents.push_back(make_document_attention(
          results_[d], model_.labels, std::move(text), network.has_sentence_level()));
    }
  }

 private:
  SampleTranslation pair_of(size_t d) const {
    const Classification& result = results_[d];
    SampleTranslation sample;
    sample.alignment = pair_attention_of(*model_.network, result, texts_[d],
                                         LookingText::kHypothesis, static_cast<int64_t>(d));
    sample.score = result.log_probabilities[static_cast<size_t>(result.label)];
    sample.outcome =
        fmt::format("{}, {:.4f}", model_.labels.name(result.label), std::exp(sample.score));
    return sample;
  }

  ClassifierModel model_;
  std::vector<Document> texts_;
  std::vector<Classification> results_;
};

// What a report shows of a kind of model beside its training, and the option that it is made from.
struct Samples {
  std::string_view format;
  const char* option;
  std::filesystem::path ReportOptions::*text;
  void (*add)(const ReportOptions& options, RunReport& report);
};

constexpr Samples kSamples[] = {
    {TranslationModel::kFormat, "source", &ReportOptions::source,
     [](const ReportOptions& options, RunReport& report) {
       report.translations = SampleTranslator(options).run();
     }},
    {ClassifierModel::kFormat, "input", &ReportOptions::input,
     [](const ReportOptions& options, RunReport& report) {
       SampleClassifier(options).show(report);
     }},
};

std::vector<NamedLog> other_runs(const ReportOptions& options) {
  std::vector<NamedLog> runs;
  std::set<std::string> names = {options.model.string()};
  for (const std::filesystem::path& folder : options.compared) {
    if (!names.insert(folder.string()).second)
      throw UsageError("expected another run for --compare, got {} twice", folder.string());
    runs.push_back({folder.string(), summarize(folder).log});
  }
  return runs;
}

void check(const ReportOptions& options, const ModelKind& kind) {
  for (const Samples& samples : kSamples)
    if (samples.format != kind.format && !(options.*samples.text).empty())
      throw UsageError("--{} does not apply to a {}, which {} contains: see alinea report --help",
                       samples.option, kind.name, options.model.string());
}

}  // namespace

void report_command(std::span<const std::string> arguments) {
  ReportOptions options;
  Options table("report",
                "Writes an HTML page with training curves and samples of the model's output");
  add_options(table, options);
  if (!table.parse(arguments)) return;
  check(options, kind_of(ModelFolder(options.model)));
  use_threads(options.threads);
  RunReport report{summarize(options.model), {}, {}, {}, other_runs(options)};
  for (const Samples& samples : kSamples)
    if (!(options.*samples.text).empty()) samples.add(options, report);
  write_run_report(options.output, report);
}

}  // namespace alinea
