#include "search/extractive_features.h"

#include <algorithm>
#include <map>

#include "text/vocabulary.h"

namespace alinea {

ExtractiveFeatures::ExtractiveFeatures(const ExtractiveWeights& weights,
                                       std::span<const Guidance> guidance)
    : weights_(weights) {
  for (const Guidance& one : guidance) {
    SourceText& source = sources_.emplace_back(SourceText{one.source, {}});
    std::map<int32_t, std::vector<size_t>> positions;
    for (size_t s = 0; s < one.source.size(); ++s)
      if (one.source[s] != kUnknown) positions[one.source[s]].push_back(s);
    for (auto& [id, places] : positions) source.distinct.push_back({id, std::move(places)});
  }
}

// What a word costs that completes no n-gram of the source, as the last one of so many.
double ExtractiveFeatures::missing(size_t order) const {
  return weights_.unigram + (order > 1 ? weights_.bigram : 0) + (order > 2 ? weights_.trigram : 0);
}

// What a word of the source costs behind those before, at most two.
double ExtractiveFeatures::of(const SourceText& source, const Word& word,
                              std::span<const int32_t> before) const {
  size_t longest = 1;  // n-gram of the source that the word completes
  for (const size_t s : word.positions) {
    size_t n = 1;
    while (n <= before.size() && n <= s && source.words[s - n] == before[before.size() - n] &&
           source.words[s - n] != kUnknown)
      ++n;
    longest = std::max(longest, n);
  }
  double cost = missing(before.size() + 1) - missing(longest);
  if (before.empty()) return cost;
  const auto last = std::ranges::lower_bound(source.distinct, before.back(), {}, &Word::id);
  const bool is_there = last != source.distinct.end() && last->id == before.back();
  if (is_there && last->positions.back() > word.positions.front()) cost += weights_.reordering;
  return cost;
}

void ExtractiveFeatures::apply(const Partial& partial, std::span<float> log_probabilities) const {
  const SourceText& source = sources_[static_cast<size_t>(partial.sentence)];
  const auto before = partial.tokens.last(std::min<size_t>(partial.tokens.size(), 2));
  const auto taken_off = [](float log_probability, double cost) {
    return static_cast<float>(static_cast<double>(log_probability) - cost);
  };
  std::vector<float> known{log_probabilities[kEnd]};
  for (const Word& word : source.distinct)
    known.push_back(
        taken_off(log_probabilities[static_cast<size_t>(word.id)], of(source, word, before)));
  const double cost = missing(before.size() + 1);
  for (float& log_probability : log_probabilities)
    log_probability = taken_off(log_probability, cost);
  log_probabilities[kEnd] = known[0];
  for (size_t i = 0; i < source.distinct.size(); ++i)
    log_probabilities[static_cast<size_t>(source.distinct[i].id)] = known[i + 1];
}

}  // namespace alinea
