#include "commands/decoding_options.h"

#include "options/limits.h"
#include "options/option_value.h"
#include "support/error.h"

namespace alinea {

namespace {

void add_rules(Options& table, DecodingOptions& o, SearchOptions& search) {
  table.group("What a translation may say")
      .add("min-length", search.min_length, "a translation has at least this many tokens")
      .range<int64_t>(0, kNoLimit)
      .add("allow-unk", search.allow_unknown, "<unk> may come in it")
      .add("no-repeat-ngram-size", search.no_repeat_ngram_size,
           "no sequence of this many tokens comes twice in it; 0: may come")
      .range<int64_t>(0, kNoLimit)
      .add("repetition-penalty", search.repetition_penalty,
           "the log-probability of a token that it has already is multiplied with this; 1: is not")
      .range(1.0, kAnyNumber)
      .add("prefix", o.prefixes, "file with what it begins with, line for line")
      .add("constraints", o.constraints,
           "file with phrases that it holds, line for line, tabs between them")
      .add("avoid", o.avoided, "the same with phrases that it does not hold")
      .add("replace-unknown", o.replace_unknown,
           "put the source word that it looked at most in the place of <unk>; needs attention")
      .add("dictionary", o.dictionary,
           "file of SOURCE|||TARGET lines: words to put there instead of the source word");
}

void add_sampling(Options& table, SamplingOptions& sampling) {
  table.group("Sampling")
      .add("sampling", sampling.enabled,
           "draw translations at random; with --n-best as many as --beam-size, else one")
      .add("temperature", sampling.temperature,
           "below 1 makes likely tokens more likely, above 1 less")
      .expect("a number above 0", [&sampling] { return sampling.temperature > 0; })
      .add("top-k", sampling.top_k, "draw from this many most likely tokens; 0: from all")
      .range<int64_t>(0, kNoLimit)
      .add("top-p", sampling.top_p,
           "draw from the most likely tokens that together have this probability")
      .expect("a number above 0 and at most 1",
              [&sampling] { return sampling.top_p > 0 && sampling.top_p <= 1; })
      .add("seed", sampling.seed, "seed of what is drawn");
}

}  // namespace

Options& add_decoding_options(Options& table, DecodingOptions& options, SearchOptions& search) {
  table.group("Models and scores")
      .add("weights", options.weights,
           "of several models in their order, as in 2,1; else all are equal")
      .add("coverage-penalty", search.coverage_penalty,
           "beta of GNMT's coverage penalty; 0: none; needs attention")
      .range(0.0, kAnyNumber)
      .add("shortlist", options.shortlist,
           "lexicon, lines TARGET SOURCE PROBABILITY: a translation has only tokens that it gives "
           "for those of the source, and the --shortlist-first first ones")
      .add(
          "shortlist-first", options.shortlisted.first,
          "with --shortlist: so many first tokens of the target vocabulary are always allowed, the "
          "3 special ones at least")
      .range<int64_t>(1, kNoLimit)
      .add("shortlist-best", options.shortlisted.best,
           "with --shortlist: at most so many of the likeliest tokens for each source token")
      .range<int64_t>(1, kNoLimit);
  add_rules(table, options, search);
  add_sampling(table, search.sampling);
  return table;
}

void check_decoding_options(const Options& table, const DecodingOptions& options,
                            const SearchOptions& search) {
  if (table.given("dictionary") && !options.replace_unknown)
    throw UsageError("--dictionary needs --replace-unknown");
  for (const char* name : {"shortlist-first", "shortlist-best"})
    if (table.given(name) && options.shortlist.empty())
      throw UsageError("--{} needs --shortlist", name);
  for (const char* name : {"temperature", "top-k", "top-p", "seed"})
    if (table.given(name) && !search.sampling.enabled)
      throw UsageError("--{} needs --sampling", name);
  if (search.sampling.enabled && !options.constraints.empty())
    throw UsageError("--constraints are met by search, not with --sampling");
}

std::vector<double> model_weights(const DecodingOptions& options) {
  if (options.weights.empty()) return {};
  const auto weights = read_numbers(options.weights);
  if (!weights)
    throw UsageError("--weights: expected numbers, as in 2,1, got {:?}", options.weights);
  return *weights;
}

}  // namespace alinea
