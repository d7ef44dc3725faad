#include "search/decoding_options.h"

#include <algorithm>

#include "options/limits.h"
#include "options/option_value.h"
#include "support/error.h"

namespace alinea {

void add_rules(FieldList& fields, SearchOptions& search) {
  fields.add("min-length", search.min_length, "minimum number of tokens")
      .range<int64_t>(0, kNoLimit)
      .add("allow-unk", search.allow_unknown, "allow <unk>")
      .add("no-repeat-ngram-size", search.no_repeat_ngram_size,
           "forbid repeated sequences of this many tokens; 0: allow them")
      .range<int64_t>(0, kNoLimit)
      .add("repetition-penalty", search.repetition_penalty,
           "factor for the log-probability of tokens that already occurred; 1: none")
      .range(1.0, kAnyNumber);
}

void add_sampling(FieldList& fields, SamplingOptions& sampling, const std::string& drawn) {
  fields.group("Sampling")
      .add("sampling", sampling.enabled, drawn)
      .add("temperature", sampling.temperature,
           "below 1 makes likely tokens more likely, above 1 less")
      .expect("a number above 0", [&sampling] { return sampling.temperature > 0; })
      .needs("sampling")
      .add("top-k", sampling.top_k, "draw from this many of the most likely tokens; 0: from all")
      .range<int64_t>(0, kNoLimit)
      .needs("sampling")
      .add("top-p", sampling.top_p,
           "draw from the smallest set of most likely tokens with at least this probability")
      .expect("a number above 0 and at most 1",
              [&sampling] { return sampling.top_p > 0 && sampling.top_p <= 1; })
      .needs("sampling")
      .add("seed", sampling.seed, "seed of the random numbers")
      .needs("sampling");
}

void DecodingOptions::visit(FieldList& fields) {
  fields.group("Models and scores")
      .add("weights", weights,
           "weights of several models in their order, as in 2,1; the default is equal weights")
      .add("coverage-penalty", search.coverage_penalty,
           "beta of GNMT's coverage penalty; 0: none; requires attention")
      .range(0.0, kAnyNumber)
      .add("extractive-weights", extractive_weights,
           "four penalties, as in 2,1,1,0: of a token that is not in the source, that ends no "
           "bigram of it, no trigram of it, and that stands in it before the token written last; "
           "the default is none")
      .add("shortlist", shortlist,
           "lexicon of lines TARGET SOURCE PROBABILITY: only the tokens that it lists for those of "
           "the source, and the first --shortlist-first ones, may occur in a translation")
      .add("shortlist-first", shortlisted.first,
           "number of first tokens of the target vocabulary that are always "
           "allowed, at least the 3 special ones")
      .range<int64_t>(1, kNoLimit)
      .needs("shortlist")
      .add("shortlist-best", shortlisted.best,
           "at most this many of the most likely tokens for each source token")
      .range<int64_t>(1, kNoLimit)
      .needs("shortlist");
  fields.group("Constraints on the translation");
  add_rules(fields, search);
  fields
      .add("max-target-length", search.max_target_length,
           "maximum number of tokens, with the same --min-length the exact one; 0: none but "
           "--max-length-factor")
      .range<int64_t>(0, kNoLimit)
      .add("prefix", prefixes, "file with the beginnings of the translations, line by line")
      .add("constraints", constraints,
           "file with phrases that the translations must contain, line by line, separated by tabs")
      .add("avoid", avoided, "the same with phrases that they must not contain")
      .add("replace-unknown", replace_unknown,
           "replace <unk> with the source word that has the largest weight; requires attention")
      .add("dictionary", dictionary,
           "file of SOURCE|||TARGET lines: words to use instead of the source word")
      .needs("replace-unknown");
  add_sampling(fields, search.sampling,
               "draw translations at random: --beam-size of them with --n-best, otherwise one");
}

std::vector<double> model_weights(const DecodingOptions& options) {
  if (options.weights.empty()) return {};
  const auto weights = read_numbers(options.weights);
  if (!weights)
    throw UsageError("--weights: expected numbers, as in 2,1, got {:?}", options.weights);
  return *weights;
}

ExtractiveWeights extractive_weights(std::span<const double> weights) {
  if (weights.empty()) return {};
  if (weights.size() != 4)
    throw UsageError(
        "expected four extractive weights, of words, bigrams, trigrams and reordering, got {}",
        weights.size());
  return {weights[0], weights[1], weights[2], weights[3]};
}

ExtractiveWeights extractive_weights(const DecodingOptions& options) {
  if (options.extractive_weights.empty()) return {};
  const auto weights = read_numbers(options.extractive_weights);
  const auto fits = [](double w) { return w >= 0 && w <= kLargestExtractiveWeight; };
  if (!weights || weights->size() != 4 || !std::ranges::all_of(*weights, fits))
    throw UsageError(
        "--extractive-weights: expected four numbers from 0 to {}, as in 2,1,1,0, got {:?}",
        kLargestExtractiveWeight, options.extractive_weights);
  return extractive_weights(*weights);
}

}  // namespace alinea
