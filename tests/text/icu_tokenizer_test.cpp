#include "text/icu_tokenizer.h"

#include <catch2/catch.hpp>
#include <thread>

#include "storage/temporary_folder.h"
#include "support/error.h"

namespace alinea {

using Tokens = std::vector<std::string>;

TEST_CASE("icu splits words from signs and marks where no space stood") {
  const auto tokenizer = make_tokenizer("icu", {});
  CHECK(tokenizer->name() == "icu");
  CHECK(tokenizer->split("Well, \"co-operate\" (5%)!") ==
        Tokens{"Well", "￭,", "\"￭", "co", "￭-￭", "operate", "￭\"", "(￭", "5", "￭%", "￭)", "￭!"});
  CHECK(tokenizer->split("Das kostet 3.50 €, nicht wahr? Don't.") ==
        Tokens{"Das", "kostet", "3.50", "€", "￭,", "nicht", "wahr", "￭?", "Don't", "￭."});
  CHECK(tokenizer->split(" \t a\u00a0 b  ") == Tokens{"a", "b"});
  CHECK(tokenizer->split("").empty());
  CHECK(tokenizer->split("\u2028 ").empty());
  CHECK_FALSE(tokenizer->own_vocabulary());
  CHECK_THROWS_AS(tokenizer->split("a\xff"), Error);
}

TEST_CASE("icu finds words where none are spaced, by its dictionaries") {
  const auto tokenizer = make_tokenizer("icu", {});
  CHECK(tokenizer->split("我们学习中文。") == Tokens{"我们", "￭学习", "￭中文", "￭。"});
  CHECK(tokenizer->split("ภาษาไทย") == Tokens{"ภาษา", "￭ไทย"});
}

TEST_CASE("icu joins tokens to the line that they come from") {
  const auto tokenizer = make_tokenizer("icu", {});
  const auto there_and_back = [&](const std::string& line) {
    return tokenizer->join(tokenizer->split(line));
  };
  for (const char* line : {"",
                           "a",
                           ".",
                           "...",
                           "a.b",
                           "a. b",
                           ". a",
                           "Well, \"co-operate\" (5%)!",
                           "«Oui», dit-il : 3,5",
                           "x=f(y)+[z]{1}",
                           "<s> </s><unk>",
                           "https://example.org/a?b=c&d#e me@example.org",
                           "日本語カタカナひらがな混じり",
                           "ไทยไม่มีช่องว่าง จริง",
                           "👩‍👩‍👧 🇩🇪🇫🇷 👍🏽!",
                           "e\u0301te\u0301",
                           "a \u0301b",
                           "\u0301",
                           "zero\u200bwidth\u2060 joiners\u200d",
                           "a￭b",
                           "￭",
                           "￭ ￭￭ a￭ ￭b",
                           "￭\u0301",
                           "％FFED ％FFED￭％FFED",
                           "5％",
                           "soft\u00adhyphen",
                           "\x01 \x7f"})
    CHECK(there_and_back(line) == line);
  CHECK(there_and_back("  a\t\tb \u00a0 c\u3000") == "a b c");
}

TEST_CASE("icu joins tokens that it never made") {
  const auto tokenizer = make_tokenizer("icu", {});
  CHECK(tokenizer->join(Tokens{"￭,", "<unk>", "￭.￭", "￭a", "b￭"}) == ", <unk>.a b");
  CHECK(tokenizer->join(Tokens{"a", "￭", "b"}) == "ab");
  CHECK(tokenizer->join(Tokens{"a", "￭￭", "b"}) == "ab");
  CHECK(tokenizer->join({}).empty());
}

TEST_CASE("icu keeps symbols of the user's whole, with joiners beside them") {
  const auto tokenizer = make_icu_tokenizer({"<num>", "<num>s", "a-b", "日"});
  CHECK(tokenizer->split("<num>% of (<num>), <num>s") ==
        Tokens{"<num>", "￭%", "of", "(￭", "<num>", "￭)", "￭,", "<num>s"});
  CHECK(tokenizer->split("x<num><num>s-a-b") == Tokens{"x￭", "<num>", "￭", "<num>s", "￭-￭", "a-b"});
  CHECK(tokenizer->split("本日は") == Tokens{"本￭", "日", "￭は"});
  for (const char* line : {"<num>", "<num>% of (<num>), <num>s", "x<num><num>s-a-b", "本日は",
                           "<num> <num>", "<num", "￭<num>￭", "\u0301<num>\u0301"}) {
    CHECK(tokenizer->join(tokenizer->split(line)) == line);
  }
  std::string words;
  size_t tokens = 0;
  for (const TokenizedWord& word : tokenizer->words(tokenizer->split("<num><num>s!"))) {
    words += "[" + word.text + "]";
    tokens += word.tokens;
  }
  CHECK(words == "[<num>][<num>s][!]");
  CHECK(tokens == tokenizer->split("<num><num>s!").size());
}

TEST_CASE("symbols are saved beside the vocabulary and loaded again") {
  const TemporaryFolder folder;
  make_icu_tokenizer({"<num>", "longest one"})->save(folder.path() / "target");
  CHECK(bytes_of(folder.path() / "target.symbols.txt") == "longest one\n<num>\n");
  const auto loaded = make_tokenizer("icu", folder.path() / "target");
  CHECK(loaded->split("a<num>") == Tokens{"a￭", "<num>"});
  make_icu_tokenizer()->save(folder.path() / "source");
  CHECK(folder.file_count() == 1);
  CHECK(make_tokenizer("icu", folder.path() / "source")->split("<num>").size() == 3);
}

TEST_CASE("threads share an icu tokenizer") {
  const auto tokenizer = make_tokenizer("icu", {});
  const std::string line = "One, two: three; four! 五六七。";
  const Tokens expected = tokenizer->split(line);
  std::vector<int> same(4, 0);
  std::vector<std::thread> threads;
  for (int& count : same)
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) count += tokenizer->split(line) == expected ? 1 : 0;
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(same == std::vector<int>(4, 50));
}

}  // namespace alinea
