// How wide, how long and by what score to search.
#pragma once

#include <cstdint>

namespace alinea {

// See sampler.h.
struct SamplingOptions {
  bool enabled = false;
  double temperature = 1.0;
  int64_t top_k = 0;   // tokens; 0: all
  double top_p = 1.0;  // probability
  uint64_t seed = 1;
};

// λ1 to λ4 of extractive_features.h, from 0 on.
inline constexpr double kLargestExtractiveWeight = 1e6;
struct ExtractiveWeights {
  double unigram = 0, bigram = 0, trigram = 0, reordering = 0;

  bool any() const { return unigram > 0 || bigram > 0 || trigram > 0 || reordering > 0; }
};

struct SearchOptions {
  int64_t beam_size = 5;
  int64_t n_best = 1;             // at most beam_size
  double length_penalty = 1.0;    // alpha of lp below; 0 compares by log P alone
  double coverage_penalty = 0.0;  // beta, see coverage_penalty.h; 0 asks for no attention

  // A target has at most ceil(max_length_factor * source_length) + max_length_extra tokens, </s>
  // counted in both. The factor is Marian's; the rest is for very short sources.
  double max_length_factor = 3.0;
  int64_t max_length_extra = 10;
  int64_t min_length = 0;         // tokens, </s> not counted
  int64_t max_target_length = 0;  // the same; 0: as above alone

  // See token_rules.h.
  bool allow_unknown = true;
  int64_t no_repeat_ngram_size = 0;  // 0: may repeat
  double repetition_penalty = 1.0;   // θ, 1 or more
  ExtractiveWeights extractive = {};

  // Draws beam_size translations instead of searching for the best, all of them the n_best.
  SamplingOptions sampling = {};
};

// Throws UsageError where an option is out of range.
void check(const SearchOptions& options);

// lp(Y) = ((5 + |Y|) / 6)^alpha, where |Y| = length counts </s> (Wu et al. 2016, "Google's Neural
// Machine Translation System", eq. 14).
double length_penalty(int64_t length, double alpha);

// The most tokens that the target of such a source may have, </s> counted; at least 1.
int64_t max_target_length(int64_t source_length, const SearchOptions& options);

}  // namespace alinea
