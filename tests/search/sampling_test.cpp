#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <map>

#include "search/beam_search.h"
#include "search/sampler.h"
#include "search/toy_state.h"
#include "support/error.h"
#include "text/vocabulary.h"

namespace alinea {
namespace {

using testing::kInfinity;
using testing::Prefix;
using testing::ToyOptions;
using testing::ToyState;

SearchOptions samples(int64_t count, SamplingOptions sampling) {
  sampling.enabled = true;
  return {.beam_size = count, .n_best = count, .sampling = sampling};
}

// How often each token is drawn from a row.
std::map<int32_t, double> shares(const std::vector<float>& row, const SamplingOptions& options) {
  constexpr int64_t kDraws = 20000;
  const std::vector<Guidance> guidance(1);
  const std::vector<Row> rows(kDraws, Row{0, 0, kBegin});
  Sampler sampler(options, guidance);
  sampler.follow(rows);
  std::map<int32_t, double> result;
  std::vector<ScoredToken> drawn;
  for (size_t i = 0; i < rows.size(); ++i) {
    REQUIRE(sampler.draw(i, row, drawn));
    REQUIRE(drawn.size() == 1);
    REQUIRE(drawn[0].log_probability == row[static_cast<size_t>(drawn[0].token)]);
    result[drawn[0].token] += 1.0 / kDraws;
  }
  return result;
}

std::vector<float> logs(const std::vector<double>& probabilities) {
  std::vector<float> row;
  for (const double p : probabilities) row.push_back(static_cast<float>(std::log(p)));
  return row;
}

void check_shares(const std::map<int32_t, double>& got, const std::map<int32_t, double>& expected) {
  REQUIRE(got.size() == expected.size());
  for (const auto& [token, share] : expected) {
    CAPTURE(token);
    REQUIRE(got.contains(token));
    CHECK(got.at(token) == Approx(share).margin(0.012));  // 3 to 4 standard deviations
  }
}

TEST_CASE("tokens are drawn as often as they are probable, <s> never") {
  // The share of <s>, 0.5, is not there to be drawn.
  const std::vector<float> row = logs({0.05, 0.5, 0.1, 0.2, 0.0, 0.15});
  check_shares(shares(row, {}), {{0, 0.1}, {2, 0.2}, {3, 0.4}, {5, 0.3}});
  check_shares(shares(row, {.top_k = 2}), {{3, 4.0 / 7}, {5, 3.0 / 7}});
  check_shares(shares(row, {.top_k = 100}), {{0, 0.1}, {2, 0.2}, {3, 0.4}, {5, 0.3}});
  check_shares(shares(row, {.top_p = 0.65}), {{3, 4.0 / 7}, {5, 3.0 / 7}});
  check_shares(shares(row, {.top_p = 0.75}), {{2, 2.0 / 9}, {3, 4.0 / 9}, {5, 3.0 / 9}});
  check_shares(shares(row, {.top_p = 1e-9}), {{3, 1.0}});
  // The set of top_p is one of what top_k leaves.
  check_shares(shares(row, {.top_k = 3, .top_p = 0.7}), {{3, 4.0 / 7}, {5, 3.0 / 7}});
  // Squares: 1, 4, 16, 9 of 30.
  check_shares(shares(row, {.temperature = 0.5}),
               {{0, 1.0 / 30}, {2, 4.0 / 30}, {3, 16.0 / 30}, {5, 9.0 / 30}});
  check_shares(shares(row, {.temperature = 1e-3}), {{3, 1.0}});
}

TEST_CASE("from a row without any chance nothing is drawn, NaN and +inf are found") {
  const std::vector<Guidance> guidance(1);
  const SamplingOptions options{.top_k = GENERATE(0, 2), .top_p = GENERATE(1.0, 0.5)};
  Sampler sampler(options, guidance);
  sampler.follow(std::vector<Row>{{0, 0, kBegin}});
  std::vector<ScoredToken> drawn;
  REQUIRE(sampler.draw(0, std::vector<float>{-kInfinity, -1, -kInfinity, -kInfinity}, drawn));
  CHECK(drawn.empty());
  CHECK_FALSE(sampler.draw(0, std::vector<float>{-1, -1, -2, std::nanf("")}, drawn));
  CHECK_FALSE(sampler.draw(0, std::vector<float>{-1, -1, kInfinity, -1}, drawn));
}

TEST_CASE("a sample depends on seed, sentence and its own number, not on the rest of its batch") {
  const std::vector<int64_t> lengths{5, 1, 3};
  ToyOptions toy{.vocabulary_size = 7, .source_lengths = lengths, .seeds = {8, 9, 10}};
  toy.samples = 4;
  ToyState together(toy);
  const std::vector<Guidance> guidance = {{.number = 70}, {.number = 71}, {.number = 72}};
  const auto all = beam_search(together, samples(4, {.seed = 5}), guidance);
  std::vector<std::vector<Prefix>> first;
  for (const auto& found : all) {
    REQUIRE(found.size() == 4);
    for (size_t i = 1; i < 4; ++i) CHECK(found[i - 1].score >= found[i].score);
  }
  for (size_t n = 0; n < 3; ++n) {
    for (int64_t count = 1; count <= 4; ++count) {
      ToyOptions one = toy;
      one.source_lengths = {lengths[n]};
      one.seeds = {toy.seeds[n]};
      one.samples = count;
      ToyState alone(one);
      const auto some = beam_search(alone, samples(count, {.seed = 5}), {&guidance[n], 1}).at(0);
      REQUIRE(static_cast<int64_t>(some.size()) == count);
      for (const Hypothesis& sample : some) {
        const auto same = [&](const Hypothesis& other) { return other.tokens == sample.tokens; };
        CHECK(std::ranges::any_of(all[n], same));
      }
    }
  }
  // Other seeds and other sentences draw otherwise.
  ToyOptions twins = toy;
  twins.seeds = {8, 8, 8};
  twins.source_lengths = {5, 5, 5};
  ToyState different(twins), again(twins);
  const auto a = beam_search(different, samples(4, {.seed = 5}), guidance);
  const auto b = beam_search(again, samples(4, {.seed = 6}), guidance);
  const auto differ = [](const std::vector<Hypothesis>& x, const std::vector<Hypothesis>& y) {
    size_t count = 0;
    for (size_t i = 0; i < 4; ++i) count += x[i].tokens == y[i].tokens ? 0 : 1;
    return count;
  };
  CHECK(differ(a[0], a[1]) > 0);
  CHECK(differ(a[0], b[0]) > 0);
}

TEST_CASE("samples keep the rules and have the model's log-probabilities") {
  ToyOptions toy{.vocabulary_size = 6};
  toy.samples = 9;
  ToyState state(toy);
  SearchOptions options = samples(9, {.temperature = 3});
  options.min_length = 4;
  options.allow_unknown = false;
  const auto found = beam_search(state, options);
  for (const Hypothesis& sample : found.at(0)) {
    CHECK(sample.tokens.size() >= 4);
    CHECK(std::ranges::count(sample.tokens, kUnknown) == 0);
    double sum = 0;
    for (size_t t = 0; t < sample.tokens.size() + (sample.ended ? 1 : 0); ++t) {
      const Prefix prefix(sample.tokens.begin(),
                          sample.tokens.begin() + static_cast<std::ptrdiff_t>(t));
      const int32_t token = t < sample.tokens.size() ? sample.tokens[t] : kEnd;
      sum += static_cast<double>(state.log_probabilities(0, prefix)[static_cast<size_t>(token)]);
    }
    CHECK(sample.log_probability == Approx(sum));
    const auto length = std::ssize(sample.tokens) + (sample.ended ? 1 : 0);
    CHECK(sample.score == Approx(sum / length_penalty(length, 1.0)));
  }
}

}  // namespace
}  // namespace alinea
