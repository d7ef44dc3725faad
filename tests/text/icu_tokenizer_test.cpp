#include "text/icu_tokenizer.h"

#include <catch2/catch.hpp>
#include <thread>

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
  CHECK(tokenizer->join(Tokens{"a", "￭", "b"}) == "a b");
  CHECK(tokenizer->join(Tokens{"a", "￭￭", "b"}) == "ab");
  CHECK(tokenizer->join({}).empty());
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
