#include "text/reading_text.h"

#include <catch2/catch.hpp>
#include <set>

#include "gzip.h"
#include "storage/temporary_folder.h"
#include "support/error.h"

namespace alinea {
namespace {

using Catch::Matchers::Contains;

constexpr const char* kBook = "The cat sat .\n\nA dog came and saw the cat .\nThe dog ran .\n";

std::string words_of(const ReadingCorpus& corpus, std::span<const int32_t> spellings) {
  std::string text;
  for (const int32_t s : spellings)
    text += (text.empty() ? "" : " ") + (s == ReadingCorpus::kBlank ? "_" : corpus.text(s));
  return text;
}

std::vector<std::string> tokens_of(const Vocabulary& vocabulary, std::span<const int32_t> ids) {
  std::vector<std::string> tokens;
  for (const int32_t id : ids) tokens.push_back(vocabulary.token(id));
  return tokens;
}

ReadingData read_both(const TemporaryFolder& folder, const std::string& text,
                      const ReadingOptions& options = {}) {
  const auto file = folder.file("questions", text);
  return read_reading({.training = file, .validation = file, .book = {}, .validation_book = {}},
                      options);
}

ReadingData read_of_book(const TemporaryFolder& folder, const std::string& text,
                         const ReadingOptions& options = {}) {
  const auto file = folder.file("list", text), book = folder.file("book.gz", gzip(kBook));
  return read_reading({.training = file, .validation = file, .book = book, .validation_book = book},
                      options);
}

TEST_CASE("a question has a document, a query with a blank, an answer and candidates") {
  const TemporaryFolder folder;
  const ReadingData data = read_both(
      folder,
      "The cat ran\tthe XXXXX ran\tcat\tcat|The|cat\nA dog\tXXXXX\tdog\nA b\t a  XXXXX\tb\t\n");
  const ReadingCorpus& corpus = data.training;
  REQUIRE(corpus.size() == 3);
  CHECK(words_of(corpus, corpus.document(0)) == "The cat ran");
  CHECK(words_of(corpus, corpus.query(0)) == "the _ ran");
  CHECK(corpus.blank(0) == 1);
  CHECK(corpus.text(corpus.answer(0)) == "cat");
  CHECK(words_of(corpus, corpus.candidates(0)) == "cat The");
  CHECK(corpus.candidates(1).empty());
  CHECK(corpus.candidates(2).empty());
  CHECK(corpus.blank(2) == 1);
  CHECK(corpus.line(2) == 3);
  CHECK(tokens_of(data.vocabulary, corpus.ids(0).query) ==
        std::vector<std::string>{"the", "<s>", "ran"});
  CHECK(tokens_of(data.vocabulary, corpus.ids(1).document) == std::vector<std::string>{"A", "dog"});
}

TEST_CASE("candidates are read as markers, each question's by a lot of its own") {
  const TemporaryFolder folder;
  ReadingOptions options;
  options.form.entity_markers = 3;
  options.min_frequency = 2;
  std::string text = "Ann saw Bob with Bob\tAnn met XXXXX and Zoe\tBob\tAnn|Bob\n";
  for (int i = 0; i < 20; ++i)
    text += "Ann saw Bob\tXXXXX met " + std::to_string(i) + "\tBob\tAnn|Bob\n";
  text += "a b c d\tXXXXX a\tb\ta|b|c|d\nAnn saw Bob\tXXXXX met\tBob\n";
  const ReadingData data = read_both(folder, text, options);
  const ReadingCorpus& corpus = data.training;
  const auto document = [&](int64_t q) {
    return tokens_of(data.vocabulary, corpus.ids(q).document);
  };
  const std::vector<std::string> first = document(0);
  CHECK(first[0].starts_with("@entity"));
  CHECK(first[1] == "saw");
  CHECK(first[2].starts_with("@entity"));
  CHECK(first[2] != first[0]);
  CHECK(first[3] == "<unk>");
  CHECK(first[4] == first[2]);
  CHECK(tokens_of(data.vocabulary, corpus.ids(0).query) ==
        std::vector<std::string>{first[0], "met", "<s>", "<unk>", "<unk>"});
  std::set<std::string> lots;
  for (int64_t q = 1; q <= 20; ++q) lots.insert(document(q)[2]);
  CHECK(lots == std::set<std::string>{"@entity0", "@entity1", "@entity2"});
  // The fourth candidate of three markers, and a question without candidates.
  const std::vector<std::string> crowded = document(21), open = document(22);
  CHECK(std::set(crowded.begin(), crowded.end()) ==
        std::set<std::string>{"<unk>", "@entity0", "@entity1", "@entity2"});
  CHECK(crowded[3] == "<unk>");
  CHECK(open == std::vector<std::string>{"Ann", "saw", "Bob"});
  // Where the question stands does not matter.
  const ReadingData alone = read_both(folder, text.substr(0, text.find('\n') + 1), options);
  CHECK(tokens_of(alone.vocabulary, alone.training.ids(0).document)[0] == first[0]);
}

TEST_CASE("markers are added to a given vocabulary once") {
  const TemporaryFolder folder;
  ReadingOptions options;
  options.form.entity_markers = 2;
  options.vocabulary = Vocabulary({"<unk>", "<s>", "</s>", "saw", "@entity1"});
  const ReadingData data = read_both(folder, "Ann saw Bob\tXXXXX met Ann\tBob\tAnn|Bob\n", options);
  CHECK(data.vocabulary.tokens() ==
        std::vector<std::string>{"<unk>", "<s>", "</s>", "saw", "@entity1", "@entity0"});
  const auto read = tokens_of(data.vocabulary, data.training.ids(0).document);
  CHECK(std::set(read.begin(), read.end()) == std::set<std::string>{"saw", "@entity0", "@entity1"});
}

TEST_CASE("questions on a book name a line and a token, and their document is what stands before") {
  const TemporaryFolder folder;
  ReadingOptions options;
  options.form.context_lines = 2;
  const ReadingData data = read_of_book(folder, "2\t6\tcat\tcat|dog\n3\t1\tdog\n", options);
  const ReadingCorpus& corpus = data.training;
  REQUIRE(corpus.size() == 2);
  CHECK(words_of(corpus, corpus.document(0)) == "The cat sat .");
  CHECK(words_of(corpus, corpus.query(0)) == "A dog came and saw the _ .");
  CHECK(words_of(corpus, corpus.document(1)) == "A dog came and saw the cat .");
  CHECK(words_of(corpus, corpus.query(1)) == "The _ ran .");
  CHECK(data.vocabulary.id("sat") != kUnknown);
}

TEST_CASE("words are read in lower case where that is wanted, candidates and answers too") {
  const TemporaryFolder folder;
  ReadingOptions options;
  options.form.lowercase = true;
  const ReadingData data = read_both(folder, "The CAT\tXXXXX ran\tCat\tThe|cat\n", options);
  CHECK(data.training.places(0, data.training.answer(0)) == std::vector<int64_t>{1});
  CHECK(words_of(data.training, data.training.candidates(0)) == "the cat");
}

TEST_CASE("answers that are not in the document are left out, counted, or refused") {
  const TemporaryFolder folder;
  const std::string text = "a b\tXXXXX\ta\na b\tXXXXX\tc\na b a\tXXXXX\ta\n";
  const ReadingData data = read_both(folder, text);
  CHECK(data.training.size() == 2);
  CHECK(data.missing == 1);
  CHECK(data.validation.size() == 3);
  CHECK(data.missing_in_validation == 1);
  CHECK_THROWS_WITH(read_both(folder, text, {.refuse_missing = true}),
                    Contains("questions") && Contains("line 2") && Contains("'c'"));
  CHECK_THROWS_WITH(read_both(folder, "a\tXXXXX\tb\n"), Contains("no question is left"));
  const ReadingData cut = read_both(folder, text, {.most_words = 2});
  CHECK(cut.too_long == 2);
  CHECK(cut.training.size() == 1);
  CHECK(cut.validation.size() == 2);
}

TEST_CASE("lines that are no questions are refused by their number") {
  const TemporaryFolder folder;
  const auto refused = [&](const std::string& line, const std::string& words) {
    CHECK_THROWS_WITH(read_both(folder, "a\tXXXXX\ta\n" + line + "\n"),
                      Contains("questions") && Contains("line 2") && Contains(words));
  };
  refused("a\tXXXXX", "2 columns");
  refused("a\tXXXXX\ta\tb|c\td", "5 columns");
  refused("a\tno blank\ta", "0 of them");
  refused("a\tXXXXX and XXXXX\ta", "2 of them");
  refused("a\tXXXXX\ta b", "'a b'");
  refused("a\tXXXXX\t", "an answer that is one word");
  refused("a\tXXXXX\ta\ta||b", "a candidate that is one word");
  const auto of_book = [&](const std::string& line, const std::string& words) {
    CHECK_THROWS_WITH(read_of_book(folder, "3\t1\tdog\n" + line + "\n"),
                      Contains("list") && Contains("line 2") && Contains(words));
  };
  of_book("4\t0\tThe", "from 0 to 3");
  of_book("-1\t0\tThe", "from 0 to 3");
  of_book("x\t0\tThe", "'x'");
  of_book("3\t4\tThe", "from 0 to 3");
  of_book("99999999999999999999\t4\tThe", "from 0 to 3");
  of_book("1\t0\tThe", "a line with words");
  of_book("3\t1\tcat", "got 'dog'");
}

TEST_CASE("a share of the questions is chosen by the seed") {
  const TemporaryFolder folder;
  std::string text;
  for (int i = 0; i < 10; ++i)
    text += "a" + std::to_string(i) + "\tXXXXX\ta" + std::to_string(i) + "\n";
  const auto file = folder.file("train", text);
  const auto lines = [&](uint64_t seed) {
    const ReadingData data = read_reading({file, {}, {}, {}}, {.valid_share = 0.3, .seed = seed});
    CHECK(data.training.size() == 7);
    std::vector<int64_t> chosen;
    for (int64_t q = 0; q < data.validation.size(); ++q) chosen.push_back(data.validation.line(q));
    return chosen;
  };
  CHECK(lines(1).size() == 3);
  CHECK(lines(1) == lines(1));
  CHECK(lines(1) != lines(2));
  CHECK_THROWS_WITH(read_reading({file, {}, {}, {}}, {.valid_share = 0.01}),
                    Contains("valid-share"));
}

}  // namespace
}  // namespace alinea
