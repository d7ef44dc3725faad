#include "search/search_options.h"

#include <algorithm>
#include <cmath>

#include "support/error.h"

namespace alinea {

namespace {

void check_sampling(const SearchOptions& options) {
  const SamplingOptions& sampling = options.sampling;
  if (!sampling.enabled) return;
  if (options.n_best != options.beam_size) {
    throw UsageError("expected n-best to be the number of samples, {}, got {}", options.beam_size,
                     options.n_best);
  }
  if (!(sampling.temperature > 0) || !std::isfinite(sampling.temperature)) {
    throw UsageError("the temperature must be above 0, not {}", sampling.temperature);
  }
  if (sampling.top_k < 0) throw UsageError("top-k must be 0 or more, not {}", sampling.top_k);
  if (!(sampling.top_p > 0) || sampling.top_p > 1)
    throw UsageError("top-p must be above 0 and at most 1, not {}", sampling.top_p);
}

}  // namespace

void check(const SearchOptions& options) {
  if (options.beam_size < 1) {
    throw UsageError("the beam size must be at least 1, not {}", options.beam_size);
  }
  if (options.n_best < 1 || options.n_best > options.beam_size) {
    throw UsageError("n-best must be from 1 to the beam size {}, not {}; try a larger beam",
                     options.beam_size, options.n_best);
  }
  if (!(options.length_penalty >= 0) || !std::isfinite(options.length_penalty)) {
    throw UsageError("the length penalty must be 0 or more, not {}", options.length_penalty);
  }
  if (!(options.coverage_penalty >= 0) || !std::isfinite(options.coverage_penalty)) {
    throw UsageError("the coverage penalty must be 0 or more, not {}", options.coverage_penalty);
  }
  if (!(options.max_length_factor >= 0) || !std::isfinite(options.max_length_factor)) {
    throw UsageError("the maximum length factor must be 0 or more, not {}",
                     options.max_length_factor);
  }
  if (options.max_length_extra < 0) {
    throw UsageError("the extra maximum length must be 0 or more, not {}",
                     options.max_length_extra);
  }
  if (options.min_length < 0)
    throw UsageError("the minimum length must be 0 or more, not {}", options.min_length);
  if (options.max_target_length < 0 ||
      (options.max_target_length > 0 && options.max_target_length < options.min_length))
    throw UsageError("the maximum length must be at least the minimum length, {}, not {}",
                     options.min_length, options.max_target_length);
  if (options.no_repeat_ngram_size < 0) {
    throw UsageError("the size of n-grams not to repeat must be 0 or more, not {}",
                     options.no_repeat_ngram_size);
  }
  if (!(options.repetition_penalty >= 1) || !std::isfinite(options.repetition_penalty)) {
    throw UsageError("the repetition penalty must be 1 or more, not {}",
                     options.repetition_penalty);
  }
  const ExtractiveWeights& extractive = options.extractive;
  for (const double weight :
       {extractive.unigram, extractive.bigram, extractive.trigram, extractive.reordering})
    if (!(weight >= 0 && weight <= kLargestExtractiveWeight))
      throw UsageError("an extractive weight must be from 0 to {}, not {}",
                       kLargestExtractiveWeight, weight);
  check_sampling(options);
}

double length_penalty(int64_t length, double alpha) {
  return std::pow((5.0 + static_cast<double>(length)) / 6.0, alpha);
}

int64_t max_target_length(int64_t source_length, const SearchOptions& options) {
  constexpr double kUnreachable = 1e9;  // keeps the sum within its type
  const double length = std::ceil(options.max_length_factor * static_cast<double>(source_length)) +
                        static_cast<double>(options.max_length_extra);
  return static_cast<int64_t>(std::clamp(length, 1.0, kUnreachable));
}

}  // namespace alinea
