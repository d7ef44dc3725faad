#include "search/next_tokens.h"

#include <algorithm>
#include <limits>

#include "text/vocabulary.h"

namespace alinea {
namespace {

// Below this many log-probabilities, waking threads costs more than they save.
constexpr size_t kManyTokens = 1 << 16;

}  // namespace

// Of one row, at most K can live on and at most one ends; and what ranks within the first K of all
// ranks within the first K of its row. So K + 1 tokens of each row are all that can matter.
NextTokens::NextTokens(const SearchOptions& options, std::span<const Guidance> guidance,
                       int64_t vocabulary_size)
    : rules_(options, guidance),
      vocabulary_size_(static_cast<size_t>(vocabulary_size)),
      tokens_per_row_(std::min(options.beam_size, vocabulary_size) + 1) {
  for (const Guidance& one : guidance) required_.emplace_back(one.required);
  if (options.sampling.enabled) sampler_.emplace(options.sampling, guidance);
}

void NextTokens::find(const Step& step) {
  const size_t rows = step.rows.size();
  best_.resize(std::max(best_.size(), rows));
  for (auto& best : best_) best.reserve(static_cast<size_t>(tokens_per_row_));
  if (sampler_) sampler_->follow(step.rows);
  if (!rules_.empty()) adjusted_.resize(std::max(adjusted_.size(), rows * vocabulary_size_));

  is_broken_.assign(rows, 0);
#pragma omp parallel for if (rows * vocabulary_size_ > kManyTokens)
  for (size_t row = 0; row < rows; ++row) {
    if (find(step, row)) continue;
    is_broken_[row] = 1;
    best_[row].clear();
  }
}

// False where the row holds NaN or +inf.
bool NextTokens::find(const Step& step, size_t row) {
  best_[row].clear();
  if (step.hypotheses[row] == -std::numeric_limits<double>::infinity()) return true;
  if (sampler_) return sampler_->draw(row, ruled(step, row), best_[row]);
  const std::span<const float> log_probabilities = ruled(step, row);
  if (!best_tokens(log_probabilities, tokens_per_row_, kBegin, best_[row])) return false;
  add_required(step, row, log_probabilities);
  return true;
}

void NextTokens::add_required(const Step& step, size_t row,
                              std::span<const float> log_probabilities) {
  const Phrases& phrases = required_[static_cast<size_t>(step.rows[row].sentence)];
  if (phrases.empty()) return;
  const auto is_there = [&](int32_t token) {
    return std::ranges::find(best_[row], token, &ScoredToken::token) != best_[row].end();
  };
  for (const int32_t token : phrases.next_tokens(phrases.progress(step.history.tokens(row)))) {
    const float log_probability = log_probabilities[static_cast<size_t>(token)];
    const bool is_forbidden = log_probability == -std::numeric_limits<float>::infinity();
    if (!is_forbidden && !is_there(token)) best_[row].push_back({token, log_probability});
  }
}

std::span<const float> NextTokens::ruled(const Step& step, size_t row) {
  const auto given = step.log_probabilities.subspan(row * vocabulary_size_, vocabulary_size_);
  if (rules_.empty()) return given;
  const auto adjusted = std::span(adjusted_).subspan(row * vocabulary_size_, vocabulary_size_);
  std::ranges::copy(given, adjusted.begin());
  rules_.apply({step.rows[row].sentence, step.history.tokens(row)}, adjusted);
  return adjusted;
}

}  // namespace alinea
