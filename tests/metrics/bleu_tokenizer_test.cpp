#include "metrics/bleu_tokenizer.h"

#include <catch2/catch.hpp>

#include "metrics/bleu.h"
#include "metrics/whitespace.h"
#include "support/error.h"

namespace alinea {

namespace {

std::string tokens(BleuTokenizer tokenizer, const std::string& text) {
  const std::string spaced = tokenize(tokenizer, text);
  std::string joined;
  for (const std::string_view word : split_words(spaced))
    joined.append(joined.empty() ? "" : " ").append(word);
  return joined;
}

}  // namespace

// Expected values: the definitions run in Python.
TEST_CASE("zh sets Chinese characters apart and cuts the rest as 13a does") {
  const auto zh = [](const char* text) { return tokens(BleuTokenizer::kZh, text); };
  CHECK(zh("他买了3.5公斤苹果,花了1,200元。") == "他 买 了 3.5 公 斤 苹 果 , 花 了 1,200 元 。");
  CHECK(zh("“你好”——AT&T说:x-y 10-12.") == "“ 你 好 ” — — AT & T 说 : x-y 10 - 12.");
  CHECK(zh("、。！Ａ①") == "、 。 ！ Ａ ①");
  // No space is put around the line, unlike 13a.
  CHECK(zh("  .5公斤 ") == ".5 公 斤");
  CHECK(zh("重量5.") == "重 量 5.");
  CHECK(zh("a&amp;b <skipped>") == "a & amp ; b < skipped >");
}

TEST_CASE("zh has sacreBLEU's reading of four-digit escapes") {
  const auto zh = [](const char* text) { return tokens(BleuTokenizer::kZh, text); };
  CHECK(zh("a–b→c\u2A6Dd") == "a – b → c \u2A6D d");
  CHECK(zh("a\u2A6Eb") == "a\u2A6Eb");
  CHECK(zh("\U00020000中") == "\U00020000 中");
  CHECK(zh("\U00020000\U00020001") == "\U00020000\U00020001");
  CHECK(zh("ひらカナ") == "ひらカナ");
}

TEST_CASE("intl goes by Unicode's punctuation, symbols and numbers") {
  const auto intl = [](const char* text) { return tokens(BleuTokenizer::kIntl, text); };
  CHECK(intl("He paid $1,234.56 (approx.) in 2023.") == "He paid $ 1,234.56 ( approx . ) in 2023.");
  CHECK(intl("«Ça va?» — dit-il… 5€ & 3×4") == "« Ça va ? » — dit - il … 5 € & 3 × 4");
  CHECK(intl("x٣،٤y No. 5-6") == "x٣،٤y No . 5-6");
  CHECK(intl(".x") == ". x");
  CHECK(intl("1. ") == "1.");
  CHECK(intl("\"A\" &quot;") == "\" A \" & quot ;");
}

TEST_CASE("char takes every character for a word") {
  CHECK(tokens(BleuTokenizer::kChar, " ไทย é\u3000日 ") == "ไ ท ย é 日");
}

TEST_CASE("BLEU of Chinese by every tokenisation") {
  const std::vector<std::string> hypotheses = {"今天天气很好,我们去公园。", "他买了3.5公斤苹果。"};
  const References references = {{"今天天气真好,我们去了公园。", "他买了3.5公斤的苹果。"}};
  const auto score = [&](BleuTokenizer tokenizer) {
    return corpus_bleu(hypotheses, references, tokenizer).score;
  };
  CHECK(score(BleuTokenizer::kNone) == 0);
  CHECK(score(BleuTokenizer::k13a) == 0);
  CHECK(score(BleuTokenizer::kZh) == Approx(59.057926587361806).epsilon(1e-12));
  CHECK(score(BleuTokenizer::kIntl) == Approx(17.677669529663692).epsilon(1e-12));
  CHECK(score(BleuTokenizer::kChar) == Approx(63.472135089845175).epsilon(1e-12));
  CHECK(corpus_bleu(references[0], references, BleuTokenizer::kZh).score == Approx(100));
}

TEST_CASE("the names are those of sacreBLEU's signatures") {
  CHECK(bleu_tokenizer_names() == std::vector<std::string>{"none", "13a", "char", "intl", "zh"});
  for (const std::string& name : bleu_tokenizer_names()) {
    const std::vector<std::string> one = {"a"};
    const Bleu bleu = corpus_bleu(one, {one}, bleu_tokenizer_from_name(name));
    CHECK_THAT(bleu.signature(), Catch::Contains("|tok:" + name + "|"));
  }
  CHECK_THROWS_WITH(bleu_tokenizer_from_name("ja-mecab"), Catch::Contains("intl, zh"));
}

TEST_CASE("the tokenisation that suits the references goes by their script") {
  CHECK(suited_tokenizer({{"今天天气很好。", "Linux 很好用"}}) == BleuTokenizer::kZh);
  CHECK(suited_tokenizer({{"今日は天気がいいです。"}}) == BleuTokenizer::kChar);
  CHECK(suited_tokenizer({{"วันนี้อากาศดี"}}) == BleuTokenizer::kChar);
  CHECK(suited_tokenizer({{"ມື້ນີ້", "ថ្ងៃនេះ", "ဒီနေ့"}}) == BleuTokenizer::kChar);
  CHECK(suited_tokenizer({{"오늘 날씨가 좋다"}}) == BleuTokenizer::k13a);
  CHECK(suited_tokenizer({{"The word 你好 means hello"}, {"Das Wetter ist gut"}}) ==
        BleuTokenizer::k13a);
  CHECK(suited_tokenizer({{"", "12, 3"}}) == BleuTokenizer::k13a);
}

TEST_CASE("a BLEU that cannot tell translations apart is objected to") {
  const References chinese = {{"今天老师喜欢两把椅子。", "在春天老医生看见五顶蓝帽子。"}};
  CHECK_THAT(objection_to(BleuTokenizer::k13a, chinese), Catch::Contains("no spaces"));
  CHECK_THAT(objection_to(BleuTokenizer::kNone, chinese), Catch::Contains("no spaces"));
  CHECK(objection_to(BleuTokenizer::kZh, chinese).empty());
  CHECK(objection_to(BleuTokenizer::kChar, chinese).empty());
  const References segmented = {{"今天 老师 喜欢 两 把 椅子 。"}};
  CHECK(objection_to(BleuTokenizer::kNone, segmented).empty());

  CHECK(lacks_four_words(BleuTokenizer::k13a, {{"drei kurze Wörter"}, {"h a t"}}));
  CHECK_FALSE(
      lacks_four_words(BleuTokenizer::k13a, {{"drei kurze Wörter"}, {"und nun sind's vier"}}));
  CHECK_FALSE(lacks_four_words(BleuTokenizer::kChar, {{"drei"}}));
  CHECK_THAT(objection_to(BleuTokenizer::k13a, {{"drei kurze Wörter"}}),
             Catch::Contains("no reference has four words"));
}

}  // namespace alinea
