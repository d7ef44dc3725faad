#include "commands/translate.h"

#include <fmt/format.h>

#include <filesystem>
#include <iostream>
#include <optional>
#include <utility>

#include "commands/alignments.h"
#include "commands/decoding_options.h"
#include "commands/limits.h"
#include "commands/options.h"
#include "commands/standard_input.h"
#include "commands/threads.h"
#include "commands/translation_models.h"
#include "commands/translation_requests.h"
#include "commands/unknown_replacement.h"
#include "ops/packed_product.h"
#include "reports/alignment_writer.h"
#include "search/phrases.h"
#include "search/translator.h"
#include "support/error.h"
#include "text/line_reader.h"

namespace alinea {

namespace {

struct TranslateOptions {
  Paths models;
  DecodingOptions decoding;
  bool word_scores = false;

  std::filesystem::path alignments;
  std::string alignment_format = "tidy", alignment_unit = "token", precision = "f32";
  bool n_best_list = false;
  int64_t max_length = 1000;
  int64_t threads = 0;
  TranslatorOptions translator;
};

Options& add_options(Options& table, TranslateOptions& o) {
  SearchOptions& search = o.translator.search;
  table
      .required("model", o.models,
                "model folder; given several times, models that translate together")
      .add("beam-size", search.beam_size, "hypotheses kept; 1 is greedy search")
      .range<int64_t>(1, 1000)
      .add("batch-size", o.translator.batch_size, "sentences at a time")
      .range<int64_t>(1, kMostSentences)
      .add("length-penalty", search.length_penalty,
           "alpha of GNMT's length normalisation; 0: log-probability alone")
      .range(0.0, kAnyNumber)
      .add("n-best", o.n_best_list,
           "print all hypotheses of the beam, best first, as: id ||| text ||| score")
      .add("word-scores", o.word_scores,
           "print the log-probability of each token too, </s> last, as: ||| WordScores= ...")
      .add("max-length-factor", search.max_length_factor,
           "a translation has at most this many times the source's tokens, and 10")
      .range(0.0, 1000.0)
      .add("max-length", o.max_length, "cut longer source lines to this many tokens")
      .range<int64_t>(1, kNoLimit)
      .add("alignments", o.alignments,
           "file for what attention did, for the format matrix a folder")
      .choice("alignment-format", o.alignment_format, alignment_formats(), "form of --alignments")
      .choice("alignment-unit", o.alignment_unit, alignment_units(),
              "what its rows and columns are; word: the pieces of a word together")
      .choice("precision", o.precision, ops::precision_names(),
              "arithmetic of the products with the model's weights")
      .add("threads", o.threads, "threads; 0: every core")
      .range<int64_t>(0, kMostThreads);
  return add_decoding_options(table, o.decoding, search);
}

// A source line on its way.
struct Line {
  std::vector<std::string> tokens;
  std::vector<int32_t> ids;
  TranslationRequests::Request request;
};

std::optional<UnknownReplacement> make_replacement(const DecodingOptions& options,
                                                   const Language& target) {
  if (!options.replace_unknown) return std::nullopt;
  if (target.tokenizer().name() == "sentencepiece")
    throw Error(
        "--replace-unknown puts words in the place of words, but the model's tokens are pieces of "
        "words: leave it out");
  if (options.dictionary.empty()) return UnknownReplacement();
  return UnknownReplacement(options.dictionary);
}

class Translation {
 public:
  explicit Translation(const TranslateOptions& options)
      : options_(options),
        model_(options.models, model_weights(options.decoding)),
        requests_(options.decoding, model_.languages.target),
        replacement_(make_replacement(options.decoding, model_.languages.target)) {
    for (const TranslationModel& model : model_.models)
      model.network->parameters().compute_in(ops::precision_from_name(options.precision));
    SearchOptions& search = options_.translator.search;
    if (search.sampling.enabled && !options.n_best_list) search.beam_size = 1;
    if (options.n_best_list || search.sampling.enabled) search.n_best = search.beam_size;
    if (replacement_) model_.check_attention("for --replace-unknown");
    if (search.coverage_penalty > 0) model_.check_attention("for --coverage-penalty");
    options_.translator.keep_attention = replacement_ || !options.alignments.empty();
    if (options.alignments.empty()) return;
    model_.check_attention("to write to --alignments");
    writer_ = make_alignment_writer(options.alignment_format, options.alignments);
  }

  void run() {
    // Some batches are sorted together, and fewer lines where the input pauses: whoever writes a
    // line and waits gets its translation.
    constexpr int64_t kBatchesTogether = 16;
    const int64_t together = kBatchesTogether * options_.translator.batch_size;
    StandardInput bytes([this] { translate_waiting(); });
    std::istream stream(&bytes);
    LineReader input(stream, "standard input");
    try {
      for (std::string text; input.next(text);) {
        waiting_.push_back(read(text, input));
        if (std::ssize(waiting_) == together) translate_waiting();
      }
    } catch (const Error&) {
      translate_waiting();  // the good lines before a bad one
      throw;
    }
    translate_waiting();
    requests_.finish();
    if (writer_) writer_->finish();
  }

 private:
  Line read(const std::string& text, const LineReader& input) {
    const Language& source = model_.languages.source;
    Line line{source.tokens(text), source.encode(text), requests_.next()};
    const auto longest = static_cast<size_t>(options_.max_length);
    if (line.ids.size() > longest) {
      std::cerr << fmt::format("line {}: cut from {} to {} tokens, see --max-length\n",
                               input.line_number(), line.ids.size(), longest);
      line.ids.resize(longest);
      line.tokens.resize(longest);
    }
    return line;
  }

  void translate_waiting() {
    const std::vector<Line> lines = std::exchange(waiting_, {});
    std::vector<std::vector<int32_t>> sources;
    std::vector<Guidance> guidance;
    for (const Line& line : lines) {
      if (line.ids.empty()) continue;
      sources.push_back(line.ids);
      guidance.push_back(line.request.guidance);
    }
    const std::vector<std::vector<Hypothesis>> translations =
        translate(model_.ensemble, sources, options_.translator, guidance);
    size_t next = 0;
    // An empty line is not translated: its translation is empty, and certain.
    const std::vector<Hypothesis> empty(1);
    for (const Line& line : lines) {
      const std::vector<Hypothesis>& found = line.ids.empty() ? empty : translations[next++];
      check_constraints(line.request.guidance, found.front());
      print(line, found);
    }
    std::cout.flush();
    if (!std::cout) throw Error("cannot write to the standard output");
  }

  // Rules may forbid what constraints ask for, and an empty line has no translation to hold them.
  static void check_constraints(const Guidance& guidance, const Hypothesis& best) {
    const Phrases required(guidance.required);
    if (!required.are_held(required.progress(best.tokens)))
      std::cerr << fmt::format("line {}: its translation does not hold all of its --constraints\n",
                               guidance.number + 1);
  }

  void print(const Line& line, std::span<const Hypothesis> hypotheses) {
    for (const Hypothesis& hypothesis : hypotheses) {
      if (options_.n_best_list) std::cout << sentence_ << " ||| ";
      std::cout << model_.languages.target.tokenizer().join(shown_tokens(line, hypothesis));
      if (options_.word_scores) {
        std::cout << " ||| WordScores=";
        for (const float score : hypothesis.token_log_probabilities)
          std::cout << fmt::format(" {:.6f}", score);
      }
      if (options_.n_best_list) std::cout << fmt::format(" ||| {:.6f}", hypothesis.score);
      std::cout << '\n';
      if (writer_) write_alignment(line, hypothesis);
      ++written_;
    }
    ++sentence_;
  }

  // With other words in the place of <unk>, where there are some.
  std::vector<std::string> shown_tokens(const Line& line, const Hypothesis& hypothesis) const {
    std::vector<std::string> tokens = model_.languages.target.tokens(hypothesis.tokens);
    for (size_t t = 0; t < tokens.size(); ++t) {
      if (hypothesis.tokens[t] != kUnknown) continue;
      if (t < line.request.prefix.size()) {
        tokens[t] = line.request.prefix[t];
      } else if (replacement_) {
        const size_t width = line.tokens.size() + 1;
        const auto weights = std::span(hypothesis.attention).subspan(t * width, width);
        if (std::string word = (*replacement_)(line.tokens, weights); !word.empty())
          tokens[t] = std::move(word);
      }
    }
    return tokens;
  }

  void write_alignment(const Line& line, const Hypothesis& hypothesis) {
    writer_->write(in_units(
        options_.alignment_unit,
        make_alignment(written_, line.tokens, model_.languages.target.tokens(hypothesis.tokens),
                       {hypothesis.attention, hypothesis.focus, hypothesis.ended}),
        model_.languages));
  }

  TranslateOptions options_;
  TranslationModels model_;
  TranslationRequests requests_;
  std::optional<UnknownReplacement> replacement_;
  std::unique_ptr<AlignmentWriter> writer_;
  std::vector<Line> waiting_;
  int64_t sentence_ = 0;  // lines read
  int64_t written_ = 0;   // lines written
};

}  // namespace

void translate_command(std::span<const std::string> arguments) {
  TranslateOptions options;
  Options table("translate", "Translates standard input to standard output, line for line");
  if (!add_options(table, options).parse(arguments)) return;
  for (const char* name : {"alignment-format", "alignment-unit"})
    if (table.given(name) && options.alignments.empty())
      throw UsageError("--{} needs --alignments: give the file to write", name);
  use_threads(options.threads);
  const SearchOptions& search = options.translator.search;
  check_decoding_options(table, options.decoding, search);
  if (search.sampling.enabled && table.given("beam-size") && !options.n_best_list)
    throw UsageError("--beam-size is the number of samples with --sampling: it needs --n-best");
  Translation(options).run();
}

}  // namespace alinea
