#include "text/tagged_corpus.h"

#include <catch2/catch.hpp>
#include <set>

#include "storage/temporary_folder.h"
#include "support/error.h"

namespace alinea {
namespace {

using Catch::Matchers::Contains;
using Ids = std::vector<int32_t>;

TaggedData read_texts(const std::string& training, const std::string& validation,
                      const TaggedOptions& options = {}) {
  const TemporaryFolder folder;
  TaggedFiles files{folder.file("train", training), {}};
  if (!validation.empty()) files.validation = folder.file("valid", validation);
  return read_tagged(files, options);
}

Ids list(std::span<const int32_t> ids) { return {ids.begin(), ids.end()}; }

const std::string kTraining = "The D\ndog N\n\nThe D\ncat N\nsleeps V\n";

TEST_CASE("words and tags become ids, tags in the order of their names") {
  const TaggedData data = read_texts(kTraining, "The D\nbird N\n");
  CHECK(data.tags.names() == std::vector<std::string>{"D", "N", "V"});
  CHECK(data.tag_names == data.tags.names());
  REQUIRE(data.training.size() == 2);
  CHECK(list(data.training.tags(0)) == Ids{0, 1});
  CHECK(list(data.training.tags(1)) == Ids{0, 1, 2});
  CHECK(data.training.words(0)[0] == data.training.words(1)[0]);
  CHECK(data.training.line(1) == 4);
  CHECK(list(data.validation.words(0)) == Ids{data.training.words(0)[0], kUnknown});
  CHECK_FALSE(data.classes);
}

TEST_CASE("words are looked up in lower case and without their digits where that is wanted") {
  const TaggedOptions options{.words = {.lowercase = true, .zero_digits = true}};
  const TaggedData data = read_texts("In X\n1987 Y\n", "iN X\n2024 Y\n20 X\n", options);
  CHECK(list(data.validation.words(0)).at(0) == data.training.words(0)[0]);
  CHECK(list(data.validation.words(0)).at(1) == data.training.words(0)[1]);
  CHECK(list(data.validation.words(0)).at(2) == kUnknown);
}

TEST_CASE("tags and classes that training never had are counted and named") {
  TaggedOptions options{.form = {.form = "lines", .tag_column = 2, .class_column = 3}};
  const TaggedData data = read_texts("a b\tX Y\tm\nc\tX\tn\n", "a c\tZ X\to\nb\tZ\tn\n", options);
  CHECK(data.unseen_tags == 2);
  CHECK(data.unseen_classes == 1);
  CHECK(data.tag_names == std::vector<std::string>{"X", "Y", "Z"});
  CHECK(list(data.validation.tags(0)) == Ids{2, 0});
  CHECK(data.validation.label(0) == kNoLabel);
  CHECK(data.validation.label(1) == 1);
  CHECK(data.training.label(0) == 0);
}

TEST_CASE("letters are those of the word as it is written, each spelling once") {
  const TaggedOptions options{.words = {.lowercase = true}, .letters = true};
  const TaggedData data = read_texts("Ab X\nab Y\nöa X\n\nAb X\n", "bx X\n", options);
  const TaggedCorpus& corpus = data.training;
  CHECK(corpus.words(0)[0] == corpus.words(0)[1]);
  CHECK(list(corpus.spellings(0)) == Ids{0, 1, 2});
  CHECK(list(corpus.spellings(1)) == Ids{0});
  const Vocabulary& letters = *data.reader.letters();
  CHECK(list(corpus.letters(0)) == Ids{letters.id("A"), letters.id("b")});
  CHECK(list(corpus.letters(2)) == Ids{letters.id("ö"), letters.id("a")});
  CHECK(list(data.validation.letters(0)) == Ids{letters.id("b"), kUnknown});
  CHECK(data.reader.letter_ids(std::string(500, 'b')).size() == WordReader::kMostLetters);
}

TEST_CASE("a share of the sentences is chosen by the seed where there is no validation text") {
  std::string text;
  for (int i = 0; i < 20; ++i)
    text += "w" + std::to_string(i) + (i % 2 == 0 ? " X" : " Y") + "\n\n";
  TaggedOptions options{.valid_share = 0.25};
  const auto lines = [&](uint64_t seed) {
    options.seed = seed;
    const TaggedData data = read_texts(text, "", options);
    CHECK(data.training.size() == 15);
    std::set<int64_t> chosen, all;
    for (int64_t s = 0; s < data.validation.size(); ++s) chosen.insert(data.validation.line(s));
    all = chosen;
    for (int64_t s = 0; s < data.training.size(); ++s) all.insert(data.training.line(s));
    CHECK(chosen.size() == 5);
    CHECK(all.size() == 20);
    return chosen;
  };
  CHECK(lines(1) == lines(1));
  CHECK(lines(1) != lines(2));
}

TEST_CASE("sentences beyond a limit are left out, those without words of training alone") {
  const TaggedOptions options{.form = {.form = "lines", .tag_column = 2}, .most_words = 2};
  const TaggedData data =
      read_texts("a b c\tX Y X\n\t\na b\tX Y\n", "a b c\tX Y X\na b\tX Y\n\t\n", options);
  CHECK(data.training.size() == 1);
  CHECK(data.left_out_empty == 1);
  CHECK(data.left_out_long == 2);
  CHECK(data.validation.size() == 2);
  CHECK(data.validation.length(1) == 0);
}

TEST_CASE("what cannot be learned from is refused") {
  CHECK_THROWS_WITH(read_texts("a X\nb X\n", "a X\n"),
                    Contains("two tags") && Contains("only 'X'"));
  CHECK_THROWS_WITH(read_texts("\n", "a X\n"), Contains("train") && Contains("no sentences"));
  CHECK_THROWS_WITH(read_texts("a X\nb Y\n", "\n"), Contains("valid") && Contains("no sentences"));
  CHECK_THROWS_WITH(read_texts(kTraining, ""), Contains("valid-share"));
  const TaggedOptions classes{.form = {.tag_column = 2, .class_column = 3}};
  CHECK_THROWS_WITH(read_texts("a X m\nb Y m\n", "a X m\n", classes),
                    Contains("two classes") && Contains("only 'm'"));
}

}  // namespace
}  // namespace alinea
