// The search against two slow ones: all hypotheses there are, and a beam that copies whole
// hypotheses and sorts all of their extensions.
#include <algorithm>
#include <catch2/catch.hpp>
#include <limits>
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
