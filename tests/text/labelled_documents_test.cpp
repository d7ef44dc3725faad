#include "text/labelled_documents.h"

#include <catch2/catch.hpp>
#include <set>

#include "gzip.h"
#include "storage/temporary_folder.h"
#include "support/error.h"

namespace alinea {

using Catch::Matchers::Contains;

namespace {

// 10 documents of class b and 5 of class a; document i of a class has the word "<class>i" in it.
std::string lines() {
  std::string text;
  for (int i = 0; i < 10; ++i) {
    text += "b\tb" + std::to_string(i) + " both <s> x\n";
    if (i < 5) text += "a\ta" + std::to_string(i) + " both\n";
  }
  return text;
}

LabelledData read(const std::filesystem::path& training, const LabelledOptions& options = {},
                  const std::filesystem::path& validation = {}) {
  DocumentSplitter splitter({});
  return read_labelled({training, validation}, splitter, options);
}

std::vector<std::string> first_words(const LabelledData& data, const DocumentCorpus& corpus) {
  std::vector<std::string> words;
  for (int64_t d = 0; d < corpus.size(); ++d)
    words.push_back(data.vocabulary.token(corpus.words(d)[0]));
  return words;
}

TEST_CASE("documents keep their sentences, words and classes") {
  const TemporaryFolder folder;
  const auto file =
      folder.file("train", "pos\tGood film. Good end.\nneg\t\nneg\tbad <s>  <s> film\n");
  const LabelledData data = read(file, {}, folder.file("valid", "pos\tfilm unseen\n"));
  CHECK(data.labels.names() == std::vector<std::string>{"neg", "pos"});
  const DocumentCorpus& corpus = data.training;
  REQUIRE(corpus.size() == 3);
  CHECK(corpus.label(0) == 1);
  CHECK(corpus.label(1) == 0);
  CHECK(corpus.sentences(0) == 2);
  CHECK(corpus.sentences(1) == 0);
  CHECK(corpus.sentences(2) == 3);
  CHECK(corpus.words(2, 1).empty());
  CHECK(corpus.words(2).size() == 2);
  CHECK(data.vocabulary.token(corpus.words(0, 1)[1]) == "end");
  CHECK(data.vocabulary.token(corpus.words(2, 2)[0]) == "film");
  CHECK(data.vocabulary.token(data.validation.words(0)[0]) == "film");
  CHECK(data.validation.words(0)[1] == kUnknown);
}

TEST_CASE("a share of every class is chosen by the seed") {
  const TemporaryFolder folder;
  const auto file = folder.file("train", lines());
  const LabelledData data = read(file, {.valid_share = 0.4, .seed = 3});
  int64_t of_a = 0;
  for (int64_t d = 0; d < data.validation.size(); ++d)
    of_a += data.validation.label(d) == data.labels.id("a") ? 1 : 0;
  CHECK(data.validation.size() == 6);
  CHECK(of_a == 2);
  CHECK(data.training.size() == 9);

  const auto again = read(file, {.valid_share = 0.4, .seed = 3});
  CHECK(first_words(data, data.training) == first_words(again, again.training));
  std::set<std::vector<std::string>> choices;
  for (uint64_t seed = 0; seed < 5; ++seed) {
    const auto other = read(file, {.valid_share = 0.4, .seed = seed});
    choices.insert(first_words(other, other.training));
  }
  CHECK(choices.size() > 1);
}

// Words of validation documents alone are not known: a model that is used has never seen them.
TEST_CASE("the vocabulary is made of the training documents") {
  const TemporaryFolder folder;
  const LabelledData data = read(folder.file("train", lines()), {.valid_share = 0.4});
  CHECK(data.vocabulary.size() == 3 + 2 + 9);
  for (int64_t d = 0; d < data.validation.size(); ++d)
    CHECK(data.validation.words(d)[0] == kUnknown);
  CHECK(read(folder.path() / "train", {.valid_share = 0.4, .min_frequency = 2}).vocabulary.size() ==
        3 + 2);
}

TEST_CASE("gzipped files are read") {
  const TemporaryFolder folder;
  const auto file = folder.file("train.gz", gzip("a\tone\nb\ttwo\n"));
  CHECK(read(file, {}, file).training.size() == 2);
}

TEST_CASE("a line without a label or a tab is refused by its number") {
  const TemporaryFolder folder;
  CHECK_THROWS_WITH(read(folder.file("train", "a\tx\nno tab\nb\tx\n")),
                    Contains("train") && Contains("line 2") && Contains("no tab"));
  CHECK_THROWS_WITH(read(folder.file("train", "a\tx\nb\tx\n\tx\n")),
                    Contains("line 3") && Contains("no label"));
}

TEST_CASE("a pair is a document of two sentences, whatever its texts consist of") {
  const TemporaryFolder folder;
  const auto file = folder.file("train", "a\tOne text. Two.\tthree\nb\t\tx <s> y\na\tz\t\n");
  LabelledOptions options{.form = {.pairs = true}, .valid_share = 0.1};
  const LabelledData data = read(file, options, file);
  for (const DocumentCorpus* corpus : {&data.training, &data.validation}) {
    REQUIRE(corpus->size() == 3);
    for (int64_t d = 0; d < 3; ++d) REQUIRE(corpus->sentences(d) == 2);
    CHECK(corpus->words(0, 0).size() == 5);
    CHECK(corpus->words(0, 1).size() == 1);
    CHECK(corpus->words(1, 0).empty());
    CHECK(corpus->words(1, 1).size() == 2);
    CHECK(corpus->words(2, 1).empty());
  }
  const auto wide = folder.file("wide", "a\tp\th\nb\tp\th\t4.5\tmore\n");
  CHECK_THROWS_WITH(read(wide, options, wide), Contains("line 2") && Contains("another tab"));
  options.form.ignore_extra_columns = true;
  CHECK(read(wide, options, wide).training.words(1, 1).size() == 1);
  CHECK_THROWS_WITH(read(folder.file("one", "a\tp\th\nb\tp\n"), options),
                    Contains("line 2") && Contains("hypothesis") && Contains("no tab"));
}

TEST_CASE("a label of validation that training has not is refused") {
  const TemporaryFolder folder;
  CHECK_THROWS_WITH(
      read(folder.file("train", "a\tx\nb\ty\n"), {}, folder.file("valid", "a\tx\nc\ty\n")),
      Contains("valid") && Contains("line 2") && Contains("'c'"));
}

TEST_CASE("what is too little to train on is refused by the file's name") {
  const TemporaryFolder folder;
  CHECK_THROWS_WITH(read(folder.file("train", "")), Contains("train") && Contains("no lines"));
  CHECK_THROWS_WITH(read(folder.file("train", "a\tx\na\ty\n")),
                    Contains("train") && Contains("two classes") && Contains("'a'"));
  CHECK_THROWS_WITH(read(folder.file("train", "a\t\nb\t \n")),
                    Contains("train") && Contains("no tokens"));
  CHECK_THROWS_WITH(read(folder.file("train", "a\tx\nb\ty\n")),
                    Contains("valid-share") && Contains("train"));
  CHECK_THROWS_WITH(read(folder.file("train", lines()), {}, folder.file("valid", "")),
                    Contains("valid") && Contains("no lines"));
}

TEST_CASE("white space around a label is no part of it") {
  const TemporaryFolder folder;
  const LabelledData data =
      read(folder.file("train", " pos \tx\npos\ty\n\u00a0neg\u3000\tx\nneg\tx\n"), {},
           folder.file("valid", "\xef\xbb\xbfneg \tx\r\n  pos\tx"));
  CHECK(data.labels.names() == std::vector<std::string>{"neg", "pos"});
  CHECK(data.training.label(0) == 1);
  CHECK(data.validation.label(0) == 0);
  CHECK(data.validation.label(1) == 1);
  CHECK_THROWS_WITH(read(folder.file("train", "a\tx\n  \tx\n")),
                    Contains("line 2") && Contains("no label before the tab"));
}

TEST_CASE("a label that the first line alone has may be a header's") {
  const TemporaryFolder folder;
  const auto doubtful = [&](const std::string& text) {
    return read(folder.file("train", text), {.valid_share = 0.5}).doubtful_label;
  };
  CHECK(doubtful("label\ttext\n" + lines()) == "label");
  CHECK(doubtful(lines()).empty());
  CHECK(doubtful(lines() + "last\tx\n").empty());
  CHECK(doubtful("first\tx\n" + lines() + "last\tx\n").empty());  // classes may have one text each
  const auto file = folder.file("train", lines());
  CHECK_THROWS_WITH(read(file, {}, folder.file("valid", "label\ttext\na\tx\n")),
                    Contains("line 1") && Contains("'label'") && Contains("header"));
  CHECK_THROWS_WITH(read(file, {}, folder.file("valid", "a\tx\nlabel\ttext\n")),
                    Contains("line 2") && !Contains("header"));
}

TEST_CASE("a vocabulary that is given is taken as it is") {
  const TemporaryFolder folder;
  const Vocabulary given({"<unk>", "<s>", "</s>", "both", "elsewhere"});
  const LabelledData data =
      read(folder.file("train", lines()), {.valid_share = 0.4, .vocabulary = given});
  CHECK(data.vocabulary == given);
  CHECK(data.training.words(0)[0] == kUnknown);
  CHECK(data.training.words(0)[1] == 3);
}

TEST_CASE("labels are saved and loaded") {
  const TemporaryFolder folder;
  const Labels labels({"1 star", "2 stars", "ünklar"});
  labels.save(folder.path() / "labels.txt");
  CHECK(bytes_of(folder.path() / "labels.txt") == "1 star\n2 stars\nünklar\n");
  const Labels loaded = Labels::load(folder.path() / "labels.txt");
  CHECK(loaded.names() == labels.names());
  CHECK(loaded.id("2 stars") == 1);
  CHECK(loaded.id("3 stars") == kNoLabel);
}

TEST_CASE("damaged labels are refused by the file's name") {
  const TemporaryFolder folder;
  const std::string bytes = GENERATE("", "a\n", "b\na\n", "a\na\n", "\nb\n", "a\nb\tc\n");
  const auto file = folder.file("labels.txt", bytes);
  CHECK_THROWS_AS(Labels::load(file), Error);
  CHECK_THROWS_WITH(Labels::load(file), Contains("labels.txt"));
}

}  // namespace
}  // namespace alinea
