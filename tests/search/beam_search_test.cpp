#include "search/beam_search.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "search/beam.h"
#include "search/toy_state.h"
#include "text/vocabulary.h"

namespace alinea {
namespace {

using testing::kInfinity;
using testing::Prefix;
using testing::ToyOptions;
using testing::ToyState;

void require_same(const Hypothesis& a, const Hypothesis& b) {
  REQUIRE(a.tokens == b.tokens);
  REQUIRE(a.log_probability == b.log_probability);
  REQUIRE(a.score == b.score);
  REQUIRE(a.ended == b.ended);
  REQUIRE(a.attention == b.attention);
}

void require_same(const std::vector<Hypothesis>& a, const std::vector<Hypothesis>& b) {
  REQUIRE(a.size() == b.size());
  for (size_t i = 0; i < a.size(); ++i) require_same(a[i], b[i]);
}

TEST_CASE("beam 1 takes the most probable token until it is </s>") {
  const double alpha = GENERATE(0.0, 1.0);
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    ToyState state({.vocabulary_size = 7, .seeds = {seed}});
    const SearchOptions options{.beam_size = 1, .length_penalty = alpha};
    Prefix greedy;
    bool ended = false;
    while (!ended && static_cast<int64_t>(greedy.size()) < max_target_length(3, options)) {
      auto next = state.log_probabilities(0, greedy);
      next[kBegin] = -kInfinity;
      const auto best = std::max_element(next.begin(), next.end()) - next.begin();
      ended = best == kEnd;
      if (!ended) greedy.push_back(static_cast<int32_t>(best));
    }
    const auto result = beam_search(state, options);
    REQUIRE(result.at(0).at(0).tokens == greedy);
    REQUIRE(result[0][0].ended == ended);
    REQUIRE(state.seen().size() == greedy.size() + (ended ? 1 : 0));
  }
}

TEST_CASE("the best of n is the same for every n, and n best are in order") {
  for (uint64_t seed = 1; seed <= 30; ++seed) {
    const ToyOptions toy{.vocabulary_size = 6, .seeds = {seed}};
    ToyState reference(toy);
    const auto all = beam_search(reference, {.beam_size = 7, .n_best = 7}).at(0);
    REQUIRE(all.size() == 7);
    for (size_t i = 1; i < all.size(); ++i) REQUIRE(all[i - 1].score >= all[i].score);
    for (int64_t n = 1; n < 7; ++n) {
      ToyState state(toy);
      const auto some = beam_search(state, {.beam_size = 7, .n_best = n}).at(0);
      REQUIRE(static_cast<int64_t>(some.size()) == n);
      for (size_t i = 0; i < some.size(); ++i) require_same(some[i], all[i]);
    }
  }
}

TEST_CASE("a sentence is found the same in a batch and alone") {
  const bool with_ties = GENERATE(false, true);
  const std::vector<int64_t> lengths{5, 1, 7, 3, 2};
  for (uint64_t seed = 0; seed < 20; ++seed) {
    ToyOptions batch{.vocabulary_size = 6, .source_lengths = lengths, .seeds = {}};
    batch.with_ties = with_ties;
    for (uint64_t i = 1; i <= 5; ++i) batch.seeds.push_back(seed * 5 + i);
    const SearchOptions options{.beam_size = 3, .n_best = 3};
    ToyState together(batch);
    const auto results = beam_search(together, options);
    REQUIRE(results.size() == 5);
    for (size_t i = 0; i < 5; ++i) {
      ToyOptions one = batch;
      one.source_lengths = {lengths[i]};
      one.seeds = {batch.seeds[i]};
      ToyState alone(one);
      require_same(results[i], beam_search(alone, options).at(0));
    }
  }
}

TEST_CASE("a vocabulary large enough for threads gives what one row at a time gives") {
  ToyOptions batch{.vocabulary_size = 9001, .source_lengths = {2, 3, 4, 1, 1, 2}, .seeds = {}};
  for (uint64_t i = 1; i <= 6; ++i) batch.seeds.push_back(i);
  const SearchOptions options{.beam_size = 4, .n_best = 4, .max_length_extra = 1};
  ToyState together(batch);
  const auto results = beam_search(together, options);
  for (size_t i = 0; i < results.size(); ++i) {
    ToyOptions one = batch;
    one.source_lengths = {batch.source_lengths[i]};
    one.seeds = {batch.seeds[i]};
    ToyState alone(one);
    require_same(results[i], beam_search(alone, options).at(0));
  }
}

TEST_CASE("finished sentences leave the batch") {
  // Sentence s ends after s words, certainly.
  ToyState state({.source_lengths = {4, 4, 4}, .seeds = {1, 2, 3}});
  state.table = [](int64_t sentence, const Prefix& prefix) {
    const bool ends = static_cast<int64_t>(prefix.size()) == (sentence + 2) % 3;
    std::vector<float> row(5, -9.0F);
    row[ends ? kEnd : 3] = -0.01F;
    return row;
  };
  const auto results = beam_search(state, {.beam_size = 1});
  REQUIRE(results.size() == 3);
  CHECK(results[0][0].tokens == Prefix{3, 3});
  CHECK(results[1][0].tokens.empty());
  CHECK(results[1][0].ended);
  CHECK(results[2][0].tokens == Prefix{3});
  REQUIRE(state.seen().size() == 3);
  CHECK(state.seen()[0].sentences == std::vector<int64_t>{0, 1, 2});
  CHECK(state.seen()[1].sentences == std::vector<int64_t>{0, 2});
  CHECK(state.seen()[2].sentences == std::vector<int64_t>{0});
}

TEST_CASE("the search stops early only where nothing alive can win") {
  // </s> at once has probability 0.99; alone, the rest of the beam would go on to the end.
  ToyState state({});
  state.table = [](int64_t, const Prefix& prefix) {
    const auto end = prefix.empty() ? std::log(0.99F) : -20.0F;
    return std::vector<float>{-5.5F, -kInfinity, end, -6.0F, -6.5F};
  };
  const auto result = beam_search(state, {.beam_size = 3, .max_length_factor = 2}).at(0);
  CHECK(result.at(0).tokens.empty());
  CHECK(state.seen().size() == 1);

  // The first </s> beats all later ones by log P, but by its score the long way wins.
  const double alpha = GENERATE(0.0, 1.0);
  ToyState patient({});
  patient.table = [](int64_t, const Prefix& prefix) {
    const bool is_long = prefix.size() == 6;
    return std::vector<float>{-kInfinity, -kInfinity, is_long ? -0.01F : -1.0F,
                              is_long ? -9.0F : -0.3F, -kInfinity};
  };
  const SearchOptions options{.beam_size = 9, .length_penalty = alpha};
  const auto best = beam_search(patient, options).at(0).at(0);
  CHECK(best.tokens.size() == (alpha == 0.0 ? 0 : 6));
  // After four words -0.3 * 4 < -1; after seven -10.8 / lp(19) < -1.81 / lp(7).
  CHECK(patient.seen().size() == (alpha == 0.0 ? 4 : 7));
}

TEST_CASE("attention and its window follow the back-pointers, without padding") {
  const ToyOptions toy{.vocabulary_size = 6, .source_lengths = {2, 5, 3}, .seeds = {11, 22, 33}};
  const double end_bias = GENERATE(-40.0, 0.0);
  ToyOptions biased = toy;
  biased.end_bias = end_bias;
  ToyState state(biased);
  const auto results = beam_search(state, {.beam_size = 4, .n_best = 4});
  for (size_t sentence = 0; sentence < results.size(); ++sentence) {
    const auto index = static_cast<int64_t>(sentence);
    for (const Hypothesis& hypothesis : results[sentence]) {
      CHECK(hypothesis.ended == (end_bias == 0.0));
      KeptAttention attention;
      const size_t rows = hypothesis.tokens.size() + (hypothesis.ended ? 1 : 0);
      for (size_t t = 0; t < rows; ++t) {
        const Prefix prefix(hypothesis.tokens.begin(),
                            hypothesis.tokens.begin() + static_cast<std::ptrdiff_t>(t));
        for (int64_t s = 0; s < toy.source_lengths[sentence]; ++s) {
          attention.alpha.push_back(state.attention(index, prefix, s));
        }
        attention.windows.push_back(state.window(index, prefix));
        attention.centres.push_back(state.centre(index, prefix));
      }
      REQUIRE(hypothesis.attention == attention);
    }
  }
}

TEST_CASE("a model without attention gives hypotheses without") {
  ToyState state({.with_attention = false});
  const auto result = beam_search(state, {}).at(0).at(0);
  CHECK(result.attention == KeptAttention());
}

TEST_CASE("at the maximum length hypotheses are taken as they are") {
  const int64_t source_length = GENERATE(1, 3, 4);
  ToyState state({.source_lengths = {source_length}, .seeds = {8}});
  state.table = [](int64_t, const Prefix&) {
    return std::vector<float>{-3, -1, -kInfinity, -0.5F, -2};
  };
  const auto result = beam_search(state, {.beam_size = 2,
                                          .n_best = 2,
                                          .length_penalty = 1,
                                          .max_length_factor = 1.25,
                                          .max_length_extra = 2})
                          .at(0);
  const int64_t length = source_length == 1 ? 4 : source_length == 3 ? 6 : 7;  // ceil(1.25 S) + 2
  REQUIRE(result.size() == 2);
  CHECK_FALSE(result[0].ended);
  CHECK(result[0].tokens == Prefix(static_cast<size_t>(length), 3));
  CHECK(result[0].log_probability == -0.5 * static_cast<double>(length));
  CHECK(result[0].score == Approx(result[0].log_probability * 6 / static_cast<double>(length + 5)));
  CHECK(result[0].attention.alpha.size() == static_cast<size_t>(length * source_length));
  CHECK(static_cast<int64_t>(state.seen().size()) == length);
  CHECK(result[1].log_probability == result[0].log_probability - 1.5);
}

// Of steps that give: a candidate by its row, token, log P and what it has met of the phrases.
Candidate candidate(int64_t row, int32_t token, double log_probability, size_t met) {
  return {.row = row,
          .token = token,
          .log_probability = log_probability,
          .token_log_probability = 0,
          .coverage = 0,
          .met = met};
}

TEST_CASE("at the maximum length only what holds all phrases joins complete hypotheses") {
  const SearchOptions options{
      .beam_size = 4, .n_best = 4, .max_length_factor = 0, .max_length_extra = 2};
  const bool has_complete = GENERATE(true, false);
  Beam beam({.source = 3, .prefix = 0, .required = 1}, options);
  beam.extend(std::vector{candidate(0, 4, -0.5, 0), candidate(0, 3, -1, 1)});
  REQUIRE(beam.alive().size() == 2);
  std::vector<Candidate> last = {candidate(0, 4, -0.75, 0), candidate(0, 5, -1, 0)};
  if (has_complete) last.push_back(candidate(1, kEnd, -1.5, 1));
  if (has_complete) last.push_back(candidate(1, 4, -2, 1));
  beam.extend(last);
  CHECK(beam.alive().empty());
  const std::vector<Beam::Finished> best = beam.best();
  REQUIRE(best.size() == 2);
  // Without a complete one those are taken that have met most, here nothing.
  CHECK(best[0].last.log_probability == (has_complete ? -1.5 : -0.75));
  CHECK(best[1].last.log_probability == (has_complete ? -2 : -1));
  CHECK(best[0].ended == has_complete);
  CHECK_FALSE(best[1].ended);
}

TEST_CASE("at the maximum length a complete hypothesis stands alone among incomplete ones") {
  const SearchOptions options{
      .beam_size = 3, .n_best = 3, .max_length_factor = 0, .max_length_extra = 2};
  Beam beam({.source = 3, .prefix = 0, .required = 1}, options);
  beam.extend(std::vector{candidate(0, 4, -0.5, 0), candidate(0, 3, -1, 1)});
  beam.extend(std::vector{candidate(0, 4, -0.75, 0), candidate(1, kEnd, -1.5, 1)});
  const std::vector<Beam::Finished> best = beam.best();
  REQUIRE(best.size() == 1);
  CHECK(best[0].ended);
  CHECK(best[0].last.log_probability == -1.5);
}

TEST_CASE("a vocabulary smaller than the beam") {
  const SearchOptions options{
      .beam_size = 5, .n_best = 5, .max_length_factor = 0, .max_length_extra = 9};
  ToyState state({.vocabulary_size = 4, .seeds = {3}, .end_bias = -9});
  CHECK(beam_search(state, options).at(0).size() == 5);
  REQUIRE(state.seen().size() > 3);
  CHECK(state.seen()[1].width == 2);
  CHECK(state.seen()[2].width == 4);
  CHECK(state.seen()[3].width == 5);

  // Beside a sentence with a single way to go, rows fill the grid; they never come out.
  ToyState uneven({.vocabulary_size = 4, .source_lengths = {3, 3}, .seeds = {1, 2}});
  uneven.table = [](int64_t sentence, const Prefix& prefix) {
    if (sentence == 1) return std::vector<float>{-1, -9, -8, -2};
    if (prefix.size() < 3) return std::vector<float>{-kInfinity, -9, -kInfinity, -0.5F};
    return std::vector<float>{-kInfinity, -9, -0.5F, -kInfinity};
  };
  const auto results = beam_search(uneven, options);
  REQUIRE(results.at(0).size() == 1);
  CHECK(results[0][0].tokens == Prefix{3, 3, 3});
  CHECK(results[0][0].log_probability == -2.0);
  CHECK(results[1].size() == 5);
  CHECK(uneven.seen()[3].width == 5);
  CHECK(uneven.seen()[3].sentences.size() == 2);
}

TEST_CASE("<s> is never chosen, <unk> may be") {
  ToyState state({.vocabulary_size = 4});
  state.table = [](int64_t, const Prefix& prefix) {
    return prefix.empty() ? std::vector<float>{-1, -0.001F, -3, -2}
                          : std::vector<float>{-3, -0.001F, -1, -2};
  };
  const auto result = beam_search(state, {.beam_size = 1}).at(0).at(0);
  CHECK(result.tokens == Prefix{0});
  CHECK(result.log_probability == -2.0);
}

TEST_CASE("log-probabilities of tokens are the model's, whatever rules and batches do") {
  const ToyOptions toy{.vocabulary_size = 6, .source_lengths = {2, 5, 3}, .seeds = {11, 22, 33}};
  ToyState state(toy);
  const SearchOptions options{
      .beam_size = 4, .n_best = 4, .min_length = 3, .repetition_penalty = 2};
  const auto results = beam_search(state, options);
  for (size_t sentence = 0; sentence < 3; ++sentence) {
    for (const Hypothesis& hypothesis : results[sentence]) {
      Prefix tokens = hypothesis.tokens;
      if (hypothesis.ended) tokens.push_back(kEnd);
      REQUIRE(hypothesis.token_log_probabilities.size() == tokens.size());
      CHECK(tokens.size() > 3);
      for (size_t t = 0; t < tokens.size(); ++t) {
        const Prefix prefix(tokens.begin(), tokens.begin() + static_cast<std::ptrdiff_t>(t));
        const auto next = state.log_probabilities(static_cast<int64_t>(sentence), prefix);
        CHECK(hypothesis.token_log_probabilities[t] == next[static_cast<size_t>(tokens[t])]);
      }
    }
  }
}

TEST_CASE("ties go to the lower token") {
  ToyState state({.vocabulary_size = 6});
  state.table = [](int64_t, const Prefix& prefix) {
    return std::vector<float>{-3, -1, prefix.size() == 2 ? -1.0F : -3.0F, -2, -2, -2};
  };
  const auto result =
      beam_search(state, {.beam_size = 3, .n_best = 3, .max_length_extra = 0}).at(0);
  REQUIRE(result.size() == 3);
  CHECK(result[0].tokens == Prefix{3, 3});
  CHECK(result[1].tokens == Prefix{3, 4});
  CHECK(result[2].tokens == Prefix{3, 5});
}

TEST_CASE("the penalty and the maximum length are those of the formulas") {
  CHECK(length_penalty(7, 0.0) == 1.0);
  CHECK(length_penalty(1, 1.0) == 1.0);
  CHECK(length_penalty(7, 1.0) == 2.0);
  CHECK(length_penalty(7, 2.0) == 4.0);
  CHECK(max_target_length(1, {}) == 13);
  CHECK(max_target_length(7, {}) == 31);
  CHECK(max_target_length(3, {.max_length_factor = 1.5, .max_length_extra = 0}) == 5);
  CHECK(max_target_length(3, {.max_length_factor = 0, .max_length_extra = 0}) == 1);
  CHECK(max_target_length(3, {.max_length_factor = 1e300}) > 1'000'000);
}

TEST_CASE("no sentences, no results, no steps") {
  ToyState state({.source_lengths = {}, .seeds = {}});
  CHECK(beam_search(state, {}).empty());
  CHECK(state.seen().empty());
}

}  // namespace
}  // namespace alinea
