#include "tasks/word_links.h"

#include <catch2/catch.hpp>

#include "storage/temporary_folder.h"
#include "support/error.h"

namespace alinea {
namespace {

using Catch::Contains;

Languages languages(const std::string& tokenizer) {
  const auto make = [&] {
    VocabularyCounter counter;
    counter.add("a");
    return Language(make_tokenizer(tokenizer, {}), counter.build(1, 0));
  };
  return {make(), make()};
}

// Texts of one pair for each line, and links between their words.
struct Pairs {
  Pairs(const std::string& tokenizer, const std::string& source, const std::string& target)
      : languages_(languages(tokenizer)),
        source_{{folder_.file("source", source)}},
        target_{{folder_.file("target", target)}} {}

  WordLinks all() const { return {source_, target_, languages_}; }
  WordLinks first() const {
    WordLinks links = all();
    REQUIRE(links.next());
    return links;
  }
  Links to_tokens(const char* links) const { return first().to_tokens(parse_links(links)); }
  bool count_words(const std::string& links) const {
    return alinea::count_words(folder_.file("links", links), all());
  }

 private:
  TemporaryFolder folder_;
  Languages languages_;
  Texts source_, target_;
};

TEST_CASE("a link of words is one of all their tokens") {
  const std::vector<TokenizedWord> source = {{2, "ab"}, {1, "c"}, {3, "def"}},
                                   target = {{1, "x"}, {2, "yz"}};
  CHECK(token_links(parse_links("0-1 2-0"), source, target) ==
        parse_links("0-1 0-2 1-1 1-2 3-0 4-0 5-0"));
  CHECK(token_links({}, source, target).empty());
  CHECK_THROWS_WITH(token_links(parse_links("3-0"), source, target),
                    Contains("3 source and 2 target words") && Contains("got 3-0"));
  CHECK_THROWS_WITH(token_links(parse_links("0-2"), source, target), Contains("got 0-2"));
}

TEST_CASE("words of characters begin with their space") {
  // s o ▁ i c h and s o ▁ I
  const Pairs pairs("char", "so ich\nja\n", "so I\nyes\n");
  CHECK(pairs.to_tokens("1-1") == parse_links("2-2 2-3 3-2 3-3 4-2 4-3 5-2 5-3"));
  CHECK(pairs.to_tokens("0-0") == parse_links("0-0 0-1 1-0 1-1"));
}

TEST_CASE("words of icu are what white space separates, signs and all") {
  // Nein ￭, sagte "￭ er ￭"
  const Pairs pairs("icu", "Nein, sagte \"er\"\n", "No, (he) said\n");
  CHECK(pairs.to_tokens("0-0") == parse_links("0-0 0-1 1-0 1-1"));
  CHECK(pairs.to_tokens("2-1") == parse_links("3-2 3-3 3-4 4-2 4-3 4-4 5-2 5-3 5-4"));
  CHECK(pairs.to_tokens("1-2") == parse_links("2-5"));
  CHECK_THROWS_WITH(pairs.to_tokens("3-0"), Contains("3 source and 3 target words"));
}

TEST_CASE("words of tokenised text are its tokens") {
  const Pairs pairs("space", "a b , c\n", "x y\n");
  CHECK(pairs.to_tokens("3-1 0-0") == parse_links("0-0 3-1"));
  CHECK_FALSE(pairs.count_words("3-1\n"));
}

TEST_CASE("a pair whose tokens make other words has no links and is counted") {
  // The icu tokenizer takes a no-break space for white space, aligners do not.
  const Pairs pairs("icu", "so\u00a0ja gut\n", "well\n");
  WordLinks links = pairs.first();
  CHECK(links.to_tokens(parse_links("1-0")).empty());
  CHECK(links.left_out() == 1);
}

TEST_CASE("links count words where none of them reaches beyond the words") {
  const Pairs pairs("char", "so ich\nja nein\nso\n", "so I\nyes no\nso\n");
  CHECK(pairs.count_words("0-0 1-1\n1-1\n\n"));
  CHECK_FALSE(pairs.count_words("0-0 1-1\n1-1\n1-1\n"));
  CHECK_FALSE(pairs.count_words("0-0 1-1\n1-2\n\n"));
  CHECK_FALSE(pairs.count_words("\n\n\n"));
  CHECK_FALSE(Pairs("char", "a\nb\n", "x\ny\n").count_words("0-0\n0-0\n"));
  CHECK_THROWS_WITH(pairs.count_words("0:0\n\n\n"), Contains("links:1"));
}

}  // namespace
}  // namespace alinea
