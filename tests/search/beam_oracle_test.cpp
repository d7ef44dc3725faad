// The search against two slow ones: all hypotheses there are, and a beam that copies whole
// hypotheses and sorts all of their extensions.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "search/beam_search.h"
#include "search/toy_state.h"
#include "text/vocabulary.h"

namespace alinea {
namespace {

using testing::Prefix;
using testing::ToyState;

struct Slow {
  Prefix tokens;
  double log_probability;
  bool ended;
  double score;
};

Slow finished(const Prefix& tokens, double log_probability, bool ended, double alpha) {
  const auto length = static_cast<int64_t>(tokens.size()) + (ended ? 1 : 0);
  return {tokens, log_probability, ended, log_probability / length_penalty(length, alpha)};
}

void sort_by_score(std::vector<Slow>& all) {
  std::stable_sort(all.begin(), all.end(),
                   [](const Slow& a, const Slow& b) { return a.score > b.score; });
}

struct Exhaustive {
  const ToyState& state;
  int64_t sentence;
  int64_t max_length;
  double alpha;
  std::vector<Slow> all;

  void visit(const Prefix& prefix, double log_probability) {
    if (static_cast<int64_t>(prefix.size()) == max_length) {
      all.push_back(finished(prefix, log_probability, false, alpha));
      return;
    }
    const auto next = state.log_probabilities(sentence, prefix);
    for (int32_t token = 0; token < static_cast<int32_t>(next.size()); ++token) {
      const double extended = log_probability + next[static_cast<size_t>(token)];
      if (token == kEnd) {
        all.push_back(finished(prefix, extended, true, alpha));
      } else if (token != kBegin) {
        Prefix longer = prefix;
        longer.push_back(token);
        visit(longer, extended);
      }
    }
  }
};

// Of `live`, best first, all extensions: by log P, then by row, then by token.
std::vector<Slow> extensions(const ToyState& state, int64_t sentence,
                             const std::vector<Slow>& live) {
  std::vector<Slow> all;
  for (const Slow& hypothesis : live) {
    const auto next = state.log_probabilities(sentence, hypothesis.tokens);
    for (int32_t token = 0; token < static_cast<int32_t>(next.size()); ++token) {
      const float value = next[static_cast<size_t>(token)];
      if (token == kBegin || value == -std::numeric_limits<float>::infinity()) continue;
      Slow longer{hypothesis.tokens, hypothesis.log_probability + value, token == kEnd, 0};
      if (!longer.ended) longer.tokens.push_back(token);
      all.push_back(longer);
    }
  }
  std::stable_sort(all.begin(), all.end(), [](const Slow& a, const Slow& b) {
    return a.log_probability > b.log_probability;
  });
  return all;
}

// Goes on until K are finished: it does not know when that is no longer worth it.
std::vector<Slow> slow_beam(const ToyState& state, int64_t sentence, const SearchOptions& options) {
  const auto beam_size = static_cast<size_t>(options.beam_size);
  const int64_t max_length = max_target_length(state.source_length(sentence), options);
  std::vector<Slow> live{{{}, 0.0, false, 0.0}};
  std::vector<Slow> done;
  for (int64_t step = 1; step <= max_length && done.size() < beam_size; ++step) {
    std::vector<Slow> all = extensions(state, sentence, live);
    all.resize(std::min(all.size(), 2 * beam_size));
    live.clear();
    for (size_t rank = 0; rank < all.size(); ++rank) {
      const Slow& one = all[rank];
      if (one.ended && rank < beam_size) {
        done.push_back(finished(one.tokens, one.log_probability, true, options.length_penalty));
      }
      if (!one.ended && live.size() < beam_size) live.push_back(one);
    }
    if (step < max_length) continue;
    for (const Slow& one : live) {
      done.push_back(finished(one.tokens, one.log_probability, false, options.length_penalty));
    }
  }
  sort_by_score(done);
  return done;
}

void require_same(const std::vector<Hypothesis>& got, const std::vector<Slow>& expected,
                  size_t n_best) {
  REQUIRE(got.size() == std::min(n_best, expected.size()));
  for (size_t i = 0; i < got.size(); ++i) {
    CAPTURE(i);
    REQUIRE(got[i].tokens == expected[i].tokens);
    REQUIRE(got[i].ended == expected[i].ended);
    REQUIRE(got[i].log_probability == expected[i].log_probability);
    REQUIRE(got[i].score == expected[i].score);
    const auto& each = got[i].token_log_probabilities;
    REQUIRE(each.size() == got[i].tokens.size() + (got[i].ended ? 1 : 0));
    REQUIRE(std::accumulate(each.begin(), each.end(), 0.0) == got[i].log_probability);
  }
}

TEST_CASE("a beam wider than all there is finds the best of all hypotheses") {
  const double alpha = GENERATE(0.0, 0.6, 1.0, 3.0);
  const int64_t n_best = GENERATE(1, 3, 1000);
  const auto [vocabulary_size, max_length] =
      GENERATE(std::pair<int64_t, int64_t>{4, 5}, std::pair<int64_t, int64_t>{5, 4},
               std::pair<int64_t, int64_t>{7, 3});
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    ToyState state({.vocabulary_size = vocabulary_size, .seeds = {seed}});
    const auto results = beam_search(state, {.beam_size = 1000,
                                             .n_best = n_best,
                                             .length_penalty = alpha,
                                             .max_length_factor = 0,
                                             .max_length_extra = max_length});
    Exhaustive oracle{state, 0, max_length, alpha, {}};
    oracle.visit({}, 0.0);
    sort_by_score(oracle.all);
    REQUIRE(results.size() == 1);
    require_same(results[0], oracle.all, static_cast<size_t>(n_best));
  }
}

// What the rules leave of a hypothesis: everything there is, then what breaks a rule taken out.
bool repeats_ngram(const Prefix& tokens, size_t n) {
  for (size_t a = 0; a + n <= tokens.size(); ++a)
    for (size_t b = a + 1; b + n <= tokens.size(); ++b)
      if (std::equal(tokens.begin() + std::ptrdiff_t(a), tokens.begin() + std::ptrdiff_t(a + n),
                     tokens.begin() + std::ptrdiff_t(b)))
        return true;
  return false;
}

bool is_allowed(const Slow& one, const SearchOptions& options) {
  if (one.ended && std::ssize(one.tokens) < options.min_length) return false;
  if (!options.allow_unknown && std::ranges::count(one.tokens, kUnknown) > 0) return false;
  const auto n = static_cast<size_t>(options.no_repeat_ngram_size);
  return n == 0 || !repeats_ngram(one.tokens, n);
}

// The log-probability of a whole hypothesis, where repeated tokens pay.
double penalised(const ToyState& state, const Slow& one, double penalty) {
  double sum = 0;
  for (size_t t = 0; t < one.tokens.size() + (one.ended ? 1 : 0); ++t) {
    const Prefix prefix(one.tokens.begin(), one.tokens.begin() + std::ptrdiff_t(t));
    const int32_t token = t < one.tokens.size() ? one.tokens[t] : kEnd;
    const float value = state.log_probabilities(0, prefix)[static_cast<size_t>(token)];
    sum += std::ranges::count(prefix, token) > 0 ? value * static_cast<float>(penalty) : value;
  }
  return sum;
}

TEST_CASE("under rules, a beam wider than all there is finds the best hypotheses that keep them") {
  const auto [min_length, unknown, ngram, penalty] =
      GENERATE(table<int64_t, bool, int64_t, double>({{3, true, 0, 1.0},
                                                      {0, false, 0, 1.0},
                                                      {0, true, 1, 1.0},
                                                      {0, true, 2, 1.0},
                                                      {0, true, 3, 1.0},
                                                      {0, true, 0, 1.7},
                                                      {2, false, 2, 1.3}}));
  const int64_t n_best = GENERATE(1, 5, 1000);
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    ToyState state({.vocabulary_size = 5, .seeds = {seed}, .end_bias = 1});
    const SearchOptions options{.beam_size = 1000,
                                .n_best = n_best,
                                .max_length_factor = 0,
                                .max_length_extra = 5,
                                .min_length = min_length,
                                .allow_unknown = unknown,
                                .no_repeat_ngram_size = ngram,
                                .repetition_penalty = penalty};
    Exhaustive oracle{state, 0, 5, 1.0, {}};
    oracle.visit({}, 0.0);
    std::vector<Slow> left;
    for (const Slow& one : oracle.all) {
      if (!is_allowed(one, options)) continue;
      left.push_back(one);
      const auto length = std::ssize(one.tokens) + (one.ended ? 1 : 0);
      left.back().score = penalised(state, one, penalty) / length_penalty(length, 1.0);
    }
    REQUIRE(left.size() < oracle.all.size() + (penalty > 1 ? 1 : 0));
    sort_by_score(left);
    const auto results = beam_search(state, options);
    require_same(results.at(0), left, static_cast<size_t>(n_best));
  }
}

// Whether the source has the last n tokens, as they are.
bool has(const Prefix& source, const Prefix& tokens, size_t n) {
  const auto last = std::span(tokens).last(n);
  return std::ranges::count(last, kUnknown) == 0 &&
         std::search(source.begin(), source.end(), last.begin(), last.end()) != source.end();
}

// Whether the source has the last token before the one before that.
bool is_reordered(const Prefix& source, const Prefix& tokens) {
  const auto last = std::span(tokens).last(2);
  if (std::ranges::count(last, kUnknown) > 0) return false;
  for (size_t k = 0; k < source.size(); ++k)
    for (size_t j = 0; j < k; ++j)
      if (source[k] == last[0] && source[j] == last[1]) return true;
  return false;
}

// The log-probability of a whole hypothesis, less what its tokens take off.
double extracted(const ToyState& state, const Slow& one, const Prefix& source,
                 const ExtractiveWeights& weights) {
  double sum = one.ended ? state.log_probabilities(0, one.tokens)[kEnd] : 0;
  for (size_t t = 0; t < one.tokens.size(); ++t) {
    const auto end = one.tokens.begin() + std::ptrdiff_t(t);
    const Prefix before(one.tokens.begin(), end), with(one.tokens.begin(), end + 1);
    double cost = has(source, with, 1) ? 0 : weights.unigram;
    if (t >= 1) cost += has(source, with, 2) ? 0 : weights.bigram;
    if (t >= 2) cost += has(source, with, 3) ? 0 : weights.trigram;
    if (t >= 1 && is_reordered(source, with)) cost += weights.reordering;
    const float value = state.log_probabilities(0, before)[static_cast<size_t>(one.tokens[t])];
    sum += static_cast<float>(static_cast<double>(value) - cost);
  }
  return sum;
}

TEST_CASE("with extractive weights, a beam wider than all there is finds the best of all") {
  const auto& weights = GENERATE(ExtractiveWeights{1, 0, 0, 0}, ExtractiveWeights{0, 1, 0, 0},
                                 ExtractiveWeights{0, 0, 1, 0}, ExtractiveWeights{0, 0, 0, 1},
                                 ExtractiveWeights{0.5, 0.25, 2, 1});
  const Prefix source = GENERATE(Prefix{}, Prefix{4}, Prefix{3, 4, 3, 3, 5}, Prefix{5, 0, 4, 0, 3},
                                 Prefix{0, 0}, Prefix{3, 4, 5, 3, 4, 4});
  const int64_t n_best = GENERATE(1, 1000);
  for (uint64_t seed = 11; seed <= 15; ++seed) {
    ToyState state({.vocabulary_size = 6, .seeds = {seed}, .end_bias = 0.5});
    Exhaustive oracle{state, 0, 4, 1.0, {}};
    oracle.visit({}, 0.0);
    for (Slow& one : oracle.all)
      one.score = extracted(state, one, source, weights) /
                  length_penalty(std::ssize(one.tokens) + (one.ended ? 1 : 0), 1.0);
    sort_by_score(oracle.all);
    const Guidance guidance{.source = source};
    const auto results = beam_search(state,
                                     {.beam_size = 1000,
                                      .n_best = n_best,
                                      .max_length_factor = 0,
                                      .max_length_extra = 4,
                                      .extractive = weights},
                                     {&guidance, 1});
    require_same(results.at(0), oracle.all, static_cast<size_t>(n_best));
  }
}

// β Σ_i log min(Σ_j α_ij, 1), a row of attention a token and one for </s>.
double coverage_penalty(const ToyState& state, const Slow& one, double weight) {
  double sum = 0;
  for (int64_t i = 0; i < state.source_length(0); ++i) {
    float covered = 0;
    for (size_t t = 0; t < one.tokens.size() + (one.ended ? 1 : 0); ++t)
      covered +=
          state.attention(0, {one.tokens.begin(), one.tokens.begin() + std::ptrdiff_t(t)}, i);
    sum += std::log(static_cast<double>(std::min(covered, 1.0F)));
  }
  return weight * sum;
}

TEST_CASE("with the coverage penalty, a beam wider than all there is finds the best of all") {
  const double weight = GENERATE(0.2, 3.0);
  const int64_t n_best = GENERATE(1, 4, 1000);
  size_t reordered = 0;
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    ToyState state({.vocabulary_size = 5, .source_lengths = {4}, .seeds = {seed}});
    Exhaustive oracle{state, 0, 4, 0.6, {}};
    oracle.visit({}, 0.0);
    sort_by_score(oracle.all);
    const Prefix without = oracle.all.front().tokens;
    for (Slow& one : oracle.all) one.score += coverage_penalty(state, one, weight);
    sort_by_score(oracle.all);
    reordered += oracle.all.front().tokens == without ? 0 : 1;
    const auto results = beam_search(state, {.beam_size = 1000,
                                             .n_best = n_best,
                                             .length_penalty = 0.6,
                                             .coverage_penalty = weight,
                                             .max_length_factor = 0,
                                             .max_length_extra = 4});
    require_same(results.at(0), oracle.all, static_cast<size_t>(n_best));
  }
  CHECK(reordered > 3);
}

// Whether a phrase comes with its last token at `from` or behind.
bool comes(const Prefix& tokens, const Prefix& phrase, size_t from) {
  for (size_t end = std::max(from + 1, phrase.size()); end <= tokens.size(); ++end)
    if (std::equal(phrase.begin(), phrase.end(),
                   tokens.begin() + std::ptrdiff_t(end - phrase.size())))
      return true;
  return false;
}

bool follows(const Prefix& tokens, const Guidance& guidance) {
  const Prefix& prefix = guidance.prefix;
  if (tokens.size() < prefix.size() || !std::equal(prefix.begin(), prefix.end(), tokens.begin()))
    return false;
  return std::ranges::all_of(guidance.required,
                             [&](const Prefix& one) { return comes(tokens, one, 0); }) &&
         std::ranges::none_of(guidance.avoided,
                              [&](const Prefix& one) { return comes(tokens, one, prefix.size()); });
}

const std::vector<Guidance> kGuidances = {
    {.prefix = {3}, .required = {}, .avoided = {}},
    {.prefix = {4, 0, 3}, .required = {}, .avoided = {}},
    {.prefix = {}, .required = {{4}}, .avoided = {}},
    {.prefix = {}, .required = {{3, 3}, {4}}, .avoided = {}},
    {.prefix = {}, .required = {{3, 4}, {4, 3}}, .avoided = {}},  // 3 4 3 holds both
    {.prefix = {}, .required = {}, .avoided = {{3}, {4, 4}, {0, 4, 0}}},
    {.prefix = {0, 3}, .required = {{3, 4}}, .avoided = {{4, 4}, {0, 3}}}};

TEST_CASE("a beam wider than all there is finds the best of what was asked for") {
  const auto& guidance = GENERATE(from_range(kGuidances));
  const int64_t n_best = GENERATE(1, 5, 5000);
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    ToyState state({.vocabulary_size = 5, .seeds = {seed}, .end_bias = 0.5});
    Exhaustive oracle{state, 0, 5, 1.0, {}};
    oracle.visit({}, 0.0);
    const size_t all = oracle.all.size();
    std::erase_if(oracle.all, [&](const Slow& one) { return !follows(one.tokens, guidance); });
    REQUIRE(oracle.all.size() < all);
    REQUIRE_FALSE(oracle.all.empty());
    sort_by_score(oracle.all);
    const auto results = beam_search(
        state, {.beam_size = 5000, .n_best = n_best, .max_length_factor = 0, .max_length_extra = 5},
        {&guidance, 1});
    require_same(results.at(0), oracle.all, static_cast<size_t>(n_best));
  }
}

TEST_CASE("a narrow beam gives what was asked for, in a batch as alone") {
  const int64_t beam_size = GENERATE(1, 2, 3, 7);
  const size_t count = kGuidances.size();
  const SearchOptions options{.beam_size = beam_size, .n_best = beam_size, .max_length_extra = 1};
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    ToyState together({.source_lengths = std::vector<int64_t>(count, 2),
                       .seeds = std::vector<uint64_t>(count, seed),
                       .end_bias = 2});
    const auto results = beam_search(together, options, kGuidances);
    for (size_t n = 0; n < count; ++n) {
      CAPTURE(n);
      ToyState alone({.source_lengths = {2}, .seeds = {seed}, .end_bias = 2});
      const auto one = beam_search(alone, options, {&kGuidances[n], 1}).at(0);
      REQUIRE(results[n].size() == one.size());
      for (size_t i = 0; i < one.size(); ++i) {
        REQUIRE(results[n][i].tokens == one[i].tokens);
        REQUIRE(results[n][i].score == one[i].score);
        REQUIRE(follows(one[i].tokens, kGuidances[n]));
      }
    }
  }
}

TEST_CASE("a narrow beam keeps and finishes what the slow one does") {
  const bool with_ties = GENERATE(false, true);
  const double alpha = GENERATE(0.0, 1.0, 2.5);
  const int64_t beam_size = GENERATE(1, 2, 3, 5);
  const int64_t vocabulary_size = GENERATE(4, 5, 7);
  for (uint64_t seed = 1; seed <= 30; ++seed) {
    for (int64_t n_best = 1; n_best <= beam_size; ++n_best) {
      ToyState state({.vocabulary_size = vocabulary_size,
                      .source_lengths = {1, 3, 5},
                      .seeds = {seed, seed + 100, seed + 200},
                      .end_bias = 0.2 * static_cast<double>(seed % 10) - 1,
                      .with_ties = with_ties});
      const SearchOptions options{.beam_size = beam_size,
                                  .n_best = n_best,
                                  .length_penalty = alpha,
                                  .max_length_factor = 1.3,
                                  .max_length_extra = 2};
      const auto results = beam_search(state, options);
      REQUIRE(results.size() == 3);
      for (int64_t sentence = 0; sentence < 3; ++sentence) {
        require_same(results[static_cast<size_t>(sentence)], slow_beam(state, sentence, options),
                     static_cast<size_t>(n_best));
      }
    }
  }
}

}  // namespace
}  // namespace alinea
