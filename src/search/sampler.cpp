#include "search/sampler.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "text/vocabulary.h"

namespace alinea {
namespace {

// Uniform in [0, 1), 53 bits.
double uniform(Random& random) { return static_cast<double>(random.next() >> 11) * 0x1p-53; }

struct Weighted {
  ScoredToken token;
  double weight;
};

double total(std::span<const Weighted> kept) {
  double sum = 0;
  for (const Weighted& one : kept) sum += one.weight;
  return sum;
}

// The smallest set of the most probable tokens whose probabilities add up to top_p (Holtzman et al.
// 2020, "The Curious Case of Neural Text Degeneration", section 3.1).
void keep_nucleus(std::vector<Weighted>& kept, double top_p) {
  // All tokens below this together have less than 1 - top_p: none of them is in the set.
  const double sum = total(kept);
  const double least = (1 - top_p) * sum / static_cast<double>(kept.size());
  std::erase_if(kept, [&](const Weighted& one) { return one.weight < least; });
  std::ranges::stable_sort(kept, std::greater<>(), &Weighted::weight);
  double reached = 0;
  const auto past = std::ranges::find_if(kept, [&](const Weighted& one) {
    const bool is_enough = reached >= top_p * sum;
    reached += one.weight;
    return is_enough;
  });
  kept.erase(past, kept.end());
}

}  // namespace

Sampler::Sampler(const SamplingOptions& options, std::span<const Guidance> guidance)
    : options_(options) {
  for (const Guidance& one : guidance)
    seeds_.emplace_back(Random(options_.seed).next() + one.number);
}

void Sampler::follow(std::span<const Row> rows) {
  next_.clear();
  for (const Row& row : rows) {
    // A sentence's samples come in their order at the first step.
    next_.push_back(streams_.empty() ? Random(seeds_[static_cast<size_t>(row.sentence)].next())
                                     : streams_[static_cast<size_t>(row.parent)]);
  }
  streams_.swap(next_);
}

bool Sampler::draw(size_t row, std::span<const float> log_probabilities,
                   std::vector<ScoredToken>& drawn) {
  const auto size = static_cast<int64_t>(log_probabilities.size());
  const int64_t count = options_.top_k > 0 ? std::min(options_.top_k, size) : 1;
  if (!best_tokens(log_probabilities, count, kBegin, drawn)) return false;
  if (drawn.empty()) return true;

  std::vector<Weighted> kept;
  const float top = drawn.front().log_probability;
  const auto keep = [&](ScoredToken token) {
    const double below = static_cast<double>(token.log_probability) - static_cast<double>(top);
    kept.push_back({token, std::exp(below / options_.temperature)});
  };
  if (options_.top_k > 0) {
    for (const ScoredToken& token : drawn) keep(token);
  } else {
    for (int32_t v = 0; v < static_cast<int32_t>(size); ++v)
      if (v != kBegin) keep({v, log_probabilities[static_cast<size_t>(v)]});
  }
  if (options_.top_p < 1) keep_nucleus(kept, options_.top_p);

  double left = uniform(streams_[row]) * total(kept);
  const auto chosen = std::ranges::find_if(kept, [&](const Weighted& one) {
    left -= one.weight;
    return left < 0;
  });
  // Rounding may leave a trace: then it is the last one that has a chance.
  const auto likely = [](const Weighted& one) { return one.weight > 0; };
  const Weighted& result =
      chosen != kept.end() ? *chosen : *std::find_if(kept.rbegin(), kept.rend(), likely);
  drawn.assign(1, result.token);
  return true;
}

}  // namespace alinea
