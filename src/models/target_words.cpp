#include "models/target_words.h"

#include <algorithm>

#include "ops/copy.h"
#include "ops/cross_entropy.h"
#include "text/vocabulary.h"

namespace alinea {

namespace {

struct TargetScoring {
  const OutputLayer& output;
  const ScoredWords& scored;
  float label_smoothing;
  Likelihood& likelihood;
  const CopyRows* copies;
};

// Of so many logits, which are those of the rows from `first` on.
ops::CrossEntropy entropy_of(Tape& tape, const Variable& logits, int64_t first,
                             const TargetScoring& scoring) {
  const int64_t count = logits.rows();
  const auto begin = static_cast<size_t>(first), rows = static_cast<size_t>(count);
  const std::span<const int32_t> next = scoring.scored.words.subspan(begin, rows);
  if (scoring.copies == nullptr)
    return ops::cross_entropy(tape, logits, next, scoring.label_smoothing);
  const auto& [gates, alpha, matches] = *scoring.copies;
  const auto width = static_cast<size_t>(alpha.columns());
  return ops::copy_cross_entropy(
      tape, logits, tape.slice(gates, first, count), tape.slice(alpha, first, count),
      {next, matches.subspan(begin * width, rows * width), scoring.label_smoothing});
}

// The loss of the packed rows from `first` on.
Variable score_rows(Tape& tape, const Variable& readouts, int64_t first,
                    const TargetScoring& scoring) {
  const auto begin = static_cast<size_t>(first), count = static_cast<size_t>(readouts.rows());
  const ops::CrossEntropy entropy =
      entropy_of(tape, scoring.output.logits(tape, readouts), first, scoring);
  Likelihood& likelihood = scoring.likelihood;
  for (size_t row = 0; row < count; ++row) {  // of each sentence in their order
    const int64_t n = scoring.scored.sentences[begin + row];
    const float log_probability = entropy.log_probabilities[row];
    likelihood.log_probability[n] += static_cast<double>(log_probability);
    likelihood.token_log_probabilities[n].push_back(log_probability);
  }
  return entropy.loss;
}

}  // namespace

TargetWords::TargetWords(const Batch& batch) : packing(batch.target_lengths) {
  const auto rows = static_cast<size_t>(packing.rows());
  previous.resize(rows);
  next.resize(rows);
  sentences.resize(rows);
  size_t place = 0;
  for (int64_t n = 0; n < batch.size; ++n) {
    int32_t last = kBegin;
    for (int64_t t = 0; t < batch.target_lengths[n]; ++t) {
      const auto row = static_cast<size_t>(packing.row(n, t));
      previous[row] = batch.previous.empty() ? last : batch.previous[place];
      next[row] = last = batch.target[place++];
      sentences[row] = n;
    }
  }
}

Likelihood empty_likelihood(int64_t sentences) {
  const auto size = static_cast<size_t>(sentences);
  return {{}, {}, std::vector<double>(size, 0.0), std::vector<std::vector<float>>(size), {}};
}

Variable score_words(Tape& tape, const OutputLayer& output, const Variable& readouts,
                     const ScoredWords& scored, float label_smoothing, Likelihood& likelihood,
                     const CopyRows* copies) {
  constexpr int64_t kMostLogits = int64_t{1} << 25;
  const TargetScoring scoring{output, scored, label_smoothing, likelihood, copies};
  const int64_t rows = readouts.rows();
  const int64_t some = std::max<int64_t>(kMostLogits / output.vocabulary(), 1);
  if (tape.recording() || rows <= some) return score_rows(tape, readouts, 0, scoring);
  const Variable loss = tape.zeros({1});
  for (int64_t begin = 0; begin < rows; begin += some) {
    const Arena::Temporary temporary(tape.arena());
    const Variable part = tape.slice(readouts, begin, std::min(some, rows - begin));
    loss.value()[0] += score_rows(tape, part, begin, scoring).value()[0];
  }
  return loss;
}

}  // namespace alinea
