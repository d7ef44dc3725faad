#include "aligner/translation_table.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "aligner/cognates.h"

namespace alinea {

namespace {

// What no count is left of: below it products of a sentence would vanish.
constexpr double kLeastProbability = 1e-12;

// The different target words that a source word occurs with. Sorted now and then, so that memory is
// that of different words.
class Together {
 public:
  void add(std::span<const int32_t> targets) {
    targets_.insert(targets_.end(), targets.begin(), targets.end());
    if (targets_.size() > limit_) sort();
  }

  const std::vector<int32_t>& sort() {
    std::ranges::sort(targets_);
    targets_.erase(std::unique(targets_.begin(), targets_.end()), targets_.end());
    limit_ = 2 * targets_.size() + kLeast;
    return targets_;
  }

 private:
  static constexpr size_t kLeast = 256;
  std::vector<int32_t> targets_;
  size_t limit_ = kLeast;
};

}  // namespace

TranslationTable::TranslationTable(const WordSide& source, const WordSide& target) {
  std::vector<Together> together(source.words.size());
  std::vector<int32_t> words;
  for (int64_t n = 0; n < static_cast<int64_t>(source.lines.size()); ++n) {
    words.assign(source.line(n).begin(), source.line(n).end());
    std::ranges::sort(words);
    words.erase(std::unique(words.begin(), words.end()), words.end());
    for (const int32_t word : words) together[static_cast<size_t>(word)].add(target.line(n));
  }
  begins_.push_back(0);
  targets_.resize(target.words.size());
  std::iota(targets_.begin(), targets_.end(), 0);
  begins_.push_back(size());
  for (Together& word : together) {
    const std::vector<int32_t>& sorted = word.sort();
    targets_.insert(targets_.end(), sorted.begin(), sorted.end());
    begins_.push_back(size());
    word = {};
  }
  find_cognates(source, target);
  probabilities_.resize(targets_.size());
  for (int64_t e = 0; e < sources(); ++e) {
    const auto [begin, end] = entries(e);
    std::fill(probabilities_.begin() + begin, probabilities_.begin() + end,
              1.0F / static_cast<float>(end - begin));
  }
}

void TranslationTable::find_cognates(const WordSide& source, const WordSide& target) {
  std::vector<Spelling> spellings;
  for (const std::string& word : target.words) spellings.emplace_back(word);
  cognates_.resize(targets_.size());
  for (int64_t e = 1; e < sources(); ++e) {
    const Spelling word(source.words[static_cast<size_t>(e - 1)]);
    const auto [begin, end] = entries(e);
    for (int64_t i = begin; i < end; ++i)
      cognates_[i] = are_cognates(word, spellings[static_cast<size_t>(targets_[i])]);
  }
}

TranslationTable::Range TranslationTable::entries(int64_t source) const {
  return {begins_[static_cast<size_t>(source)], begins_[static_cast<size_t>(source) + 1]};
}

int64_t TranslationTable::entry(int32_t source, int32_t target) const {
  if (source == kNull) return target;
  const auto [begin, end] = entries(source);
  return std::lower_bound(targets_.begin() + begin, targets_.begin() + end, target) -
         targets_.begin();
}

void TranslationTable::estimate(std::span<const float> counts, double alpha, double cognate) {
  const auto count = [&](int64_t i) {
    return static_cast<double>(counts[static_cast<size_t>(i)]) + alpha +
           (cognates_[static_cast<size_t>(i)] ? cognate : 0);
  };
#pragma omp parallel for schedule(static)
  for (int64_t e = 0; e < sources(); ++e) {
    const auto [begin, end] = entries(e);
    double sum = 0;
    for (int64_t i = begin; i < end; ++i) sum += count(i);
    const double all = digamma(sum);
    for (int64_t i = begin; i < end; ++i)
      probabilities_[static_cast<size_t>(i)] =
          static_cast<float>(std::max(std::exp(digamma(count(i)) - all), kLeastProbability));
  }
}

// ψ(x) = ψ(x + 1) - 1 / x, and far from 0 its asymptotic series.
double digamma(double x) {
  constexpr double kFar = 6;
  double below = 0;
  while (x < kFar) {
    below += 1 / x;
    x += 1;
  }
  const double r = 1 / (x * x);
  return std::log(x) - 0.5 / x -
         r * (1.0 / 12 - r * (1.0 / 120 - r * (1.0 / 252 - r * (1.0 / 240)))) - below;
}

}  // namespace alinea
