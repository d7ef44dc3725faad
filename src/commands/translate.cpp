#include "commands/translate.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <limits>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "distributed/alike.h"
#include "ops/weight_product.h"
#include "options/limits.h"
#include "options/options.h"
#include "reports/alignment_writer.h"
#include "reports/array_contents.h"
#include "reports/attention_choice.h"
#include "reports/make_alignment.h"
#include "reports/translation_attention.h"
#include "reports/word_scores.h"
#include "search/decoding_options.h"
#include "search/line_translator.h"
#include "search/phrases.h"
#include "search/unknown_positions.h"
#include "storage/atomic_file.h"
#include "storage/checksum.h"
#include "storage/input.h"
#include "support/error.h"
#include "support/unanswered.h"
#include "text/shared_input.h"
#include "training/ranks.h"

namespace alinea {

namespace {

struct TranslateOptions {
  Paths models;
  std::filesystem::path input = kStandardStream, output = kStandardStream;
  DecodingOptions decoding;
  bool word_scores = false;

  std::filesystem::path alignments;
  std::string alignment_format = "tidy", alignment_unit = "token", precision = "f32";
  bool n_best_list = false;
  int64_t max_length = 1000;
  RanksOptions ranks;
  TranslatorOptions translator;
  AttentionChoice attention;
  ArrayContents arrays;
  HardAttentionOptions hard;
  FeatureFileOptions features;
};

void add_options(Options& table, TranslateOptions& o) {
  SearchOptions& search = o.decoding.search;
  table.required("model", o.models, "model folder; may be given several times, for an ensemble")
      .add("input", o.input,
           "source text, plain or .gz, or for models of features a list of files; - is standard "
           "input")
      .add("output", o.output, "its translations; - is standard output")
      .output()
      .add("beam-size", search.beam_size, "size of the beam; 1 is greedy search")
      .range<int64_t>(1, 1000)
      .add("batch-size", o.translator.batch_size, "sentences per batch")
      .range<int64_t>(1, kMostSentences)
      .add("length-penalty", search.length_penalty, "alpha of GNMT's length normalisation; 0: none")
      .range(0.0, kAnyNumber)
      .add(
          "n-best", o.n_best_list,
          "print the --beam-size best translations, no two with the same text, as: id ||| text ||| "
          "score")
      .add("word-scores", o.word_scores,
           "print the log-probability of each token, </s> last, as: ||| WordScores= ...")
      .add("max-length-factor", search.max_length_factor,
           "maximum length of a translation: this many times the source's tokens, plus 10")
      .range(0.0, 1000.0)
      .add("max-length", o.max_length, "cut longer source lines to this many tokens")
      .range<int64_t>(1, kNoLimit)
      .add("decoding-window", o.translator.attention_reach,
           "let attention look at most so many positions before and behind the median of where it "
           "looked at the step before; 0: everywhere; requires models with --location-aware")
      .range<int64_t>(0, kNoLimit / 4)
      .add("ctc-weight", o.translator.ctc_weight,
           "share of CTC in the score of a translation; 0: none; requires models trained with "
           "--ctc-weight")
      .range(0.0, 1.0)
      .add("alignments", o.alignments,
           "file for the attention weights; a folder for the format matrix")
      .output()
      .choice("alignment-format", o.alignment_format, alignment_formats(), "format of --alignments")
      .needs("alignments")
      .choice("alignment-unit", o.alignment_unit, alignment_units(),
              "unit of its rows and columns; word: combine the pieces of a word")
      .needs("alignments");
  o.arrays.visit(table, "alignment-format");
  table.choice("precision", o.precision, ops::precision_names(),
               "precision of products with the model's weights");
  o.ranks.visit(table);
  o.attention.visit(table, "alignments");
  o.hard.visit(table);
  o.decoding.visit(table);
  table.group("Features");
  o.features.visit(table);
}

// What all ranks must have in common. Files may lie elsewhere on each host.
nlohmann::ordered_json in_common(const Options& table, const TranslateOptions& options) {
  constexpr std::string_view kOfARank[] = {"model",   "input",        "output",
                                           "threads", "rank-timeout", "alignments"};
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

// Of a list of n best, the first ones are as many as the beam has.
LineSearchOptions search_options(const TranslateOptions& options) {
  LineSearchOptions how{options.translator, options.decoding.replace_unknown, options.max_length};
  SearchOptions& search = how.translator.search;
  search = options.decoding.search;
  search.extractive = extractive_weights(options.decoding);
  if (search.sampling.enabled && !options.n_best_list) search.beam_size = 1;
  if (options.n_best_list || search.sampling.enabled) search.n_best = search.beam_size;
  how.translator.keep_attention =
      !options.alignments.empty() && options.attention.which() == AttentionOf::kCross;
  how.translator.keep_energies = options.arrays.energies;
  return how;
}

class Translation {
 public:
  Translation(const TranslateOptions& options, Group& group)
      : options_(options),
        how_(search_options(options)),
        group_(group),
        translator_(options.models, {.weights = model_weights(options.decoding),
                                     .precision = options.precision,
                                     .hard = options.hard,
                                     .features = options.features,
                                     .shortlist = options.decoding.shortlist,
                                     .shortlisted = options.decoding.shortlisted,
                                     .dictionary = options.decoding.dictionary}),
        model_(translator_.models()),
        requests_(options.decoding, model_.languages.target) {
    translator_.check(how_);
    if (group.leads()) output_.emplace(options.output);
    if (options.alignments.empty()) return;
    check_alignments();
    if (group.leads())
      writer_ = make_alignment_writer(options.alignment_format, options.alignments);
  }

  void run() {
    constexpr int64_t kBatchesTogether = 64;  // sorted by length together
    SharedInput input(options_.input, group_, kBatchesTogether * options_.translator.batch_size,
                      options_.ranks.timeout);
    input.read([this](const std::string& line, const std::string& fault) { take(line, fault); },
               [this] { translate_waiting(); });
    if (group_.leads()) {
      requests_.finish();
      output_->commit();
      if (writer_) writer_->finish();
    }
    unanswered_.finish();
  }

 private:
  void check_alignments() const {
    const AttentionChoice& wanted = options_.attention;
    options_.arrays.check(wanted, options_.alignment_unit);
    if ((options_.arrays.energies || options_.arrays.encoder_states) && model_.models.size() > 1)
      throw UsageError("--energies and --encoder-states require a single model");
    if (wanted.which() == AttentionOf::kCross) {
      model_.check_attention("to write to --alignments");
      for (size_t m = 0; m < model_.models.size(); ++m)
        wanted.check(model_.models[m].network->options(), model_.folders[m]);
      return;
    }
    if (model_.models.size() > 1)
      throw UsageError("--attention-of {} requires a single model", wanted.of);
    if (!model_.models[0].network->options().has_attention(wanted.which()))
      throw Error("the model in {} has no self-attention in its {}", model_.folders[0].string(),
                  wanted.of);
    if (options_.alignment_unit != "token" || wanted.shifted)
      throw UsageError("--alignment-unit word and --shift-attention require --attention-of cross");
  }

  void take(const std::string& text, const std::string& fault) {
    TranslationLine line{.fault = fault};
    if (fault.empty()) translator_.read(text, options_.max_length, line);
    line.request = requests_.next(line.source.ids);
    if (line.source.is_cut())
      std::cerr << fmt::format("line {}: cut from {} to {} tokens, see --max-length\n",
                               line.request.guidance.number + 1, line.source.length,
                               options_.max_length);
    for (const TranslationModel& model : model_.models)
      note_unknown_positions(model.network->options(), line.source.pair().source_size());
    if (!line.fault.empty()) line.source = {};
    waiting_.push_back(std::move(line));
  }

  void translate_waiting() {
    const std::vector<TranslationLine> lines = std::exchange(waiting_, {});
    const NBestLists translations = translator_.search(lines, how_, group_);
    for (size_t i = 0; i < lines.size(); ++i) answer(lines[i], translations[i]);
    words_ = translator_.use_words();
    if (!group_.leads()) return;
    output_->flush();
  }

  // Rules may forbid what constraints ask for, and an empty line has no translation to hold them.
  static void check_constraints(const Guidance& guidance, const Hypothesis& best) {
    const Phrases required(guidance.required);
    if (!required.are_held(required.progress(best.tokens)))
      std::cerr << fmt::format(
          "line {}: the translation does not contain all of its --constraints\n",
          guidance.number + 1);
  }

  void answer(const TranslationLine& line, const std::vector<Hypothesis>& found) {
    // An empty line is not translated: its translation is empty, and certain.
    Hypothesis empty{};
    const bool is_answered = line.fault.empty() && (line.source.is_empty() || !found.empty());
    if (!is_answered) {
      unanswered_.add(static_cast<int64_t>(line.request.guidance.number) + 1,
                      line.fault.empty() ? kNoNextToken : line.fault);
      empty.log_probability = empty.score = -std::numeric_limits<double>::infinity();
    }
    const std::span<const Hypothesis> shown =
        found.empty() ? std::span<const Hypothesis>(&empty, 1) : found;
    if (is_answered) check_constraints(line.request.guidance, shown.front());
    if (group_.leads()) print(line, shown);
  }

  void print(const TranslationLine& line, std::span<const Hypothesis> hypotheses) {
    std::ostream& out = output_->stream();
    for (const Hypothesis& hypothesis : hypotheses) {
      if (options_.n_best_list) out << sentence_ << " ||| ";
      out << translator_.text(line, hypothesis, how_.replace_unknown);
      if (options_.word_scores) out << word_scores(hypothesis.token_log_probabilities);
      if (options_.n_best_list) out << fmt::format(" ||| {:.6f}", hypothesis.score);
      out << '\n';
      if (writer_) write_alignment(line, hypothesis);
      ++written_;
    }
    ++sentence_;
  }

  void write_alignment(const TranslationLine& line, const Hypothesis& hypothesis) {
    const EncoderDecoder& network = *model_.models[0].network;
    Alignment alignment = in_units(
        options_.alignment_unit,
        translation_attention(network, model_.languages, {written_, line.source, hypothesis},
                              options_.attention.which(), options_.attention.selection()),
        model_.languages);
    if (options_.arrays.encoder_states && !line.source.is_empty()) {
      const SentencePair source = line.source.pair();
      alignment.states = encode(network, std::span(&source, 1), 1).front().states;
    }
    writer_->write(alignment);
  }

  TranslateOptions options_;
  LineSearchOptions how_;
  Group& group_;
  LineTranslator translator_;
  const TranslationModels& model_;
  TranslationRequests requests_;
  std::optional<AtomicFile> output_;  // of the rank that leads, as is what writes alignments
  std::unique_ptr<AlignmentWriter> writer_;
  Unanswered unanswered_{"translation"};
  std::vector<TranslationLine> waiting_;
  OpenWords::Use words_ = translator_.use_words();  // of these lines
  int64_t sentence_ = 0;                            // lines read
  int64_t written_ = 0;                             // lines written
};

}  // namespace

void translate_command(std::span<const std::string> arguments) {
  TranslateOptions options;
  Options table("translate", "Translates a text line by line");
  add_options(table, options);
  if (!table.parse(arguments)) return;
  const SearchOptions& search = options.decoding.search;
  if (search.sampling.enabled && !options.decoding.constraints.empty())
    throw UsageError("--constraints cannot be combined with --sampling");
  if (search.sampling.enabled && table.given("beam-size") && !options.n_best_list)
    throw UsageError("--beam-size is the number of samples with --sampling: it requires --n-best");
  const Ranks ranks(options.ranks);
  Translation translation(options, ranks.group());
  if (!ranks.group().is_alone()) check_alike(ranks.group(), in_common(table, options));
  translation.run();
}

}  // namespace alinea
