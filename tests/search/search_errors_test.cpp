#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "search/beam_search.h"
#include "search/toy_state.h"
#include "support/error.h"

namespace alinea {
namespace {

using testing::kInfinity;
using testing::Prefix;
using testing::ToyState;

// Answers what it is told to, whatever the rows.
class FixedState : public State {
 public:
  StepOutput output;
  int64_t sentences() const override { return 1; }
  int64_t vocabulary_size() const override { return 4; }
  int64_t source_length(int64_t) const override { return 3; }
  StepOutput advance(std::span<const Row>) override { return output; }
};

TEST_CASE("options out of range are wrong usage") {
  ToyState state({});
  const double nan = std::nan("");
  CHECK_THROWS_AS(beam_search(state, {.beam_size = 0}), UsageError);
  CHECK_THROWS_AS(beam_search(state, {.beam_size = 3, .n_best = 0}), UsageError);
  CHECK_THROWS_AS(beam_search(state, {.beam_size = 3, .n_best = 4}), UsageError);
  CHECK_THROWS_AS(beam_search(state, {.length_penalty = -0.1}), UsageError);
  CHECK_THROWS_AS(beam_search(state, {.length_penalty = nan}), UsageError);
  CHECK_THROWS_AS(beam_search(state, {.max_length_factor = -1}), UsageError);
  CHECK_THROWS_AS(beam_search(state, {.max_length_factor = nan}), UsageError);
  CHECK_THROWS_AS(beam_search(state, {.max_length_extra = -1}), UsageError);
  CHECK_THROWS_AS(beam_search(state, {.coverage_penalty = -0.1}), UsageError);
  CHECK_THROWS_AS(beam_search(state, {.coverage_penalty = nan}), UsageError);
  CHECK_THROWS_AS(beam_search(state, {.min_length = -1}), UsageError);
  CHECK_THROWS_AS(beam_search(state, {.no_repeat_ngram_size = -1}), UsageError);
  CHECK_THROWS_AS(beam_search(state, {.repetition_penalty = 0.9}), UsageError);
  CHECK_THROWS_AS(beam_search(state, {.repetition_penalty = nan}), UsageError);
  for (const auto weight : {&ExtractiveWeights::unigram, &ExtractiveWeights::bigram,
                            &ExtractiveWeights::trigram, &ExtractiveWeights::reordering}) {
    SearchOptions options;
    options.extractive.*weight = -1;
    CHECK_THROWS_AS(beam_search(state, options), UsageError);
    options.extractive.*weight = nan;
    CHECK_THROWS_AS(beam_search(state, options), UsageError);
  }
  CHECK(state.seen().empty());
}

TEST_CASE("options of sampling out of range are wrong usage") {
  ToyState state({});
  const auto refused = [&](const SamplingOptions& sampling, int64_t n_best = 5) {
    CHECK_THROWS_AS(beam_search(state, {.n_best = n_best, .sampling = sampling}), UsageError);
  };
  refused({.enabled = true}, 4);
  refused({.enabled = true, .temperature = 0});
  refused({.enabled = true, .temperature = std::nan("")});
  refused({.enabled = true, .temperature = static_cast<double>(kInfinity)});
  refused({.enabled = true, .top_k = -1});
  refused({.enabled = true, .top_p = 0});
  refused({.enabled = true, .top_p = 1.1});
  CHECK(state.seen().empty());
}

TEST_CASE("guidance that no translation can follow is wrong usage") {
  ToyState state({});
  const auto refused = [&](const Guidance& guidance, const SearchOptions& options = {}) {
    CHECK_THROWS_AS(beam_search(state, options, {&guidance, 1}), UsageError);
  };
  refused({.prefix = {5}, .required = {}, .avoided = {}});
  refused({.prefix = {3, -1}, .required = {}, .avoided = {}});
  refused({.prefix = {2}, .required = {}, .avoided = {}});
  refused({.prefix = {}, .required = {{3}, {}}, .avoided = {}});
  refused({.prefix = {}, .required = {{1}}, .avoided = {}});
  refused({.prefix = {}, .required = {}, .avoided = {{4, 2}}});
  refused({.prefix = {}, .required = {{3}}, .avoided = {}},
          {.n_best = 5, .sampling = {.enabled = true}});
  CHECK(state.seen().empty());
}

TEST_CASE("the coverage penalty needs attention") {
  ToyState state({.with_attention = false});
  CHECK_THROWS_WITH(beam_search(state, {.coverage_penalty = 0.2}), Catch::Contains("attention"));
}

// Of three sentences, where the second cannot be answered: the others are as they are alone.
void check_second_has_none(ToyState& state, const SearchOptions& options,
                           std::span<const Guidance> guidance = {}) {
  const auto found = beam_search(state, options, guidance);
  REQUIRE(found.size() == 3);
  CHECK(found[1].empty());
  for (const size_t other : {0, 2}) {
    ToyState alone({.source_lengths = {3}, .seeds = {4}});
    alone.table = [&](int64_t, const Prefix& prefix) {
      return state.table(static_cast<int64_t>(other), prefix);
    };
    const auto expected = beam_search(alone, options);
    REQUIRE(found[other].size() == 1);
    CHECK(found[other][0].tokens == expected[0][0].tokens);
    CHECK(found[other][0].score == expected[0][0].score);
  }
}

TEST_CASE("a sentence that the model gives NaN or +inf for has no hypotheses, others have theirs") {
  const float bad = GENERATE(std::nanf(""), kInfinity);
  const size_t at = GENERATE(0, 1);
  ToyState state({.source_lengths = {3, 3, 3}, .seeds = {4, 5, 6}});
  state.table = [&](int64_t sentence, const Prefix& prefix) {
    const bool is_bad = sentence == 1 && prefix.size() == at;
    return std::vector<float>{-1, -2, -3, is_bad ? bad : -4, -5};
  };
  check_second_has_none(state, {.beam_size = 2});
}

TEST_CASE("a sentence that the model leaves no way on has no hypotheses, others have theirs") {
  ToyState state({.source_lengths = {3, 3, 3}, .seeds = {4, 5, 6}});
  state.table = [](int64_t sentence, const Prefix&) {
    const float other = sentence == 1 ? -kInfinity : -1.0F;
    return std::vector<float>{other, 0, other, other, other};
  };
  check_second_has_none(state, {});
}

TEST_CASE("a sentence that rules and guidance leave no way on has no hypotheses") {
  ToyState state({.source_lengths = {3, 3, 3}, .seeds = {4, 5, 6}});
  // Tokens 0, 3 and 4, each once; </s> only behind three. The second may not say 4.
  state.table = [](int64_t, const Prefix&) { return std::vector<float>{-1, -9, -3, -2, -4}; };
  const SearchOptions options{.min_length = 3, .no_repeat_ngram_size = 1};
  const std::vector<Guidance> guidance = {{}, {.avoided = {{4}}}, {}};
  check_second_has_none(state, options, guidance);
}

TEST_CASE("a vocabulary without </s> is an error") {
  ToyState state({.vocabulary_size = 2});
  CHECK_THROWS_AS(beam_search(state, {}), Error);
}

TEST_CASE("a step of the wrong size is an error") {
  const std::vector<float> values(8, -1.0F);
  const std::vector<ops::Window> windows(2);
  FixedState state;
  state.output = {.log_probabilities = {values.data(), 5}, .attention = {}};
  CHECK_THROWS_AS(beam_search(state, {}), Error);
  state.output.log_probabilities = {values.data(), 4};
  AttentionValues& attention = state.output.attention;
  attention.alpha = {values.data(), 2};
  attention.width = 2;
  CHECK_THROWS_AS(beam_search(state, {}), Error);
  attention.width = 3;
  CHECK_THROWS_AS(beam_search(state, {}), Error);
  attention.alpha = {values.data(), 3};
  attention.centres = {values.data(), 1};
  attention.windows = windows;
  CHECK_THROWS_AS(beam_search(state, {}), Error);
  attention.windows = {windows.data(), 1};
  attention.steps = 2;
  CHECK_THROWS_AS(beam_search(state, {}), Error);
  attention.steps = 1;
  CHECK(beam_search(state, {.beam_size = 1}).size() == 1);
}

}  // namespace
}  // namespace alinea
