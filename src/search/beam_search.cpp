#include "search/beam_search.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "search/beam.h"
#include "search/best_tokens.h"
#include "search/history.h"
#include "support/error.h"
#include "text/vocabulary.h"

namespace alinea {
namespace {

// Below this many log-probabilities, waking threads costs more than they save.
constexpr int64_t kWorthThreads = 1 << 16;

class Search {
 public:
  Search(State& state, const SearchOptions& options);
  std::vector<std::vector<Hypothesis>> run();

 private:
  bool lay_out_rows();
  void check_output(const StepOutput& output) const;
  void scan(std::span<const float> log_probabilities);
  void extend_beams();
  void gather_candidates(size_t first_row);
  std::vector<Hypothesis> hypotheses(size_t sentence) const;

  State& state_;
  int64_t vocabulary_size_;
  int64_t tokens_per_row_;
  std::vector<Beam> beams_;
  History history_;

  // This step's grid: [sentences present, width_].
  size_t width_ = 0;
  std::vector<Row> rows_;
  std::vector<double> log_probabilities_;       // of each row's hypothesis; -inf fills the grid
  std::vector<std::vector<ScoredToken>> best_;  // of each row
  std::vector<Candidate> candidates_;           // of one sentence
};

// Of one row, at most K can live on and at most one ends; and what ranks within the first K of all
// ranks within the first K of its row. So K + 1 tokens of each row are all that can matter.
Search::Search(State& state, const SearchOptions& options)
    : state_(state),
      vocabulary_size_(state.vocabulary_size()),
      tokens_per_row_(std::min(options.beam_size, vocabulary_size_) + 1) {
  if (vocabulary_size_ <= kEnd) {
    throw Error("the vocabulary has {} tokens: expected <unk>, <s>, </s> and more",
                vocabulary_size_);
  }
  for (int64_t sentence = 0; sentence < state.sentences(); ++sentence) {
    beams_.emplace_back(state.source_length(sentence), options);
  }
}

std::vector<std::vector<Hypothesis>> Search::run() {
  while (lay_out_rows()) {
    const StepOutput output = state_.advance(rows_);
    check_output(output);
    history_.record(rows_, output);
    scan(output.log_probabilities);
    extend_beams();
  }
  std::vector<std::vector<Hypothesis>> results;
  for (size_t sentence = 0; sentence < beams_.size(); ++sentence) {
    results.push_back(hypotheses(sentence));
  }
  return results;
}

// False where no sentence has a hypothesis alive. The grid is as wide as the sentence with the most
// of them: 1 at first, then soon K, later only where the vocabulary is smaller than the beam.
bool Search::lay_out_rows() {
  width_ = 0;
  for (const Beam& beam : beams_) width_ = std::max(width_, beam.alive().size());
  rows_.clear();
  log_probabilities_.clear();
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
    }
  }
  return !rows_.empty();
}

void Search::check_output(const StepOutput& output) const {
  const size_t rows = rows_.size();
  const auto width = static_cast<size_t>(output.source_width);
  int64_t longest = 0;
  for (const Row& row : rows_) longest = std::max(longest, state_.source_length(row.sentence));
  if (output.log_probabilities.size() != rows * static_cast<size_t>(vocabulary_size_)) {
    throw Error("a step over {} rows and {} tokens gave {} log-probabilities", rows,
                vocabulary_size_, output.log_probabilities.size());
  }
  const bool has_attention = !output.attention.empty();
  if (has_attention && (output.attention.size() != rows * width || output.source_width < longest)) {
    throw Error("a step over {} rows and a source of {} tokens gave {} x {} attention weights",
                rows, longest, output.attention.size() / std::max<size_t>(width, 1), width);
  }
  if (!output.focus.empty() && output.focus.size() != rows) {
    throw Error("a step over {} rows gave {} windows of attention", rows, output.focus.size());
  }
}

void Search::scan(std::span<const float> log_probabilities) {
  const auto rows = static_cast<int64_t>(rows_.size());
  const auto row_size = static_cast<size_t>(vocabulary_size_);
  best_.resize(std::max(best_.size(), rows_.size()));
  for (auto& best : best_) best.reserve(static_cast<size_t>(tokens_per_row_));

  int64_t first_bad = rows;
#pragma omp parallel for reduction(min : first_bad) if (rows * vocabulary_size_ > kWorthThreads)
  for (int64_t i = 0; i < rows; ++i) {
    const auto row = static_cast<size_t>(i);
    if (log_probabilities_[row] == -std::numeric_limits<double>::infinity()) {
      best_[row].clear();
    } else if (!best_tokens(log_probabilities.subspan(row * row_size, row_size), tokens_per_row_,
                            kBegin, best_[row])) {
      first_bad = std::min(first_bad, i);
    }
  }
  if (first_bad < rows) {
    throw Error(
        "expected log-probabilities of sentence {} of the batch (from 0), but NaN or +inf came; "
        "the training may have diverged: train again with a lower --learning-rate",
        rows_[static_cast<size_t>(first_bad)].sentence);
  }
}

void Search::extend_beams() {
  for (size_t first_row = 0; first_row < rows_.size(); first_row += width_) {
    gather_candidates(first_row);
    beams_[static_cast<size_t>(rows_[first_row].sentence)].extend(candidates_);
  }
}

// Rows stand best first, and so do the tokens of a row: a stable order breaks ties by the row, then
// by the token.
void Search::gather_candidates(size_t first_row) {
  candidates_.clear();
  for (size_t row = first_row; row < first_row + width_; ++row) {
    for (const ScoredToken& next : best_[row]) {
      candidates_.push_back({.row = static_cast<int64_t>(row),
                             .token = next.token,
                             .log_probability = log_probabilities_[row] + next.log_probability});
    }
  }
  std::stable_sort(
      candidates_.begin(), candidates_.end(),
      [](const Candidate& a, const Candidate& b) { return a.log_probability > b.log_probability; });
}

std::vector<Hypothesis> Search::hypotheses(size_t sentence) const {
  const auto index = static_cast<int64_t>(sentence);
  std::vector<Hypothesis> result;
  for (const Beam::Finished& finished : beams_[sentence].best()) {
    History::Path path =
        history_.trace(finished.step, finished.last.row, state_.source_length(index));
    if (!finished.ended) path.tokens.push_back(finished.last.token);
    result.push_back({.tokens = std::move(path.tokens),
                      .log_probability = finished.last.log_probability,
                      .score = finished.score,
                      .ended = finished.ended,
                      .attention = std::move(path.attention),
                      .focus = std::move(path.focus)});
  }
  if (result.empty()) {
    throw Error(
        "expected a next token for sentence {} of the batch (from 0), but the model gives "
        "every one the probability 0",
        index);
  }
  return result;
}

}  // namespace

std::vector<std::vector<Hypothesis>> beam_search(State& state, const SearchOptions& options) {
  check(options);
  return Search(state, options).run();
}

}  // namespace alinea
