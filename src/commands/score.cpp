#include "commands/score.h"

#include <fmt/format.h>

#include <cmath>
#include <iostream>
#include <memory>
#include <vector>

#include "metrics/whitespace.h"
#include "models/model.h"
#include "options/options.h"
#include "options/threads.h"
#include "reports/alignment_writer.h"
#include "reports/make_alignment.h"
#include "reports/word_scores.h"
#include "search/scored_lines.h"
#include "search/scored_texts.h"
#include "support/counted.h"
#include "support/error.h"
#include "support/figure.h"
#include "support/name_table.h"
#include "support/unanswered.h"
#include "support/utf8.h"

namespace alinea {

namespace {

struct ScoreOptions {
  ScoredTextsOptions pairs;
  std::filesystem::path text, attention, attention_page;  // of a language model
  std::string unit = "token";
  bool stream = false;
};

// How many units a line has, its end counted.
using CountUnits = int64_t (*)(const ScoredTextLine& line);

const NameTable<CountUnits> kUnits(
    "unit",
    {{"token", [](const ScoredTextLine& line) { return line.result.tokens; }},
     {"word", [](const ScoredTextLine& line) { return std::ssize(split_words(line.text)) + 1; }},
     {"character",
      [](const ScoredTextLine& line) { return std::ssize(code_points(line.text)) + 1; }}});

void score_pairs(const ScoreOptions& options) {
  for (const auto& [name, path] : {std::pair("source", options.pairs.files.source),
                                   std::pair("target", options.pairs.files.target)})
    if (path.empty())
      throw UsageError("--{} is missing: a translation model scores translations of a source",
                       name);
  Unanswered unanswered("score");
  for_scored_lines(options.pairs, [&](const ScoredLines& pair) {
    const ScoredPair& result = pair.forward.result;
    if (pair.fault.empty()) {
      std::cout << fmt::format("{:.6f}\t{}", result.log_probability, result.tokens);
      if (options.pairs.keep_token_log_probabilities)
        std::cout << word_scores(result.token_log_probabilities);
    } else {
      unanswered.add(pair.sentence + 1, pair.fault);
    }
    std::cout << '\n';
  });
  unanswered.finish();
}

void say_total(const std::string& unit, double nats, int64_t units, int64_t unknown) {
  if (units == 0) return;
  const double mean = nats / static_cast<double>(units);
  std::cerr << fmt::format("{} with the ends of lines, {:.6f} nats a {}, perplexity {}",
                           counted(units, unit), mean, unit, figure(std::exp(mean)));
  if (unknown > 0)
    std::cerr << fmt::format("; {} unknown",
                             unknown == 1 ? "1 token is" : fmt::format("{} tokens are", unknown));
  std::cerr << '\n';
}

std::vector<std::unique_ptr<AlignmentWriter>> writers_of(const ScoreOptions& options,
                                                         const LanguageNetwork& network) {
  auto writers = make_self_attention_writers(options.attention, options.attention_page);
  if (!writers.empty() && !network.options().has_self_attention())
    throw Error(
        "the words of the model in {} do not look at each other: its architecture is {}, without "
        "--intra-attention",
        options.pairs.model.string(), network.options().network.encoder);
  return writers;
}

void score_text(const ScoreOptions& options) {
  if (options.text.empty())
    throw UsageError("--text is missing: a language model scores the lines of a text");
  const LanguageModel model = load_causal(options.pairs.model);
  if (options.stream && !model.network->options().carries_states())
    throw UsageError(
        "--stream requires a causal recurrent model without intra-attention, but the one in {} is "
        "another: leave it out",
        options.pairs.model.string());
  const auto writers = writers_of(options, *model.network);
  Unanswered unanswered("score");
  double nats = 0;
  int64_t units = 0, unknown = 0;
  const ScoringOptions scoring{
      .batch_size = options.pairs.batch_size,
      .keep_attention = !writers.empty(),
      .keep_token_log_probabilities = options.pairs.keep_token_log_probabilities,
      .attention_of = AttentionOf::kDecoder};
  const LineStates states = options.stream ? LineStates::kCarried : LineStates::kFirst;
  for_text_lines(model, options.text, scoring, states, [&](const ScoredTextLine& line) {
    const ScoredPair& result = line.result;
    if (line.fault.empty()) {
      const int64_t count = kUnits[options.unit](line);
      const double mean = -result.log_probability / static_cast<double>(count);
      std::cout << fmt::format("{:.6f}\t{}\t{:.6f}\t{:.4f}", result.log_probability, count, mean,
                               std::exp(mean));
      if (options.pairs.keep_token_log_probabilities)
        std::cout << word_scores(result.token_log_probabilities);
      nats -= result.log_probability;
      units += count;
      unknown += line.unknown;
      for (const auto& writer : writers)
        writer->write(alignment_of_text(line.number, model.network->options(),
                                        model.language.tokens(line.text), result.attention));
    } else {
      unanswered.add(line.number + 1, line.fault);
    }
    std::cout << '\n';
  });
  for (const auto& writer : writers) writer->finish();
  say_total(options.unit, nats, units, unknown);
  unanswered.finish();
}

}  // namespace

void score_command(std::span<const std::string> arguments) {
  ScoreOptions options;
  Options table("score",
                "Prints the log-probability and the number of tokens of given translations, or of "
                "the lines of a text");
  options.pairs.visit(table, ScoredTextsOptions::Texts::kOptional);
  table
      .add("text", options.text,
           "text, plain or .gz, in the place of both: for a language model, which also prints nats "
           "per --unit and perplexity")
      .choice("unit", options.unit, kUnits.names(),
              "what the nats of a text are counted by, ends of lines too")
      .needs("text")
      .add("stream", options.stream,
           "carry the states of recurrent layers from line to line, as in training with --stream")
      .needs("text")
      .add(
          "attention", options.attention,
          "CSV file for the weights with which the words of a text look at those before them, of a "
          "language model with --architecture transformer or --intra-attention")
      .output()
      .needs("text")
      .add("attention-page", options.attention_page,
           "HTML page on which words look at words, by layer and head")
      .output()
      .needs("text")
      .add("word-scores", options.pairs.keep_token_log_probabilities,
           "print the log-probability of each token too, </s> last, as: ||| WordScores= ...");
  options.pairs.hard.visit(table);
  if (!table.parse(arguments)) return;
  use_threads(options.pairs.threads);
  const bool is_language_model =
      kind_of(ModelFolder(options.pairs.model)).format == LanguageModel::kFormat;
  if (is_language_model && (table.given("source") || table.given("target")))
    throw UsageError("a language model scores the lines of one text: give --text");
  if (!is_language_model && table.given("text"))
    throw UsageError("--text requires a language model: give --source and --target");
  if (is_language_model && table.given("hard-attention"))
    throw UsageError("--hard-attention requires a translation model: leave it out");
  (is_language_model ? score_text : score_pairs)(options);
}

}  // namespace alinea
