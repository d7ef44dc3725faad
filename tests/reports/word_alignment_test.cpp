#include "reports/word_alignment.h"

#include <catch2/catch.hpp>

#include "reports/link_extraction.h"

namespace alinea {
namespace {

using Tokens = std::vector<std::string>;

// "ab c d" to "xyz w", in pieces.
Alignment pieces() {
  Alignment alignment;
  alignment.sentence = 3;
  alignment.source = {"▁a", "b", "▁c", "▁d", "</s>"};
  alignment.target = {"▁x", "y", "z", "▁w", "</s>"};
  alignment.weights = {0.5F,   0.25F, 0.125F, 0.0625F, 0.0625F,  //
                       0.125F, 0.25F, 0.5F,   0.125F,  0,        //
                       0,      0.25F, 0.25F,  0,       0.5F,     //
                       0.25F,  0,     0.25F,  0.5F,    0,        //
                       0,      0,     0,      0.25F,   0.75F};
  alignment.focus.resize(5, {0, 5, 1.5F});
  return alignment;
}

const std::vector<TokenizedWord> kSource = {{2, "ab"}, {1, "c"}, {1, "d"}},
                                 kTarget = {{3, "xyz"}, {1, "w"}};

}  // namespace

TEST_CASE("words have the sum of source pieces and the mean of target pieces") {
  const Alignment words = merge_words(pieces(), kSource, kTarget);
  CHECK(words.sentence == 3);
  CHECK(words.ended);
  CHECK(words.source == Tokens{"ab", "c", "d", "</s>"});
  CHECK(words.target == Tokens{"xyz", "w", "</s>"});
  const std::vector<float> expected = {1.375F / 3, 0.875F / 3, 0.1875F / 3, 0.5625F / 3,  //
                                       0.25F,      0.25F,      0.5F,        0,            //
                                       0,          0,          0.25F,       0.75F};
  REQUIRE(words.weights.size() == expected.size());
  for (size_t i = 0; i < expected.size(); ++i) CHECK(words.weights[i] == Approx(expected[i]));
  CHECK(words.focus.empty());
  CHECK(words.taken.empty());
  // By pieces the first word's links would be to a, c and nothing.
  CHECK(to_string(extract_links(words)) == "0-0 2-1");
}

TEST_CASE("a word stands for all that its pieces stand for") {
  Alignment placed = pieces();
  placed.source_ranges = {{0, 1}, {1, 2}, {3, 4}, {5, 6}};
  placed.target_ranges = {{0, 0}, {1, 2}, {2, 2}, {4, 6}};
  const Alignment words = merge_words(placed, kSource, kTarget);
  using Ranges = std::vector<CharacterRange>;
  CHECK(words.source_ranges == Ranges{{0, 2}, {3, 4}, {5, 6}});
  CHECK(words.target_ranges == Ranges{{1, 2}, {4, 6}});
  CHECK(merge_words(pieces(), kSource, kTarget).source_ranges.empty());
}

TEST_CASE("a word took as many steps as the one of its pieces that took most") {
  Alignment halting = pieces();
  halting.taken = {2, 5, 1, 3, 4};
  CHECK(merge_words(halting, kSource, kTarget).taken == std::vector<float>{5, 3, 4});
}

TEST_CASE("a translation that was cut off has no row for </s>, and empty sides have that alone") {
  Alignment cut = pieces();
  cut.ended = false;
  cut.target.pop_back();
  cut.weights.resize(20);
  const Alignment words = merge_words(cut, kSource, kTarget);
  CHECK(words.target == Tokens{"xyz", "w"});
  CHECK(words.weights.size() == 8);

  Alignment empty;
  empty.source = empty.target = {"</s>"};
  empty.weights = {1};
  const Alignment merged = merge_words(empty, {}, {});
  CHECK(merged.target == Tokens{"</s>"});
  CHECK(merged.weights == std::vector<float>{1});
}

TEST_CASE("tokens that are words stay as they are") {
  const Alignment all = pieces();
  const auto singly = [](const Tokens& tokens) {
    std::vector<TokenizedWord> words;
    for (size_t i = 0; i + 1 < tokens.size(); ++i) words.push_back({1, tokens[i]});
    return words;
  };
  const Alignment merged = merge_words(all, singly(all.source), singly(all.target));
  CHECK(merged.weights == all.weights);
  CHECK(merged.source == all.source);
}

TEST_CASE("words have to hold every token") {
  const std::vector<TokenizedWord> few = {{2, "ab"}, {1, "c"}},
                                   many = {{2, "ab"}, {1, "c"}, {2, "d"}};
  CHECK_THROWS_AS(merge_words(pieces(), few, kTarget), std::invalid_argument);
  CHECK_THROWS_AS(merge_words(pieces(), many, kTarget), std::invalid_argument);
  CHECK_THROWS_AS(merge_words(pieces(), kSource, few), std::invalid_argument);
}

}  // namespace alinea
