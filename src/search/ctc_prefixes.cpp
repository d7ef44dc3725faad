#include "search/ctc_prefixes.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "autograd/parallel.h"
#include "support/log_add.h"
#include "text/vocabulary.h"

namespace alinea {

namespace {

constexpr double kNever = -std::numeric_limits<double>::infinity();

}  // namespace

CtcPrefixes::CtcPrefixes(const Tensor& log_probabilities, std::span<const int64_t> positions)
    : words_(log_probabilities.shape.columns()),
      log_p_(log_probabilities.values().begin(), log_probabilities.values().end()),
      p_(log_p_.size()),
      first_{0} {
#pragma omp parallel for if (std::ssize(p_) > kWorthThreads)
  for (size_t i = 0; i < p_.size(); ++i) p_[i] = std::exp(static_cast<double>(log_p_[i]));
  for (const int64_t count : positions) first_.push_back(first_.back() + count);
}

double CtcPrefixes::Paths::reached(size_t s, bool again) const {
  return again ? blank[s] : log_add(blank[s], word[s]);
}

// Nothing has been written but blanks.
CtcPrefixes::Paths CtcPrefixes::empty(int64_t sentence) const {
  const size_t count = positions(sentence);
  Paths paths{sentence, kBegin, {0}, std::vector<double>(count + 1, kNever), 0};
  for (size_t s = 0; s < count; ++s)
    paths.blank.push_back(paths.blank[s] +
                          static_cast<double>(log_p_[position(sentence, s) + kBegin]));
  return paths;
}

CtcPrefixes::Paths CtcPrefixes::extended(const Paths& before, int32_t word) const {
  const size_t count = positions(before.sentence);
  Paths after{before.sentence, word, {kNever}, {kNever}, kNever};
  for (size_t s = 0; s < count; ++s) {
    const float* log_p = &log_p_[position(before.sentence, s)];
    const double begins = before.reached(s, word == before.last), goes_on = after.word[s],
                 said = log_p[word];
    after.word.push_back(log_add(goes_on, begins) + said);
    after.blank.push_back(log_add(after.blank[s], goes_on) + static_cast<double>(log_p[kBegin]));
    after.prefix = log_add(after.prefix, begins + said);
  }
  return after;
}

void CtcPrefixes::advance(std::span<const Row> rows) {
  std::vector<Paths> next(rows.size());
  const bool is_first = paths_.empty();
  const int64_t cells = std::ssize(log_p_) / words_ * std::ssize(rows);
#pragma omp parallel for schedule(dynamic) if (cells > kWorthThreads)
  for (size_t row = 0; row < rows.size(); ++row)
    next[row] = is_first ? empty(rows[row].sentence)
                         : extended(paths_[static_cast<size_t>(rows[row].parent)], rows[row].token);
  paths_.swap(next);
}

// Sums for all words at once, which are too many for a logarithm each.
void CtcPrefixes::log_probabilities(size_t row, std::span<double> next) const {
  const Paths& paths = paths_[row];
  std::ranges::fill(next, kNever);
  if (paths.prefix == kNever) return;
  const size_t count = positions(paths.sentence);
  const auto add = [&](int32_t first, int32_t end, bool again) {
    double most = kNever;
    for (size_t s = 0; s < count; ++s) most = std::max(most, paths.reached(s, again));
    if (most == kNever) return;
    std::vector<double> sums(static_cast<size_t>(end - first));
    for (size_t s = 0; s < count; ++s) {
      const double share = std::exp(paths.reached(s, again) - most);
      const double* p = &p_[position(paths.sentence, s) + static_cast<size_t>(first)];
      for (size_t c = 0; share > 0 && c < sums.size(); ++c) sums[c] += share * p[c];
    }
    for (size_t c = 0; c < sums.size(); ++c)
      next[static_cast<size_t>(first) + c] = std::min(0.0, std::log(sums[c]) + most - paths.prefix);
  };
  add(0, static_cast<int32_t>(words_), /*again=*/false);
  if (paths.last != kBegin) {
    next[static_cast<size_t>(paths.last)] = kNever;
    add(paths.last, paths.last + 1, /*again=*/true);
  }
  next[kBegin] = kNever;
  next[kEnd] = std::min(0.0, paths.reached(count, /*again=*/false) - paths.prefix);
}

}  // namespace alinea
