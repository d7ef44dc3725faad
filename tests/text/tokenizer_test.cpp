#include "text/tokenizer.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "storage/temporary_folder.h"
#include "support/error.h"
#include "text/icu_tokenizer.h"
#include "text/sentencepiece.h"

namespace alinea {

using Catch::Matchers::Contains;
using Tokens = std::vector<std::string>;

TEST_CASE("space splits on spaces and tabs and on nothing else") {
  const auto tokenizer = make_tokenizer("space", {});
  CHECK(tokenizer->name() == "space");
  CHECK(tokenizer->split("  ein Haus,\tgroß \t ") == Tokens{"ein", "Haus,", "groß"});
  CHECK(tokenizer->split("a\u00a0b\rc") == Tokens{"a\u00a0b\rc"});
  CHECK(tokenizer->split("").empty());
  CHECK(tokenizer->split(" \t ").empty());
  CHECK(tokenizer->join(Tokens{"ein", "Haus"}) == "ein Haus");
  CHECK(tokenizer->join({}).empty());
  CHECK_FALSE(tokenizer->own_vocabulary());
}

TEST_CASE("subword-nmt joins what is marked as continued") {
  const auto tokenizer = make_tokenizer("subword-nmt", {});
  CHECK(tokenizer->name() == "subword-nmt");
  const Tokens tokens = {"ein", "groß@@", "es", "H@@", "au@@", "s", "."};
  CHECK(tokenizer->split("ein groß@@ es  H@@ au@@ s .") == tokens);
  CHECK(tokenizer->join(tokens) == "ein großes Haus .");
  CHECK(tokenizer->join(Tokens{"a@@", "@@", "b", "c@@"}) == "ab c");
  CHECK(tokenizer->join(Tokens{"@@a", "b@c", "<unk>"}) == "@@a b@c <unk>");
  CHECK(tokenizer->join({}).empty());
}

TEST_CASE("char splits into code points and shows its spaces") {
  const auto tokenizer = make_tokenizer("char", {});
  const std::string line = " aé  日\t😀";
  const Tokens tokens = {"▁", "a", "é", "▁", "▁", "日", "\t", "😀"};
  CHECK(tokenizer->name() == "char");
  CHECK(tokenizer->split(line) == tokens);
  CHECK(tokenizer->join(tokens) == line);
  CHECK(tokenizer->split("").empty());
  CHECK_THROWS_AS(tokenizer->split("a\xff"), Error);
}

TEST_CASE("tokens make words") {
  const auto told = [](const char* tokenizer, const Tokens& tokens) {
    std::string text;
    for (const TokenizedWord& word : make_tokenizer(tokenizer, {})->words(tokens))
      text += std::to_string(word.tokens) + word.text + " ";
    return text;
  };
  CHECK(told("space", {"▁a", "b￭"}) == "1▁a 1b￭ ");
  CHECK(told("icu", {"Well", "￭,", "(￭", "％FFED", "￭-￭"}) == "1Well 1, 1( 1￭ 1- ");
  CHECK(told("subword-nmt", {"a", "b@@", "c@@", "d", "e@@"}) == "1a 3bcd 1e ");
  for (const char* tokenizer : {"space", "subword-nmt", "char", "icu"})
    CHECK(told(tokenizer, {}).empty());
  CHECK(told("char", {"a", "b", "▁", "c"}) == "2ab 2c ");
  CHECK(told("char", {"▁", "▁", "a", "▁", "▁", "b", "▁"}) == "3a 4b ");
  CHECK(told("char", {"▁", "▁"}) == "2 ");
}

TEST_CASE("every token has its place in the line, without white space around it") {
  const auto places = [](const Tokenizer& tokenizer, std::string_view line) {
    const std::vector<std::string_view> found = tokenizer.places(line);
    CHECK(found.size() == tokenizer.split(line).size());
    std::string told;
    for (const std::string_view place : found) {
      CHECK(place.data() >= line.data());
      CHECK(place.data() + place.size() <= line.data() + line.size());
      told += fmt::format("{}:{} ", place.data() - line.data(), place);
    }
    return told;
  };
  CHECK(places(*make_tokenizer("space", {}), " ein\tHaus ") == "1:ein 5:Haus ");
  CHECK(places(*make_tokenizer("subword-nmt", {}), "H@@ aus") == "0:H@@ 4:aus ");
  CHECK(places(*make_tokenizer("char", {}), "a é") == "0:a 2: 2:é ");
  CHECK(places(*make_icu_tokenizer({"<b>", "</b>"}), "Ja, <b></b>(so) ") ==
        "0:Ja 2:, 4:<b> 7: 7:</b> 11:( 12:so 14:) ");
  const TemporaryFolder folder;
  const auto pieces = train_sentencepiece({{folder.file("t.txt", "the ﬁsh\nthe fish is\nfin\n")}},
                                          {.vocabulary_size = 14})
                          .tokenizer;
  for (const std::string line : {"the ﬁsh  is", "  fish ⟨the⟩", ""}) {
    size_t end = 0;
    std::string together;
    for (const std::string_view place : pieces->places(line)) {
      const auto begin = static_cast<size_t>(place.data() - line.data());
      CHECK(begin >= end);
      end = begin + place.size();
      together += place;
    }
    std::string visible = line;
    std::erase(visible, ' ');
    CHECK(together == visible);
  }
  CHECK(pieces->places("ﬁsh the").back().ends_with("e"));
}

TEST_CASE("an unknown tokenizer is refused with the names there are") {
  CHECK_THROWS_AS(make_tokenizer("bpe", {}), UsageError);
  CHECK_THROWS_WITH(make_tokenizer("bpe", {}),
                    Contains("'bpe'") && Contains("space, subword-nmt, char, icu, sentencepiece"));
}

TEST_CASE("space and char have nothing to save") {
  const TemporaryFolder folder;
  make_tokenizer("space", {})->save(folder.path() / "source");
  make_tokenizer("char", {})->save(folder.path() / "source");
  CHECK(folder.file_count() == 0);
}

}  // namespace alinea
