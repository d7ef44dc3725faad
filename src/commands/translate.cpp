#include "commands/translate.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "commands/alignments.h"
#include "commands/decoding_options.h"
#include "commands/ranks.h"
#include "commands/shared_input.h"
#include "commands/shared_translation.h"
#include "commands/translation_models.h"
#include "commands/translation_requests.h"
#include "commands/unknown_replacement.h"
#include "distributed/alike.h"
#include "models/model_folder.h"
#include "ops/weight_product.h"
#include "options/limits.h"
#include "options/options.h"
#include "reports/alignment_writer.h"
#include "search/phrases.h"
#include "search/translator.h"
#include "storage/checksum.h"
#include "storage/input.h"
#include "support/error.h"

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
  RanksOptions ranks;
  TranslatorOptions translator;
};

Options& add_options(Options& table, TranslateOptions& o) {
  SearchOptions& search = o.translator.search;
  table.required("model", o.models, "model folder; may be given several times, for an ensemble")
      .add("beam-size", search.beam_size, "size of the beam; 1 is greedy search")
      .range<int64_t>(1, 1000)
      .add("batch-size", o.translator.batch_size, "sentences per batch")
      .range<int64_t>(1, kMostSentences)
      .add("length-penalty", search.length_penalty, "alpha of GNMT's length normalisation; 0: none")
      .range(0.0, kAnyNumber)
      .add("n-best", o.n_best_list,
           "print all hypotheses of the beam, best first, as: id ||| text ||| score")
      .add("word-scores", o.word_scores,
           "print the log-probability of each token, </s> last, as: ||| WordScores= ...")
      .add("max-length-factor", search.max_length_factor,
           "maximum length of a translation: this many times the source's tokens, plus 10")
      .range(0.0, 1000.0)
      .add("max-length", o.max_length, "cut longer source lines to this many tokens")
      .range<int64_t>(1, kNoLimit)
      .add("alignments", o.alignments,
           "file for the attention weights; a folder for the format matrix")
      .choice("alignment-format", o.alignment_format, alignment_formats(), "format of --alignments")
      .choice("alignment-unit", o.alignment_unit, alignment_units(),
              "unit of its rows and columns; word: combine the pieces of a word")
      .choice("precision", o.precision, ops::precision_names(),
              "precision of products with the model's weights");
  add_ranks(table, o.ranks);
  return add_decoding_options(table, o.decoding, search);
}

// A source line on its way.
struct Line {
  std::vector<std::string> tokens;
  std::vector<int32_t> ids;
  TranslationRequests::Request request;
};

// What all ranks must have in common. Files may lie elsewhere on each host.
nlohmann::ordered_json in_common(const Options& table, const TranslateOptions& options) {
  constexpr std::string_view kOfARank[] = {"model", "threads", "rank-timeout", "alignments"};
  const DecodingOptions& decoding = options.decoding;
  std::map<std::string, std::filesystem::path> files = {{"prefix", decoding.prefixes},
                                                        {"constraints", decoding.constraints},
                                                        {"avoid", decoding.avoided},
                                                        {"dictionary", decoding.dictionary},
                                                        {"shortlist", decoding.shortlist}};
  nlohmann::ordered_json common = nlohmann::ordered_json::object();
  const nlohmann::ordered_json given = table.effective();
  for (const auto& [name, value] : given.items())
    if (std::ranges::find(kOfARank, name) == std::end(kOfARank) && !files.contains(name))
      common["--" + name] = value;
  for (size_t i = 0; i < options.models.size(); ++i) {
    const ModelFolder folder(options.models[i]);
    const std::string model = fmt::format("model {}: ", i + 1);
    files[model + "parameters"] = folder.parameter_file(Snapshot::kBest);
    files[model + "config.json"] = folder.path() / "config.json";
    for (const std::string& file : folder.text_files()) files[model + file] = folder.path() / file;
  }
  for (const auto& [name, path] : files) {
    if (path.empty()) continue;
    check_is_file(path);
    common[name] = fmt::format("{:08x}", fingerprint(path).crc32);
  }
  return common;
}

std::optional<UnknownReplacement> make_replacement(const DecodingOptions& options,
                                                   const Language& target) {
  if (!options.replace_unknown) return std::nullopt;
  if (target.tokenizer().name() == "sentencepiece")
    throw Error(
        "--replace-unknown replaces words, but the model's tokens are pieces of words: leave it "
        "out");
  if (options.dictionary.empty()) return UnknownReplacement();
  return UnknownReplacement(options.dictionary);
}

class Translation {
 public:
  Translation(const TranslateOptions& options, Group& group)
      : options_(options),
        group_(group),
        model_(options.models, model_weights(options.decoding)),
        requests_(options.decoding, model_.languages.target),
        replacement_(make_replacement(options.decoding, model_.languages.target)) {
    for (const TranslationModel& model : model_.models)
      model.network->parameters().compute_in(ops::precision_from_name(options.precision));
    if (!options.decoding.shortlist.empty()) {
      shortlist_.emplace(options.decoding.shortlist, model_.languages.source.vocabulary(),
                         model_.languages.target.vocabulary(), options.decoding.shortlisted);
      options_.translator.shortlist = &*shortlist_;
    }
    SearchOptions& search = options_.translator.search;
    if (search.sampling.enabled && !options.n_best_list) search.beam_size = 1;
    if (options.n_best_list || search.sampling.enabled) search.n_best = search.beam_size;
    if (replacement_) model_.check_attention("for --replace-unknown");
    if (search.coverage_penalty > 0) model_.check_attention("for --coverage-penalty");
    options_.translator.keep_attention = replacement_ || !options.alignments.empty();
    if (options.alignments.empty()) return;
    model_.check_attention("to write to --alignments");
    if (group.leads())
      writer_ = make_alignment_writer(options.alignment_format, options.alignments);
  }

  void run() {
    constexpr int64_t kBatchesTogether = 64;  // sorted by length together
    SharedInput input(group_, kBatchesTogether * options_.translator.batch_size,
                      options_.ranks.timeout);
    input.read([this](const std::string& line) { take(line); }, [this] { translate_waiting(); });
    if (!group_.leads()) return;
    requests_.finish();
    if (writer_) writer_->finish();
  }

 private:
  void take(const std::string& text) {
    const Language& source = model_.languages.source;
    Line line{source.tokens(text), source.encode(text), requests_.next()};
    const auto longest = static_cast<size_t>(options_.max_length);
    if (line.ids.size() > longest) {
      std::cerr << fmt::format("line {}: cut from {} to {} tokens, see --max-length\n",
                               line.request.guidance.number + 1, line.ids.size(), longest);
      line.ids.resize(longest);
      line.tokens.resize(longest);
    }
    waiting_.push_back(std::move(line));
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
        translate_together(group_, model_.ensemble, sources, options_.translator, guidance);
    if (!group_.leads()) return;
    size_t next = 0;
    // An empty line is not translated: its translation is empty, and certain.
    const std::vector<Hypothesis> empty(1);
    for (const Line& line : lines) {
      const std::vector<Hypothesis>& found = line.ids.empty() ? empty : translations[next++];
      check_constraints(line.request.guidance, found.front());
      print(line, found);
    }
    std::cout.flush();
    if (!std::cout) throw Error("cannot write to standard output");
  }

  // Rules may forbid what constraints ask for, and an empty line has no translation to hold them.
  static void check_constraints(const Guidance& guidance, const Hypothesis& best) {
    const Phrases required(guidance.required);
    if (!required.are_held(required.progress(best.tokens)))
      std::cerr << fmt::format(
          "line {}: the translation does not contain all of its --constraints\n",
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
  Group& group_;
  TranslationModels model_;
  TranslationRequests requests_;
  std::optional<UnknownReplacement> replacement_;
  std::optional<Shortlist> shortlist_;
  std::unique_ptr<AlignmentWriter> writer_;
  std::vector<Line> waiting_;
  int64_t sentence_ = 0;  // lines read
  int64_t written_ = 0;   // lines written
};

}  // namespace

void translate_command(std::span<const std::string> arguments) {
  TranslateOptions options;
  Options table("translate", "Translates standard input to standard output, line by line");
  if (!add_options(table, options).parse(arguments)) return;
  for (const char* name : {"alignment-format", "alignment-unit"})
    if (table.given(name) && options.alignments.empty())
      throw UsageError("--{} requires --alignments: give the file to write", name);
  const SearchOptions& search = options.translator.search;
  check_decoding_options(table, options.decoding, search);
  if (search.sampling.enabled && table.given("beam-size") && !options.n_best_list)
    throw UsageError("--beam-size is the number of samples with --sampling: it requires --n-best");
  const Ranks ranks(options.ranks);
  Translation translation(options, ranks.group());
  if (!ranks.group().is_alone()) check_alike(ranks.group(), in_common(table, options));
  translation.run();
}

}  // namespace alinea
