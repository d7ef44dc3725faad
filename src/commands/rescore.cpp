#include "commands/rescore.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <optional>

#include "options/limits.h"
#include "options/option_value.h"
#include "options/options.h"
#include "options/threads.h"
#include "search/rescoring.h"
#include "storage/input.h"
#include "support/counted.h"
#include "support/error.h"
#include "support/standard_output.h"
#include "support/unanswered.h"

namespace alinea {

namespace {

struct RescoreOptions {
  Paths models;
  std::filesystem::path list = kStandardStream, source;
  std::string weights;
  RescoringOptions scoring;
  bool n_best_list = false;
  int64_t threads = 0;
};

void add_options(Options& table, RescoreOptions& o) {
  table
      .required("model", o.models,
                "folder of a causal language model or of a translation model; may be given several "
                "times")
      .add("n-best-list", o.list,
           "list to rescore, lines of id ||| text ||| score, with or without features before the "
           "score; - is standard input")
      .add("source", o.source,
           "source text, whose line id + 1 the entries of an id translate; for translation models")
      .add("weights", o.weights,
           "weights of the list's score and of each model, as in 1,0.3; the default is 1 for all")
      .add("length-penalty", o.scoring.length_penalty,
           "alpha of GNMT's length normalisation, by which the models' log-probabilities are "
           "divided; 0: none")
      .range(0.0, kAnyNumber)
      .add("word-bonus", o.scoring.word_bonus, "added to the score for each word of the text")
      .add("n-best", o.n_best_list,
           "print the whole list in its new order, as: id ||| text ||| features ||| score; "
           "otherwise the best text of each id")
      .add("batch-size", o.scoring.batch_size, "texts per batch")
      .range<int64_t>(1, kMostSentences)
      .add("threads", o.threads, "threads; 0: one per core")
      .range<int64_t>(0, kMostThreads);
}

std::vector<double> read_weights(const RescoreOptions& o) {
  if (o.weights.empty()) return {};
  const auto weights = read_numbers(o.weights);
  if (!weights || !std::ranges::all_of(*weights, [](double w) { return std::isfinite(w); }))
    throw UsageError("--weights: expected numbers, as in 1,0.3, got {:?}", o.weights);
  if (weights->size() != o.models.size() + 1)
    throw UsageError(
        "--weights: expected a number for the list's score and one for each of {}, got {}",
        counted(o.models.size(), "model"), weights->size());
  return *weights;
}

class Rescoring {
 public:
  explicit Rescoring(const RescoreOptions& options)
      : options_(options), list_(options.list, [this](int64_t line, const std::string& reason) {
          unanswered_.add(line, reason, Unanswered::Place::kNothing);
        }) {
    for (const std::filesystem::path& folder : options.models)
      judges_.push_back(load_judge(folder));
    const bool needs_source =
        std::ranges::any_of(judges_, [](const auto& judge) { return judge->reads_source(); });
    if (needs_source && options.source.empty())
      throw UsageError("--source is missing: a translation model scores translations of a source");
    if (!needs_source && !options.source.empty())
      throw UsageError("--source is for translation models, but there are only language models");
    if (needs_source) source_.emplace(options.source);
  }

  void run() {
    constexpr size_t kTogether = 256;  // ids
    NBestEntries entries;
    try {
      while (list_.next(entries)) {
        if (source_) sources_.push_back(source_line(entries.id));
        waiting_.push_back(std::move(entries));
        if (waiting_.size() == kTogether) write_waiting();
      }
    } catch (const Error&) {
      write_waiting();  // what comes before the fault
      throw;
    }
    write_waiting();
    unanswered_.finish();
  }

 private:
  RescoredSource source_line(int64_t id) {
    RescoredSource line;
    while (source_->line_number() <= id)
      if (!source_->next(line.text, line.fault))
        throw Error("expected a line {} in '{}' for id {} of the list, got {}", id + 1,
                    source_->name(), id, counted(source_->line_number(), "line"));
    return line;
  }

  void write_waiting() {
    for (const Unscored& entry : rescore(waiting_, sources_, judges_, options_.scoring))
      unanswered_.add(entry.line, entry.reason, Unanswered::Place::kNothing);
    for (const NBestEntries& list : waiting_) write(list);
    waiting_.clear();
    sources_.clear();
    flush_standard_output();
  }

  void write(const NBestEntries& list) {
    if (!options_.n_best_list) {
      for (; next_id_ < list.id; ++next_id_) std::cout << '\n';  // ids without entries
      std::cout << list.entries.front().text << '\n';
      ++next_id_;
      return;
    }
    for (const NBestEntry& entry : list.entries)
      std::cout << fmt::format("{} ||| {} |||{}{:.6f}\n", list.id, entry.text,
                               entry.features.empty() ? " " : " " + entry.features + " ||| ",
                               entry.score);
  }

  RescoreOptions options_;
  std::vector<std::unique_ptr<TextJudge>> judges_;
  Unanswered unanswered_{"score"};
  NBestReader list_;
  std::optional<LineReader> source_;
  std::vector<NBestEntries> waiting_;
  std::vector<RescoredSource> sources_;  // of those
  int64_t next_id_ = 0;
};

}  // namespace

void rescore_command(std::span<const std::string> arguments) {
  RescoreOptions options;
  Options table("rescore",
                "Orders the translations of an n-best list by further models and prints the best");
  add_options(table, options);
  if (!table.parse(arguments)) return;
  options.scoring.weights = read_weights(options);
  use_threads(options.threads);
  Rescoring(options).run();
}

}  // namespace alinea
