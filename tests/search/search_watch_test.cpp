// Searches that are watched while they run.
#include "search/search_watch.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <span>
#include <vector>

#include "search/beam_search.h"
#include "search/toy_state.h"

namespace alinea {
namespace {

using testing::Prefix;
using testing::ToyState;

// Three sentences, of which one ends before the others.
ToyState three_sentences(bool with_attention) {
  return ToyState({.vocabulary_size = 7,
                   .source_lengths = {3, 5, 4},
                   .seeds = {1, 2, 3},
                   .with_attention = with_attention});
}

TEST_CASE("greedy search tells its hypothesis word by word, with what each was written by") {
  const bool with_attention = GENERATE(true, false);
  ToyState state = three_sentences(with_attention);
  std::map<int64_t, std::vector<GrowingHypothesis>> told;
  const auto found = beam_search(
      state, {.beam_size = 1}, {},
      {.on_step = [&](int64_t sentence, const auto& best) { told[sentence].push_back(best()); }});
  REQUIRE(found.size() == 3);
  for (size_t n = 0; n < found.size(); ++n) {
    const Hypothesis& all = found[n].at(0);
    const std::vector<GrowingHypothesis>& steps = told[static_cast<int64_t>(n)];
    REQUIRE(steps.size() == all.tokens.size() - (all.ended ? 0 : 1));
    for (size_t t = 0; t < steps.size(); ++t) {
      REQUIRE(steps[t].tokens.size() == t + 1);
      CHECK(std::ranges::equal(steps[t].tokens, std::span(all.tokens).first(t + 1)));
      const std::vector<float>& alpha = steps[t].attention.alpha;
      CHECK(alpha.empty() != with_attention);
      REQUIRE(alpha.size() <= all.attention.alpha.size());
      CHECK(std::ranges::equal(alpha, std::span(all.attention.alpha).first(alpha.size())));
      if (with_attention)
        CHECK(std::ssize(alpha) ==
              std::ssize(steps[t].tokens) * state.source_length(static_cast<int64_t>(n)));
    }
  }
}

TEST_CASE("a beam tells the hypothesis alive that is the most probable") {
  ToyState state = three_sentences(/*with_attention=*/true);
  const ToyState model = three_sentences(/*with_attention=*/true);
  size_t count = 0;
  beam_search(state, {.beam_size = 4}, {}, {.on_step = [&](int64_t sentence, const auto& best) {
                const GrowingHypothesis hypothesis = best();
                const size_t columns = static_cast<size_t>(model.source_length(sentence));
                REQUIRE(hypothesis.attention.alpha.size() == columns * hypothesis.tokens.size());
                Prefix before;
                for (size_t t = 0; t < hypothesis.tokens.size(); ++t) {
                  for (size_t s = 0; s < columns; ++s)
                    CHECK(hypothesis.attention.alpha[t * columns + s] ==
                          model.attention(sentence, before, static_cast<int64_t>(s)));
                  before.push_back(hypothesis.tokens[t]);
                }
                ++count;
              }});
  CHECK(count > 0);
}

TEST_CASE("a search is given up at the step that it is asked before") {
  ToyState state = three_sentences(/*with_attention=*/true);
  int asked = 0;
  CHECK_THROWS_AS(
      beam_search(state, {.beam_size = 2}, {}, {.is_cancelled = [&] { return ++asked == 3; }}),
      ComputationCancelled);
  CHECK(asked == 3);
  CHECK(state.seen().size() == 2);
}

}  // namespace
}  // namespace alinea
