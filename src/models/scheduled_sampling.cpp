#include "models/scheduled_sampling.h"

#include <cmath>

namespace alinea {

namespace {

// The word up to which the probabilities add up to more than `share`; rounding may leave the last.
int32_t word_at(std::span<const float> log_probabilities, float share) {
  double sum = 0;
  for (size_t v = 0; v < log_probabilities.size(); ++v) {
    sum += std::exp(static_cast<double>(log_probabilities[v]));
    if (sum > static_cast<double>(share)) return static_cast<int32_t>(v);
  }
  return static_cast<int32_t>(log_probabilities.size()) - 1;
}

}  // namespace

void ScheduledSampling::replace(std::span<int32_t> words,
                                const LogProbabilities& log_probabilities) {
  std::vector<int64_t> rows;
  for (int64_t row = 0; row < std::ssize(words); ++row)
    if (random_.uniform() >= teacher_forcing_) rows.push_back(row);
  if (rows.empty()) return;
  arena_.reset();
  const Tensor log_p = log_probabilities(arena_, rows);
  const auto vocabulary = static_cast<size_t>(log_p.shape.columns());
  for (size_t i = 0; i < rows.size(); ++i)
    words[rows[i]] = word_at(log_p.values().subspan(i * vocabulary, vocabulary), random_.uniform());
}

}  // namespace alinea
