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

TEST_CASE("NaN and +inf from the model are an error that names the sentence") {
  const float bad = GENERATE(std::nanf(""), kInfinity);
  ToyState state({.source_lengths = {2, 3}, .seeds = {4, 5}});
  state.table = [&](int64_t sentence, const Prefix& prefix) {
    return std::vector<float>{-1, -2, -3, sentence == 1 && prefix.size() == 1 ? bad : -4, -5};
  };
  CHECK_THROWS_MATCHES(beam_search(state, {.beam_size = 2}), Error,
                       Catch::Message("expected log-probabilities of sentence 1 of the batch (from "
                                      "0), got NaN or +inf; the training may have diverged: "
                                      "train again with a lower --learning-rate"));
}

TEST_CASE("a model that leaves no way on is an error") {
  ToyState state({});
  state.table = [](int64_t, const Prefix&) {
    return std::vector<float>{-kInfinity, 0, -kInfinity, -kInfinity, -kInfinity};
  };
  CHECK_THROWS_AS(beam_search(state, {}), Error);
}

TEST_CASE("rules that leave no way on are an error, where nothing is finished") {
  ToyState state({});
  // Tokens 0, 3 and 4, each once; </s> only behind four.
  const SearchOptions options{.min_length = 4, .no_repeat_ngram_size = 1};
  CHECK_THROWS_WITH(beam_search(state, options), Catch::Contains("options forbid all"));
}

TEST_CASE("a vocabulary without </s> is an error") {
  ToyState state({.vocabulary_size = 2});
  CHECK_THROWS_AS(beam_search(state, {}), Error);
}

TEST_CASE("a step of the wrong size is an error") {
  const std::vector<float> values(8, -1.0F);
  const std::vector<StepOutput::Focus> focus(2);
  FixedState state;
  state.output = {.log_probabilities = {values.data(), 5}, .attention = {}, .focus = {}};
  CHECK_THROWS_AS(beam_search(state, {}), Error);
  state.output.log_probabilities = {values.data(), 4};
  state.output.attention = {values.data(), 2};
  state.output.source_width = 2;
  CHECK_THROWS_AS(beam_search(state, {}), Error);
  state.output.source_width = 3;
  CHECK_THROWS_AS(beam_search(state, {}), Error);
  state.output.attention = {values.data(), 3};
  state.output.focus = focus;
  CHECK_THROWS_AS(beam_search(state, {}), Error);
  state.output.focus = {focus.data(), 1};
  CHECK(beam_search(state, {.beam_size = 1}).size() == 1);
}

}  // namespace
}  // namespace alinea
