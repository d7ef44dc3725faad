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
  CHECK(state.seen().empty());
}

TEST_CASE("NaN and +inf from the model are an error that names the sentence") {
  const float bad = GENERATE(std::nanf(""), kInfinity);
  ToyState state({.source_lengths = {2, 3}, .seeds = {4, 5}});
  state.table = [&](int64_t sentence, const Prefix& prefix) {
    return std::vector<float>{-1, -2, -3, sentence == 1 && prefix.size() == 1 ? bad : -4, -5};
  };
  CHECK_THROWS_MATCHES(beam_search(state, {.beam_size = 2}), Error,
                       Catch::Message("expected log-probabilities of sentence 1 of the batch (from "
                                      "0), but NaN or +inf came; the training may have diverged: "
                                      "train again with a lower --learning-rate"));
}

TEST_CASE("a model that leaves no way on is an error") {
  ToyState state({});
  state.table = [](int64_t, const Prefix&) {
    return std::vector<float>{-kInfinity, 0, -kInfinity, -kInfinity, -kInfinity};
  };
  CHECK_THROWS_AS(beam_search(state, {}), Error);
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
