#include "search/distinct.h"

#include <catch2/catch.hpp>
#include <map>

namespace alinea {
namespace {

// Every beam finds the first so many of a list of its own, of tokens and scores; a text is the sum
// of the tokens.
struct Search {
  using Found = std::vector<std::pair<std::vector<int32_t>, double>>;
  std::map<size_t, std::map<int64_t, Found>> known;  // by sentence and beam size
  std::vector<std::string> asked;                    // "SENTENCES beam/n_best"

  NBestLists run(size_t sentences, const SearchOptions& options) {
    const DistinctSearch search{
        [this](std::span<const size_t> some, const SearchOptions& how) { return find(some, how); },
        [](size_t, const Hypothesis& h) {
          int32_t sum = 0;
          for (const int32_t token : h.tokens) sum += token;
          return std::to_string(sum);
        }};
    return distinct_translations(sentences, options, search);
  }

  NBestLists find(std::span<const size_t> some, const SearchOptions& how) {
    std::string names;
    NBestLists lists;
    for (const size_t s : some) {
      names += std::to_string(s);
      const Found& found = known.at(s).at(how.beam_size);
      lists.emplace_back();
      for (const auto& [tokens, score] : found) {
        if (std::ssize(lists.back()) == how.n_best) break;
        Hypothesis hypothesis{};
        hypothesis.tokens = tokens;
        hypothesis.score = score;
        lists.back().push_back(hypothesis);
      }
    }
    asked.push_back(names + " " + std::to_string(how.beam_size) + "/" + std::to_string(how.n_best));
    return lists;
  }
};

std::vector<double> scores(const std::vector<Hypothesis>& list) {
  std::vector<double> all;
  for (const Hypothesis& hypothesis : list) all.push_back(hypothesis.score);
  return all;
}

TEST_CASE("of hypotheses with one text the best stays, and others fill the list up") {
  Search search;
  search.known[0][3] = {{{5}, -1}, {{6}, -2}, {{7}, -3}};
  search.known[1][3] = {{{5}, -1}, {{2, 3}, -2}, {{9}, -3}};
  // A better one than the best was is left out; one between the others goes there.
  search.known[1][6] = {{{8}, -0.5}, {{5}, -1}, {{4, 1}, -1.5}, {{4}, -2.5}, {{9}, -3}, {{3}, -4}};
  const NBestLists lists = search.run(2, {.beam_size = 3, .n_best = 3});
  CHECK(search.asked == std::vector<std::string>{"01 3/3", "1 6/6"});
  CHECK(scores(lists.at(0)) == std::vector<double>{-1, -2, -3});
  CHECK(scores(lists.at(1)) == std::vector<double>{-1, -2.5, -3});
  CHECK(lists[1][1].tokens == std::vector<int32_t>{4});
}

TEST_CASE("a list that is shorter than the beam takes from the beam first") {
  Search search;
  search.known[0][4] = {{{5}, -1}, {{2, 3}, -2}, {{1, 4}, -2.5}, {{9}, -3}};
  const NBestLists lists = search.run(1, {.beam_size = 4, .n_best = 2});
  CHECK(search.asked == std::vector<std::string>{"0 4/2", "0 4/4"});
  CHECK(scores(lists.at(0)) == std::vector<double>{-1, -3});
}

TEST_CASE("a text that stays alone makes a list of one, after beams of up to 8 times the size") {
  Search search;
  for (const int64_t beam : {3, 6, 12, 24}) search.known[0][beam] = {{{5}, -1}, {{2, 3}, -2}};
  const NBestLists lists = search.run(1, {.beam_size = 3, .n_best = 3});
  CHECK(search.asked == std::vector<std::string>{"0 3/3", "0 6/6", "0 12/12", "0 24/24"});
  CHECK(scores(lists.at(0)) == std::vector<double>{-1});
}

TEST_CASE("a sentence with few or no hypotheses is not asked for again") {
  Search search;
  search.known[0][3] = {{{5}, -1}, {{6}, -2}};
  search.known[1][3] = {};
  const NBestLists lists = search.run(2, {.beam_size = 3, .n_best = 3});
  CHECK(search.asked.size() == 1);
  CHECK(scores(lists.at(0)) == std::vector<double>{-1, -2});
  CHECK(lists.at(1).empty());
}

}  // namespace
}  // namespace alinea
