#include "text/tagged_text.h"

#include <catch2/catch.hpp>

#include "gzip.h"
#include "storage/temporary_folder.h"
#include "support/error.h"

namespace alinea {
namespace {

using Catch::Matchers::Contains;
using Words = std::vector<std::string>;

std::vector<TaggedSentence> tagged(const std::string& bytes, const TaggedForm& form = {}) {
  const TemporaryFolder folder;
  TaggedReader reader(folder.file("tagged", bytes), form);
  std::vector<TaggedSentence> sentences;
  for (TaggedSentence sentence; reader.next(sentence);) sentences.push_back(sentence);
  return sentences;
}

void refused_tagged(const std::string& bytes, const TaggedForm& form, const Words& words) {
  try {
    tagged(bytes, form);
    FAIL("not refused: " << bytes);
  } catch (const Error& error) {
    for (const std::string& word : words) CHECK_THAT(error.what(), Contains(word));
  }
}

TEST_CASE("a sentence has the words and tags of its columns") {
  const std::string text = "\n\nThe DT B-NP\ndog  NN I-NP\n \nbarks VBZ B-VP \r\n\n\n";
  const auto last = tagged(text), second = tagged(text, {.tag_column = 2});
  REQUIRE(last.size() == 2);
  CHECK(last[0].words == Words{"The", "dog"});
  CHECK(last[0].tags == Words{"B-NP", "I-NP"});
  CHECK(last[0].line == 3);
  CHECK(last[1].words == Words{"barks"});
  CHECK(last[1].tags == Words{"B-VP"});
  CHECK(last[1].line == 6);
  CHECK(second[0].tags == Words{"DT", "NN"});
  CHECK(tagged("DT\tThe dog\nNN\tb", {.word_column = 2, .tag_column = 1})[0].words ==
        Words{"The dog", "b"});
}

TEST_CASE("sentences a line are not taken for words a line") {
  const std::string lines =
      "play rain night\tO B-song I-song\tplay\nstop\tO\tstop\nwait here\tO O\tx y\n";
  refused_tagged(lines, {}, {"line 1", "--form lines"});
  refused_tagged("\n" + lines, {.tag_column = 2}, {"line 2", "--form lines"});
  CHECK(tagged(lines, {.form = "lines", .tag_column = 2}).size() == 3);
  // Words with spaces in them.
  CHECK(tagged("1 000\t1 000\tNUM\n").size() == 1);
  CHECK(tagged("1 000\t1 000\tNUM\nold\told\tADJ\nmen\tman\tNOUN\n").size() == 1);
}

TEST_CASE("gzipped text is read, and text without an end of its last line") {
  const auto sentences = tagged(gzip("a X\nb Y"));
  REQUIRE(sentences.size() == 1);
  CHECK(sentences[0].tags == Words{"X", "Y"});
  CHECK(tagged("").empty());
  CHECK(tagged("\n\n").empty());
}

TEST_CASE("the line of a document is a word, and conlleval's boundary an empty line") {
  const auto sentences = tagged("-DOCSTART- -X- O\n\na X B\n-X- O O\nb Y I\n");
  REQUIRE(sentences.size() == 3);
  CHECK(sentences[0].words == Words{"-DOCSTART-"});
  CHECK(sentences[0].tags == Words{"O"});
  CHECK(sentences[1].words == Words{"a"});
  CHECK(sentences[2].words == Words{"b"});
}

TEST_CASE("a class stands beside every word of its sentence") {
  const auto sentences =
      tagged("play O music\nit B music\n\nrain O weather\n", {.tag_column = 2, .class_column = 3});
  REQUIRE(sentences.size() == 2);
  CHECK(sentences[0].label == "music");
  CHECK(sentences[1].label == "weather");
}

TEST_CASE("a sentence a line has words, tags and a class between tabs") {
  const TaggedForm form{.form = "lines", .tag_column = 2, .class_column = 3};
  const auto sentences =
      tagged("play  it \tO B-x\tPlay Music\n\t\tNothing\nrain\tO\tWeather", form);
  REQUIRE(sentences.size() == 3);
  CHECK(sentences[0].words == Words{"play", "it"});
  CHECK(sentences[0].tags == Words{"O", "B-x"});
  CHECK(sentences[0].label == "Play Music");
  CHECK(sentences[1].words.empty());
  CHECK(sentences[1].label == "Nothing");
  CHECK(sentences[2].line == 3);
}

TEST_CASE("an empty line is a sentence without words, where sentences have a line each") {
  const TaggedForm form{.form = "lines", .tag_column = 2};
  const auto sentences = tagged("\na b\tX Y\n\nc\tZ\n", form);
  REQUIRE(sentences.size() == 4);
  CHECK(sentences[0].words.empty());
  CHECK(sentences[1].tags == Words{"X", "Y"});
  CHECK(sentences[2].words.empty());
  CHECK(sentences[2].line == 3);
  CHECK(sentences[3].words == Words{"c"});
}

TEST_CASE("ragged columns are refused by file and line") {
  refused_tagged("a X\n\nb Y Z\n", {},
                 {"tagged', line 3", "expected 2 columns as in line 1, got 3"});
  refused_tagged("\na\tX\nb\n", {}, {"line 3", "expected 2 columns", "got 1"});
  refused_tagged("a\tX\nb\tX\tc\n", {.form = "lines"}, {"line 2", "expected 2 columns", "got 3"});
}

TEST_CASE("what lacks a word, a tag or a class is refused by its line") {
  const TaggedForm lines{.form = "lines", .tag_column = 2, .class_column = 3};
  refused_tagged("a\n", {}, {"line 1", "one column for both"});
  refused_tagged("a X\n", {.tag_column = 3}, {"line 1", "tag in column 3", "only 2"});
  refused_tagged("x\ny\n\na\n", {.word_column = 2}, {"line 1", "word in column 2", "is only 1"});
  refused_tagged("\tX\n", {}, {"line 1", "expected a word"});
  refused_tagged("a\tX\nb\t\n", {}, {"line 1", "expected a tag"});
  refused_tagged("a X m\nb X n\n", {.tag_column = 2, .class_column = 3}, {"line 1", "'m' and 'n'"});
  refused_tagged("a b\tX\tm\n", lines, {"line 1", "as many tags as words, got 1 and 2"});
  refused_tagged("a\tX\t\n", lines, {"line 1", "expected a class"});
  refused_tagged("a \xff\n", {}, {"line 1", "UTF-8"});
}

}  // namespace
}  // namespace alinea
