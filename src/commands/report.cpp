#include "commands/report.h"

#include <cmath>
#include <filesystem>
#include <iostream>
#include <utility>
#include <vector>

#include "commands/document_options.h"
#include "models/classification.h"
#include "models/classifier_folder.h"
#include "models/model_folder.h"
#include "options/limits.h"
#include "options/options.h"
#include "options/threads.h"
#include "reports/make_alignment.h"
#include "reports/make_document_attention.h"
#include "reports/run_report.h"
#include "search/translator.h"
#include "support/error.h"
#include "support/unanswered.h"
#include "text/labelled_documents.h"
#include "text/line_reader.h"

namespace alinea {

namespace {

struct ReportOptions {
  std::filesystem::path model, output, source, target, input;
  int64_t samples = 20, max_length = 200;
  TranslatorOptions translator;
  int64_t threads = 0;
};

void add_options(Options& table, ReportOptions& o) {
  table.required("model", o.model, "model folder")
      .required("output", o.output, "HTML page to write")
      .output()
      .add("source", o.source, "source text of sample translations, plain or .gz")
      .add("target", o.target, "reference translation, line by line, to show with them")
      .add("input", o.input, "for a classifier: sample documents, one per line")
      .add("samples", o.samples, "number of lines of these texts to show")
      .range<int64_t>(1, kMostSentences)
      .add("beam-size", o.translator.search.beam_size, "size of the beam; 1 is greedy search")
      .range<int64_t>(1, 1000)
      .add("max-length", o.max_length, "cut longer source lines to this many tokens")
      .range<int64_t>(1, kNoLimit)
      .add("threads", o.threads, "threads; 0: one per core")
      .range<int64_t>(0, kMostThreads);
}

void check(const ReportOptions& options, ModelKind kind) {
  if (!options.target.empty() && options.source.empty())
    throw UsageError("--target requires --source: give the text that it translates");
  const bool is_translation = kind == ModelKind::kTranslation;
  if (is_translation && !options.input.empty())
    throw UsageError(
        "--input is for classifiers, but {} contains a translation model: give --source",
        options.model.string());
  if (!is_translation && !options.source.empty())
    throw UsageError(
        "--source is for translation models, but {} contains a classifier: give --input",
        options.model.string());
}

std::vector<std::string> first_lines(const std::filesystem::path& file, int64_t count) {
  LineReader reader(file);
  std::vector<std::string> lines;
  std::string line;
  while (std::ssize(lines) < count && reader.next(line)) lines.push_back(line);
  return lines;
}

// Reads source lines as translate does: an empty one is not translated.
class SampleTranslator {
 public:
  explicit SampleTranslator(const ReportOptions& options)
      : options_(options), model_(ModelFolder(options.model).load()) {
    options_.translator.keep_attention = model_.network->options().has_attention();
  }

  std::vector<SampleTranslation> run() {
    const auto lines = first_lines(options_.source, options_.samples);
    std::vector<std::string> references(lines.size());
    if (!options_.target.empty()) references = first_lines(options_.target, options_.samples);
    if (references.size() != lines.size())
      throw Error("expected as many lines in {} as in {}, got {} and {}", options_.target.string(),
                  options_.source.string(), references.size(), lines.size());
    std::vector<std::vector<int32_t>> sources;
    for (const std::string& line : lines) add(line, sources);
    const auto translations = translate(*model_.network, sources, options_.translator);
    size_t next = 0;
    for (size_t i = 0; i < samples_.size(); ++i) {
      samples_[i].reference = std::move(references[i]);
      if (samples_[i].alignment.source.empty()) continue;
      const std::vector<Hypothesis>& found = translations[next++];
      samples_[i].is_translated = !found.empty();
      if (found.empty()) unanswered_.add(static_cast<int64_t>(i) + 1, kNoNextToken);
      if (!found.empty()) finish(samples_[i], found.front());
    }
    return std::move(samples_);
  }

 private:
  void add(const std::string& line, std::vector<std::vector<int32_t>>& sources) {
    SampleTranslation& sample = samples_.emplace_back();
    sample.alignment.sentence = std::ssize(samples_) - 1;
    sample.alignment.source = model_.languages.source.tokens(line);
    std::vector<int32_t> ids = model_.languages.source.encode(line);
    if (ids.empty()) return;
    const auto longest = static_cast<size_t>(options_.max_length);
    if (ids.size() > longest) {
      std::cerr << fmt::format("line {}: cut from {} to {} tokens, see --max-length\n",
                               samples_.size(), ids.size(), longest);
      ids.resize(longest);
      sample.alignment.source.resize(longest);
    }
    sources.push_back(std::move(ids));
  }

  void finish(SampleTranslation& sample, const Hypothesis& hypothesis) const {
    sample.alignment = make_alignment(sample.alignment.sentence, std::move(sample.alignment.source),
                                      model_.languages.target.tokens(hypothesis.tokens),
                                      {hypothesis.attention, hypothesis.ended});
    sample.score = hypothesis.score;
  }

  ReportOptions options_;
  TranslationModel model_;
  std::vector<SampleTranslation> samples_;
  Unanswered unanswered_{"translation"};  // which the page shows as well
};

std::vector<DocumentAttention> classify_samples(const ReportOptions& options) {
  const ClassifierModel model = ClassifierFolder(options.model).load();
  if (!model.network->options().has_attention())
    throw Error("the model in {} has no attention: it was trained with --pooling {}",
                options.model.string(), model.network->options().pooling);
  DocumentSplitter splitter(model.splitter);
  DocumentCorpus corpus;
  std::vector<Document> texts;
  for (const std::string& line : first_lines(options.input, options.samples)) {
    texts.push_back(splitter.split(line));
    add_document(corpus, texts.back(), model.vocabulary, kNoLabel);
  }
  say_what_was_cut(splitter);
  const auto results = classify(*model.network, corpus, {.keep_weights = true});
  std::vector<DocumentAttention> samples;
  for (size_t d = 0; d < results.size(); ++d)
    samples.push_back(make_document_attention(results[d], model.labels, std::move(texts[d]),
                                              model.network->options().hierarchical));
  return samples;
}

}  // namespace

void report_command(std::span<const std::string> arguments) {
  ReportOptions options;
  Options table("report", "Shows a training and samples of the model's output on one HTML page");
  add_options(table, options);
  if (!table.parse(arguments)) return;
  check(options, ModelFolder(options.model).kind());
  use_threads(options.threads);
  RunReport report{summarize(options.model), {}, {}};
  if (!options.source.empty()) report.translations = SampleTranslator(options).run();
  if (!options.input.empty()) report.documents = classify_samples(options);
  write_run_report(options.output, report);
}

}  // namespace alinea
