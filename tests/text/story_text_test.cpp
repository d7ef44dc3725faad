#include "text/story_text.h"

#include <catch2/catch.hpp>
#include <sstream>

#include "storage/temporary_folder.h"
#include "support/error.h"
#include "text/line_reader.h"

namespace alinea {
namespace {

using Catch::Matchers::Contains;

const std::string kStoryLines =
    "1 Mary moved to the bathroom.\n"
    "2 John went to the hall.\n"
    "3 Where is Mary? \tbathroom\t1\n"
    "4 Mary took  the milk.\n"
    "5 What does Mary have?\tmilk,apple\t4 1\n"
    "1 A yak sleeps!\n"
    "2 Who sleeps?\ta yak\n";

const Vocabulary kStoryWords({"<unk>", "<s>", "</s>", "mary", "the", ".", "?", "yak", "!", "Mary"});
const Labels kStoryAnswers({"a yak", "bathroom"});

StoryCorpus read_corpus(const std::string& text, const StoryForm& form = {}) {
  const TemporaryFolder folder;
  StoryCorpus corpus = read_story_file(folder.file("stories", text), form);
  corpus.number(kStoryWords, kStoryAnswers);
  return corpus;
}

std::vector<int32_t> ids_of_words(std::span<const int32_t> words) {
  return {words.begin(), words.end()};
}

TEST_CASE("a question is about the facts of its story before it") {
  const StoryCorpus corpus = read_corpus(kStoryLines);
  REQUIRE(corpus.size() == 3);
  CHECK(corpus.facts(0) == 2);
  CHECK(corpus.facts(1) == 3);
  CHECK(corpus.facts(2) == 1);
  CHECK(corpus.text(0) == "Where is Mary?");
  CHECK(corpus.text(1, 2) == "Mary took  the milk.");
  CHECK(corpus.story_line(1) == 5);
  CHECK(corpus.story_line(1, 2) == 4);
  CHECK(corpus.answer_text(1) == "milk,apple");
  CHECK(corpus.answer_text(2) == "a yak");
  CHECK(corpus.story(0) == corpus.story(1));
  CHECK(corpus.story(1) != corpus.story(2));
  CHECK(corpus.line(2) == 7);
  const auto lines = corpus.supporting_lines(1);
  CHECK(std::vector<int64_t>(lines.begin(), lines.end()) == std::vector<int64_t>{4, 1});
  CHECK(corpus.supporting_lines(2).empty());
}

TEST_CASE("marks at the end of a word are words, in lower case unless told otherwise") {
  const StoryCorpus corpus = read_corpus(kStoryLines);
  CHECK(ids_of_words(corpus.fact(2, 0)) == std::vector<int32_t>{0, 7, 0, 8});
  CHECK(ids_of_words(corpus.query(0)) == std::vector<int32_t>{0, 0, 3, 6});
  CHECK(corpus.words_read(0) == 6 + 6 + 4);
  CHECK(corpus.answer(0) == 1);
  CHECK(corpus.answer(1) == kNoLabel);
  CHECK(ids_of_words(read_corpus(kStoryLines, {.lowercase = false}).query(0)) ==
        std::vector<int32_t>{0, 0, 9, 6});
  // A mark inside of a word is part of it.
  CHECK(read_corpus("1 a.b c?!\n2 Who?\tx\n").words_read(0) == 4 + 2);
}

TEST_CASE("the last facts alone are read where there is a limit") {
  const StoryCorpus corpus = read_corpus(kStoryLines, {.max_facts = 2});
  CHECK(corpus.facts(0) == 2);
  REQUIRE(corpus.facts(1) == 2);
  CHECK(corpus.story_line(1, 0) == 2);
  CHECK(corpus.facts(2) == 1);
}

TEST_CASE("lines that are none of a story are refused by file and line") {
  const auto message = [](const std::string& text) -> std::string {
    try {
      read_corpus(text);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  CHECK_THAT(message("Mary went.\n"), Contains("line 1") && Contains("got 'Mary'"));
  CHECK_THAT(message("1 a\n0 b\n"), Contains("line 2") && Contains("got '0'"));
  CHECK_THAT(message("1 a\n3 b\n3 c\n"), Contains("line 3") && Contains("above 3"));
  CHECK_THAT(message("1 a\n2  \n"), Contains("line 2") && Contains("got none"));
  CHECK_THAT(message("1 a\n2 Who?\n"), Contains("line 2") && Contains("an answer"));
  CHECK_THAT(message("1 a\n2 Who?\t \t1\n"), Contains("line 2") && Contains("an answer"));
  CHECK_THAT(message("1 a\n2 Who?\tb\t2\n"), Contains("from 1 to 1") && Contains("'2'"));
  CHECK_THAT(message("1 a\n2 Who?\tb\t1\tc\n"), Contains("4 columns"));
  CHECK_THAT(message("1 a\n2 b\n"), Contains("no questions"));
  CHECK_THAT(message(""), Contains("no questions"));
}

TEST_CASE("a bad line leaves the story before it and goes on behind it") {
  std::istringstream stream("1 a\nbad\n2 b\n1 \n2 Who?\tc\n");
  LineReader lines(stream, "stories");
  StoryReader reader({});
  int bad = 0;
  for (std::string line; lines.next(line);) {
    try {
      reader.add(line);
    } catch (const Error&) {
      ++bad;
    }
  }
  CHECK(bad == 2);
  REQUIRE(reader.corpus().size() == 1);
  CHECK(reader.corpus().facts(0) == 0);  // the bad line began a story
}

TEST_CASE("questions of a story whose beginning was missed are refused, up to the next one") {
  StoryReader reader({});
  reader.add("1 Mary went to the hall.");
  CHECK(reader.add("2 Where is Mary?\thall\t1"));
  SECTION("the beginning is no text") { reader.pass_over("1 \xff"); }
  SECTION("its number says so") {
    reader.pass_over("one \xff");
    CHECK_THROWS_WITH(reader.add("2 John went to the garden."), Catch::Contains("above 2"));
  }
  SECTION("the number of another line that is no text says so") { reader.pass_over("2 \xff"); }
  CHECK_FALSE(reader.add("3 John went to the kitchen."));
  CHECK_THROWS_WITH(reader.add("4 Where is John?\tkitchen\t3"), Catch::Contains("line 1"));
  CHECK_FALSE(reader.add("1 Sandra went to the hall."));
  CHECK(reader.add("2 Where is Sandra?\thall\t1"));
  CHECK(reader.corpus().size() == 2);
}

TEST_CASE("a line that is no text costs its fact alone") {
  StoryReader reader({});
  reader.add("1 Mary went to the hall.");
  reader.pass_over("2 \xff");
  reader.pass_over("\xff");
  CHECK(reader.add("3 Where is Mary?\thall\t1"));
}

TEST_CASE("what is cleared keeps the story that goes on") {
  std::istringstream stream("1 a\n1 b c\n2 Who?\tx\n3 d\n4 Who else?\ty\n");
  LineReader lines(stream, "stories");
  StoryReader reader({});
  std::string line;
  for (int i = 0; i < 3; ++i) {
    REQUIRE(lines.next(line));
    CHECK(reader.add(line) == (i == 2));
  }
  reader.corpus().number(kStoryWords, kStoryAnswers);
  reader.clear();
  CHECK(reader.corpus().size() == 0);
  while (lines.next(line)) reader.add(line);
  reader.corpus().number(kStoryWords, kStoryAnswers);
  REQUIRE(reader.corpus().size() == 1);
  REQUIRE(reader.corpus().facts(0) == 2);
  CHECK(reader.corpus().text(0, 0) == "b c");
  CHECK(reader.corpus().text(0, 1) == "d");
  CHECK(reader.corpus().fact(0, 0).size() == 2);
  CHECK(reader.corpus().words_read(0) == 2 + 1 + 3);
}

TEST_CASE("a line of any bytes is a question or none") {
  CHECK(is_question("\xff\t\xfe"));
  CHECK(is_question("2 Where? "));
  CHECK_FALSE(is_question("\xff\xfe"));
  CHECK_FALSE(is_question("  "));
}

TEST_CASE("questions without answers are told by their mark or a tab") {
  const StoryCorpus corpus =
      read_corpus("1 a\n2 Who? \n3 Who\t\n4 Who\tb\tnot a number\n", {.has_answers = false});
  CHECK(corpus.size() == 3);
  CHECK(corpus.answer(0) == kNoLabel);
}

TEST_CASE("whole stories are held out, and answers are those of the training") {
  const TemporaryFolder folder;
  std::string text;
  for (int i = 0; i < 10; ++i)
    text += "1 w" + std::to_string(i) + " is here.\n2 Who?\ta" + std::to_string(i % 2) +
            "\t1\n3 Who?\ta" + std::to_string(i % 2) + "\t1\n";
  const StoryData data = read_stories({folder.file("stories", text), {}}, {.valid_share = 0.3});
  REQUIRE(data.validation.size() == 6);
  REQUIRE(data.training.size() == 14);
  for (int64_t q = 0; q < data.training.size(); ++q)
    for (int64_t v = 0; v < data.validation.size(); ++v)
      CHECK(data.training.story(q) != data.validation.story(v));
  CHECK(data.answers.names() == std::vector<std::string>{"a0", "a1"});
  CHECK(data.unknown_answers == 0);
  CHECK(data.vocabulary.size() == 3 + 7 + 5);  // w0 ..., is here . who ?
  // Words of held-out stories are not counted.
  for (int64_t q = 0; q < data.validation.size(); ++q) CHECK(data.validation.fact(q, 0)[0] == 0);
}

TEST_CASE("answers of validation may be new") {
  const TemporaryFolder folder;
  const StoryData data = read_stories(
      {folder.file("stories", kStoryLines), folder.file("valid", "1 Who?\tnew\n")}, {});
  CHECK(data.unknown_answers == 1);
  CHECK(data.validation.answer(0) == kNoLabel);
  CHECK_THROWS_WITH(read_stories({folder.file("one", "1 Who?\ta\n"), {}}, {}),
                    Contains("valid-share"));
  CHECK_THROWS_WITH(
      read_stories({folder.file("one", "1 Who?\ta\n"), folder.file("valid", "1 Who?\ta\n")}, {}),
      Contains("two different answers") && Contains("'a'"));
}

}  // namespace
}  // namespace alinea
