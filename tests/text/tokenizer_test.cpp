#include "text/tokenizer.h"

#include <catch2/catch.hpp>

#include "storage/temporary_folder.h"
#include "support/error.h"

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

TEST_CASE("an unknown tokenizer is refused with the names there are") {
  CHECK_THROWS_AS(make_tokenizer("bpe", {}), UsageError);
  CHECK_THROWS_WITH(make_tokenizer("bpe", {}),
                    Contains("'bpe'") && Contains("space, char, icu, sentencepiece"));
}

TEST_CASE("space and char have nothing to save") {
  const TemporaryFolder folder;
  make_tokenizer("space", {})->save(folder.path() / "source");
  make_tokenizer("char", {})->save(folder.path() / "source");
  CHECK(folder.file_count() == 0);
}

}  // namespace alinea
