#include "search/beam_search.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>

#include "search/beam.h"
#include "search/coverage_penalty.h"
#include "search/history.h"
#include "search/next_tokens.h"
#include "search/phrases.h"
#include "support/error.h"
#include "text/vocabulary.h"

namespace alinea {
namespace {

class Search {
 public:
  Search(State& state, const SearchOptions& options, std::span<const Guidance> guidance,
         const SearchWatch& watch);
  std::vector<std::vector<Hypothesis>> run();

 private:
  bool lay_out_rows();
  void tell_watch() const;
  GrowingHypothesis growing(const Row& row) const;
  void check_output(const StepOutput& output) const;
  void extend_beams(const StepOutput& output);
  bool any_is_broken(size_t first_row) const;
  void gather_candidates(size_t first_row, const StepOutput& output);
  void gather_row(size_t row, const StepOutput& output);
  std::vector<Hypothesis> hypotheses(size_t sentence) const;

  State& state_;
  const SearchWatch& watch_;
  int64_t vocabulary_size_;
  std::vector<Beam> beams_;
  std::vector<Phrases> required_;  // of each sentence
  NextTokens next_tokens_;
  std::optional<CoveragePenalty> coverage_;
  History history_;

  // This step's grid: [sentences present, width_].
  size_t width_ = 0;
  std::vector<Row> rows_;
  std::vector<double> log_probabilities_;  // of each row's hypothesis; -inf fills the grid
  std::vector<float> token_log_probabilities_;
  std::vector<Candidate> candidates_;  // of one sentence
};

Search::Search(State& state, const SearchOptions& options, std::span<const Guidance> guidance,
               const SearchWatch& watch)
    : state_(state),
      watch_(watch),
      vocabulary_size_(state.vocabulary_size()),
      next_tokens_(options, guidance, vocabulary_size_) {
  if (vocabulary_size_ <= kEnd) {
    throw Error("the vocabulary has {} tokens: expected <unk>, <s>, </s> and more",
                vocabulary_size_);
  }
  for (size_t sentence = 0; sentence < guidance.size(); ++sentence) {
    required_.emplace_back(guidance[sentence].required);
    beams_.emplace_back(Beam::Lengths{.source = state.source_length(static_cast<int64_t>(sentence)),
                                      .prefix = guidance[sentence].prefix.size(),
                                      .required = required_.back().size()},
                        options);
  }
  if (options.coverage_penalty > 0) coverage_.emplace(options.coverage_penalty);
}

std::vector<std::vector<Hypothesis>> Search::run() {
  while (lay_out_rows()) {
    check_not_cancelled(watch_.is_cancelled);
    if (watch_.on_step && history_.steps() > 0) tell_watch();
    const StepOutput output = state_.advance(rows_);
    check_output(output);
    history_.record({rows_, token_log_probabilities_}, output);
    if (coverage_) coverage_->follow(rows_, output, state_);
    next_tokens_.find({rows_, log_probabilities_, output.log_probabilities, history_});
    extend_beams(output);
  }
  std::vector<std::vector<Hypothesis>> results;
  for (size_t sentence = 0; sentence < beams_.size(); ++sentence) {
    results.push_back(hypotheses(sentence));
  }
  return results;
}

// False where no sentence has a hypothesis alive. The grid is as wide as the sentence with the most
// of them: 1 at first, then soon K; less than that where the vocabulary is smaller than the beam,
// or samples have ended.
bool Search::lay_out_rows() {
  width_ = 0;
  for (const Beam& beam : beams_) width_ = std::max(width_, beam.alive().size());
  rows_.clear();
  log_probabilities_.clear();
  token_log_probabilities_.clear();
  for (size_t sentence = 0; sentence < beams_.size(); ++sentence) {
    const auto alive = beams_[sentence].alive();
    if (alive.empty()) continue;
    for (size_t i = 0; i < width_; ++i) {
      const bool is_filler = i >= alive.size();
      const Candidate& hypothesis = alive[is_filler ? 0 : i];
      rows_.push_back({.sentence = static_cast<int64_t>(sentence),
                       .parent = hypothesis.row,
                       .token = hypothesis.token});
      log_probabilities_.push_back(is_filler ? -std::numeric_limits<double>::infinity()
                                             : hypothesis.log_probability);
      token_log_probabilities_.push_back(hypothesis.token_log_probability);
    }
  }
  return !rows_.empty();
}

// Rows stand best first. At the first step all have <s> alone, and nothing is told.
void Search::tell_watch() const {
  for (size_t first_row = 0; first_row < rows_.size(); first_row += width_) {
    const Row& best = rows_[first_row];
    watch_.on_step(best.sentence, [&] { return growing(best); });
  }
}

// The step before attended to something when it wrote the token of the row.
GrowingHypothesis Search::growing(const Row& row) const {
  History::Path path =
      history_.trace(history_.steps() - 1, row.parent, state_.source_length(row.sentence));
  path.tokens.push_back(row.token);
  for (int32_t& token : path.tokens) token = state_.word(row.sentence, token);
  return {std::move(path.tokens), std::move(path.attention)};
}

void Search::check_output(const StepOutput& output) const {
  const size_t rows = rows_.size();
  int64_t longest = 0;
  for (const Row& row : rows_) longest = std::max(longest, state_.source_length(row.sentence));
  if (output.log_probabilities.size() != rows * static_cast<size_t>(vocabulary_size_)) {
    throw Error("a step over {} rows and {} tokens gave {} log-probabilities", rows,
                vocabulary_size_, output.log_probabilities.size());
  }
  const AttentionValues& attention = output.attention;
  if (attention.empty()) return;
  const size_t weights = rows * static_cast<size_t>(attention.heads);
  if (attention.alpha.size() != weights * static_cast<size_t>(attention.width) ||
      attention.width < longest || attention.steps != static_cast<int64_t>(width_)) {
    throw Error("a step over {} rows and a source of {} tokens gave {} attention weights of {}",
                rows, longest, attention.alpha.size(), attention.width);
  }
  if (!attention.centres.empty() &&
      (attention.centres.size() != weights || attention.windows.size() != weights)) {
    throw Error("a step over {} rows gave {} windows of attention", rows, attention.windows.size());
  }
  if (!attention.taken.empty() && attention.taken.size() != rows)
    throw Error("a step over {} rows said of {} how many layers they took", rows,
                attention.taken.size());
}

void Search::extend_beams(const StepOutput& output) {
  for (size_t first_row = 0; first_row < rows_.size(); first_row += width_) {
    Beam& beam = beams_[static_cast<size_t>(rows_[first_row].sentence)];
    if (any_is_broken(first_row)) {
      beam.fail();
      continue;
    }
    gather_candidates(first_row, output);
    beam.extend(candidates_);
  }
}

bool Search::any_is_broken(size_t first_row) const {
  for (size_t row = first_row; row < first_row + width_; ++row)
    if (next_tokens_.is_broken(row)) return true;
  return false;
}

// Rows stand best first, and so do the tokens of a row: a stable order breaks ties by the row, then
// by the token.
void Search::gather_candidates(size_t first_row, const StepOutput& output) {
  candidates_.clear();
  for (size_t row = first_row; row < first_row + width_; ++row) gather_row(row, output);
  std::stable_sort(
      candidates_.begin(), candidates_.end(),
      [](const Candidate& a, const Candidate& b) { return a.log_probability > b.log_probability; });
}

void Search::gather_row(size_t row, const StepOutput& output) {
  const auto vocabulary_size = static_cast<size_t>(vocabulary_size_);
  const auto given = output.log_probabilities.subspan(row * vocabulary_size, vocabulary_size);
  const double coverage = coverage_ ? coverage_->penalty(row) : 0;
  const Phrases& required = required_[static_cast<size_t>(rows_[row].sentence)];
  const Phrases::Progress progress =
      required.empty() ? Phrases::Progress() : required.progress(history_.tokens(row));
  for (const ScoredToken& next : next_tokens_.of(row)) {
    Phrases::Progress then = progress;
    required.advance(then, next.token);
    candidates_.push_back({.row = static_cast<int64_t>(row),
                           .token = next.token,
                           .log_probability = log_probabilities_[row] + next.log_probability,
                           .token_log_probability = given[static_cast<size_t>(next.token)],
                           .coverage = coverage,
                           .met = required.met(then)});
  }
}

std::vector<Hypothesis> Search::hypotheses(size_t sentence) const {
  const auto index = static_cast<int64_t>(sentence);
  std::vector<Hypothesis> result;
  for (const Beam::Finished& finished : beams_[sentence].best()) {
    History::Path path =
        history_.trace(finished.step, finished.last.row, state_.source_length(index));
    if (!finished.ended) path.tokens.push_back(finished.last.token);
    path.log_probabilities.push_back(finished.last.token_log_probability);
    const double log_probability =
        std::accumulate(path.log_probabilities.begin(), path.log_probabilities.end(), 0.0);
    result.push_back({.tokens = std::move(path.tokens),
                      .log_probability = log_probability,
                      .score = finished.score,
                      .ended = finished.ended,
                      .token_log_probabilities = std::move(path.log_probabilities),
                      .attention = std::move(path.attention)});
  }
  return result;
}

}  // namespace

std::vector<std::vector<Hypothesis>> beam_search(State& state, const SearchOptions& options,
                                                 std::span<const Guidance> guidance,
                                                 const SearchWatch& watch) {
  check(options);
  const std::vector<Guidance> none(guidance.empty() ? static_cast<size_t>(state.sentences())
                                                    : size_t{0});
  if (guidance.empty()) guidance = none;
  for (const Guidance& one : guidance) {
    check(one, state.vocabulary_size());
    if (options.sampling.enabled && !one.required.empty())
      throw UsageError("sampling cannot be combined with required phrases");
  }
  return Search(state, options, guidance, watch).run();
}

}  // namespace alinea
