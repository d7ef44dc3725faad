#include "text/document_splitter.h"

#include <catch2/catch.hpp>

namespace alinea {
namespace {

Document split(const std::string& text, const SplitterOptions& options = {}) {
  return DocumentSplitter(options).split(text);
}

TEST_CASE("sentences and words are cut by Unicode's rules") {
  CHECK(split("Dr Smith paid $3.50. Was it cheap? \"No\", she said.") ==
        Document{{"dr", "smith", "paid", "$", "3.50", "."},
                 {"was", "it", "cheap", "?"},
                 {"\"", "no", "\"", ",", "she", "said", "."}});
  CHECK(split("Ça, c'est l'été ! Fin.") ==
        Document{{"ça", ",", "c'est", "l'été", "!"}, {"fin", "."}});
}

// After a lower-case letter no full stop ends a sentence, so the case has to be there still.
TEST_CASE("sentences are found before the case is gone") {
  CHECK(split("It ended. Nobody cared.").size() == 2);
  CHECK(split("the etc. and so on").size() == 1);
}

TEST_CASE("lower case is Unicode's, and an option") {
  CHECK(split("ÄRGER Σίσυφος ΣΑΣ") == Document{{"ärger", "σίσυφος", "σας"}});
  CHECK(split("The END", {.lowercase = false}) == Document{{"The", "END"}});
  CHECK(split("One A <s> Two", {.lowercase = false}) == Document{{"One", "A"}, {"Two"}});
}

TEST_CASE("white space and what nobody sees are no words, and make no sentence") {
  CHECK(split("").empty());
  CHECK(split(" \t \u00a0 \u2003").empty());
  CHECK(split("\u200b\u00ad").empty());
  CHECK(split("a\t b\u3000c") == Document{{"a", "b", "c"}});
}

TEST_CASE("a mark between spaces says that text is cut already") {
  CHECK(split("A b. C <s> d,e <s>  <s> F") == Document{{"a", "b.", "c"}, {"d,e"}, {}, {"f"}});
  CHECK(split("x<s>y") == Document{{"x", "<", "s", ">", "y"}});
  CHECK(split(" <s> ") == Document{{}, {}});
}

TEST_CASE("tags end sentences where that is wanted, and are text elsewhere") {
  const SplitterOptions breaks{.tags_as_breaks = true};
  CHECK(split("one<br /><br>two<!-- no -->three</p>", breaks) ==
        Document{{"one"}, {"two"}, {"three"}});
  CHECK(split("1 < 2 <3 a<b", breaks) == Document{{"1", "<", "2", "<", "3", "a", "<", "b"}});
  CHECK(split("x <unclosed <i>y", breaks) == Document{{"x", "<", "unclosed"}, {"y"}});
  CHECK(split("a<", breaks) == Document{{"a", "<"}});
  CHECK(split("one<!-- a > b <i> -- -->two<!-->three<!-- \n>four -->", breaks) ==
        Document{{"one"}, {"two"}, {"three"}});
  CHECK(split("one<!-- unclosed <br>two-->", breaks) == Document{{"one"}});
  CHECK(split("one<!-- two>three", breaks) == Document{{"one"}, {"three"}});
  CHECK(split("one--><!-- two", breaks) ==
        Document{{"one", "-", "-", ">", "<", "!", "-", "-", "two"}});
  CHECK(split("a<br>b") == Document{{"a", "<", "br", ">", "b"}});
}

TEST_CASE("what is beyond the limits is cut and counted") {
  DocumentSplitter splitter({.max_words = 3, .max_sentences = 2});
  CHECK(splitter.split("a b c d e <s> f <s> g <s> h") == Document{{"a", "b", "c"}, {"f"}});
  CHECK(splitter.split("a b c d <s> e f g h") == Document{{"a", "b", "c"}, {"e", "f", "g"}});
  CHECK(splitter.split("a b c <s> d") == Document{{"a", "b", "c"}, {"d"}});
  CHECK(splitter.cut().sentences == 2);
  CHECK(splitter.cut().documents == 1);
  CHECK(splitter.cut().words == 4);
  CHECK(splitter.cut().long_sentences == 3);
}

TEST_CASE("without limits nothing is cut") {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "word ";
  DocumentSplitter splitter({.max_words = 0, .max_sentences = 0});
  const Document document = splitter.split(text);
  REQUIRE(document.size() == 1);
  CHECK(document[0].size() == 5000);
  CHECK(splitter.cut().words == 0);
}

}  // namespace
}  // namespace alinea
