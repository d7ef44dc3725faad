#include "aligner/word_aligner.h"

#include <omp.h>

#include <algorithm>

namespace alinea {

WordAligner::WordAligner(const WordPairs& pairs, const AlignerOptions& options,
                         const Report& report)
    : pairs_(pairs),
      options_(options),
      forward_{pairs.source, pairs.target},
      backward_{pairs.target, pairs.source},
      forward_links_(nothing_of(forward_)),
      backward_links_(nothing_of(backward_)) {
  for (int64_t i = 1; i <= options.model_1_iterations; ++i) iterate(Model::kOne, i, report);
  for (int64_t i = 1; i <= options.hmm_iterations; ++i) iterate(Model::kHiddenMarkov, i, report);
  forward_links_ = nothing_of(forward_);
  backward_links_ = nothing_of(backward_);
}

WordAligner::Expected WordAligner::nothing_of(const Direction& direction) const {
  return {HiddenMarkovModel(direction.jumps, static_cast<float>(options_.none)),
          {},
          std::vector<double>(static_cast<size_t>(JumpTable::size()))};
}

void WordAligner::iterate(Model model, int64_t iteration, const Report& report) {
  const int64_t threads = omp_get_max_threads(), pairs = pairs_.size();
  std::vector<Expected> forward, backward;
  for (int64_t i = 0; i < threads; ++i) {
    forward.push_back(nothing_of(forward_));
    forward.back().counts.resize(static_cast<size_t>(forward_.table.size()));
    backward.push_back(nothing_of(backward_));
    backward.back().counts.resize(static_cast<size_t>(backward_.table.size()));
  }
  // Each thread has a share of its own, so that the sums depend on how many there are, but not on
  // which is quicker.
#pragma omp parallel for schedule(static, 1)
  for (int64_t thread = 0; thread < threads; ++thread)
    for (int64_t n = thread * pairs / threads; n < (thread + 1) * pairs / threads; ++n)
      if (pairs_.is_pair(n)) expect(model, n, forward[thread], backward[thread]);
  learn(forward_, model, forward);
  learn(backward_, model, backward);
  if (!report) return;
  const auto nats = [&](const std::vector<Expected>& parts, const WordSide& side) {
    double sum = 0, words = 0;
    for (const Expected& part : parts) sum -= part.log_probability;
    for (int64_t n = 0; n < pairs; ++n)
      if (pairs_.is_pair(n)) words += static_cast<double>(side.line(n).size());
    return sum / words;
  };
  report(model == Model::kOne ? "model 1" : "HMM", iteration, nats(forward, pairs_.target),
         nats(backward, pairs_.source));
}

void WordAligner::expect(Model model, int64_t n, Expected& forward, Expected& backward) const {
  look_at(forward_, model, n, forward);
  look_at(backward_, model, n, backward);
  count(n, forward, backward);
}

void WordAligner::look_at(const Direction& direction, Model model, int64_t n,
                          Expected& expected) const {
  const std::span<const int32_t> from = direction.from.line(n), to = direction.to.line(n);
  std::vector<float> probabilities;
  expected.entries.clear();
  for (const int32_t word : to) {
    expected.entries.push_back(direction.table.entry(TranslationTable::kNull, word));
    for (const int32_t source : from)
      expected.entries.push_back(direction.table.entry(source + 1, word));
  }
  probabilities.reserve(expected.entries.size());
  for (const int64_t entry : expected.entries)
    probabilities.push_back(direction.table.probability(entry));
  expected.posteriors =
      model == Model::kOne
          ? model_1_posteriors(probabilities, std::ssize(from), static_cast<float>(options_.none))
          : expected.model.posteriors(probabilities, std::ssize(from), expected.jumps);
  expected.log_probability += expected.posteriors.log_probability;
}

// Links are counted by both, words without a counterpart by each alone.
void WordAligner::count(int64_t n, Expected& forward, Expected& backward) const {
  const int64_t sources = std::ssize(pairs_.source.line(n)),
                targets = std::ssize(pairs_.target.line(n));
  for (int64_t t = 0; t < targets; ++t)
    forward.counts[forward.entries[t * (sources + 1)]] += forward.posteriors.link(t, 0, sources);
  for (int64_t s = 0; s < sources; ++s)
    backward.counts[backward.entries[s * (targets + 1)]] += backward.posteriors.link(s, 0, targets);
  for (int64_t t = 0; t < targets; ++t)
    for (int64_t s = 0; s < sources; ++s) {
      const float to = forward.posteriors.link(t, s + 1, sources),
                  from = backward.posteriors.link(s, t + 1, targets);
      forward.counts[forward.entries[t * (sources + 1) + s + 1]] +=
          options_.agreement ? to * from : to;
      backward.counts[backward.entries[s * (targets + 1) + t + 1]] +=
          options_.agreement ? to * from : from;
    }
}

void WordAligner::learn(Direction& direction, Model model, std::span<Expected> parts) const {
  direction.counts = std::move(parts.front().counts);
  std::vector<double>& jumps = parts.front().jumps;
  for (const Expected& part : parts.subspan(1)) {
    for (size_t i = 0; i < direction.counts.size(); ++i) direction.counts[i] += part.counts[i];
    for (size_t i = 0; i < jumps.size(); ++i) jumps[i] += part.jumps[i];
  }
  direction.table.estimate(direction.counts, options_.prior, options_.cognates);
  if (model == Model::kHiddenMarkov) direction.jumps.estimate(jumps);
}

Links WordAligner::links(int64_t n) {
  Links links;
  if (!pairs_.is_pair(n)) return links;
  const Model model = options_.hmm_iterations > 0 ? Model::kHiddenMarkov : Model::kOne;
  look_at(forward_, model, n, forward_links_);
  look_at(backward_, model, n, backward_links_);
  const int64_t sources = std::ssize(pairs_.source.line(n)),
                targets = std::ssize(pairs_.target.line(n));
  for (int64_t s = 0; s < sources; ++s)
    for (int64_t t = 0; t < targets; ++t) {
      const float mean = (forward_links_.posteriors.link(t, s + 1, sources) +
                          backward_links_.posteriors.link(s, t + 1, targets)) /
                         2;
      if (static_cast<double>(mean) >= options_.threshold)
        links.push_back({static_cast<int32_t>(s), static_cast<int32_t>(t)});
    }
  return links;
}

std::vector<WordAligner::Translation> WordAligner::lexicon(double least) const {
  std::vector<Translation> lexicon;
  const TranslationTable& table = forward_.table;
  for (int64_t e = 1; e < table.sources(); ++e) {
    const auto [begin, end] = table.entries(e);
    double sum = 0;
    for (int64_t i = begin; i < end; ++i) sum += static_cast<double>(forward_.counts[i]);
    for (int64_t i = begin; i < end; ++i) {
      const double probability = static_cast<double>(forward_.counts[i]) / sum;
      if (probability >= least)
        lexicon.push_back({static_cast<int32_t>(e - 1), table.target(i), probability});
    }
  }
  return lexicon;
}

}  // namespace alinea
