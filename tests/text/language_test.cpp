#include "text/language.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "storage/temporary_folder.h"
#include "support/error.h"
#include "text/gzip.h"

namespace alinea {

using Catch::Matchers::Contains;
using Ids = std::vector<int32_t>;
using Tokens = std::vector<std::string>;

namespace {

constexpr const char* kText = "the cat the dog\nthe\tend\r\ncat\n";

VocabularyOptions sentencepiece(int64_t size) {
  return {.tokenizer = "sentencepiece", .vocabulary_size = size};
}

}  // namespace

TEST_CASE("a language numbers the tokens of a line and writes them again") {
  const TemporaryFolder folder;
  const Language language = build_language({folder.file("t.txt", kText)}, {});
  CHECK(language.vocabulary().size() == 7);
  CHECK(language.encode("the  cat ate </s> the end") == Ids{3, 4, 0, 0, 3, 6});
  CHECK(language.encode("").empty());
  CHECK(language.tokens("the cat") == Tokens{"the", "cat"});
  CHECK(language.decode(Ids{3, 4, 0, 6}) == "the cat <unk> end");
  CHECK(language.decode({}).empty());
}

TEST_CASE(
    "what tokens stand for counts characters of the line as it was before it was lower-cased") {
  const TemporaryFolder folder;
  const auto text = folder.file("t.txt", "a b\n");
  using Ranges = std::vector<CharacterRange>;
  const std::string line = "\u0130\u0130s  \u00c9\u03a3 b";  // one code point becomes two
  CHECK(build_language({text}, {}).ranges(line) == Ranges{{0, 3}, {5, 7}, {8, 9}});
  const Language lower = build_language({text}, {.tokenizer = "char", .lowercase = true});
  CHECK(lower.tokens(line).size() == 11);
  CHECK(
      lower.ranges(line) ==
      Ranges{
          {0, 1}, {0, 1}, {1, 2}, {1, 2}, {2, 3}, {4, 4}, {5, 5}, {5, 6}, {6, 7}, {8, 8}, {8, 9}});
  CHECK(lower.ranges("").empty());
}

TEST_CASE("a language keeps to the options of its vocabulary") {
  const TemporaryFolder folder;
  const auto path = folder.file("t.gz", gzip(kText));
  CHECK(build_language({path}, {.min_frequency = 2}).vocabulary().size() == 5);
  CHECK(build_language({path}, {.vocabulary_size = 4}).vocabulary().size() == 4);
  const Language chars = build_language({path}, {.tokenizer = "char"});
  CHECK(chars.decode(chars.encode("the dog")) == "the dog");
  CHECK_THROWS_WITH(build_language({path}, {.min_frequency = 9}),
                    Contains("t.gz") && Contains("min-frequency"));
  CHECK_THROWS_AS(build_language({path}, {.tokenizer = "words"}), UsageError);
  CHECK_THROWS_AS(build_language({folder.path() / "none"}, {}), Error);
}

TEST_CASE("a language in lower case counts, reads and remembers it so") {
  const TemporaryFolder folder;
  const auto text = folder.file("t.txt", "Über UBER über\n");
  const Language kept = build_language({text}, {});
  CHECK(kept.vocabulary().size() == 6);
  CHECK_FALSE(kept.lowercase());
  CHECK(kept.reference("ÜBER") == "ÜBER");
  for (const char* tokenizer : {"space", "char", "icu", "sentencepiece"}) {
    CAPTURE(tokenizer);
    const VocabularyOptions options{
        .tokenizer = tokenizer, .lowercase = true, .vocabulary_size = 9};
    const Language lower = build_language({text}, options);
    CHECK(lower.decode(lower.encode("ÜBER uber")) == "über uber");
    CHECK(lower.encode("ÜBER") == lower.encode("über"));
    CHECK(lower.reference("ÜBER") == "über");
    lower.save(folder.path(), "source");
    CHECK(Language::load(folder.path(), "source", {tokenizer, true}).encode("Über") ==
          lower.encode("über"));
  }
}

TEST_CASE("a language has the symbols of the user's as tokens, in its case") {
  const TemporaryFolder folder;
  const auto text = folder.file("t.txt", "a <NUM>, b\n<NUM> b<NUM><NUM>\na b\n");
  for (const char* tokenizer : {"icu", "sentencepiece"}) {
    CAPTURE(tokenizer);
    VocabularyOptions options{.tokenizer = tokenizer, .lowercase = true, .user_symbols = {"<NUM>"}};
    if (options.tokenizer == "sentencepiece") options.vocabulary_size = 9;
    const Language language = build_language({text}, options);
    CHECK(language.vocabulary().id("<num>") > kEnd);
    const Tokens tokens = language.tokens("b<NUM><NUM>");
    CHECK(std::ranges::count(tokens, "<num>") == 2);
    language.save(folder.path(), "source");
    CHECK(Language::load(folder.path(), "source", {tokenizer, true}).tokens("b<NUM><NUM>") ==
          tokens);
  }
}

TEST_CASE("long lines are told of where pieces are learned from them") {
  const TemporaryFolder folder;
  std::string line;
  while (line.size() < 5'000) line += "ab ab cab ";
  const auto text = folder.file("t.txt", line);
  std::vector<std::string> told;
  const Warn warn = [&](const std::string& sentence) { told.push_back(sentence); };
  build_language({text}, sentencepiece(9), warn);
  REQUIRE(told.size() == 1);
  CHECK_THAT(told[0], Contains("t.txt") && Contains("1 line of more than 4192 bytes"));
  build_language({folder.file("t.txt", kText)}, sentencepiece(14), warn);
  CHECK(told.size() == 1);
}

TEST_CASE("references are words where the text is cut into pieces of them") {
  const TemporaryFolder folder;
  const auto text = folder.file("t.txt", "Ü@@ ber a\n");
  const Language pieces = build_language({text}, {.tokenizer = "subword-nmt", .lowercase = true});
  CHECK(pieces.reference("Ü@@ ber  Un@@ known a@@") == "über unknown a");
  CHECK(pieces.decode(pieces.encode("Ü@@ ber a")) == "über a");
  CHECK(build_language({text}, {}).reference("Ü@@ ber") == "Ü@@ ber");
  CHECK(build_language({text}, {.tokenizer = "icu"}).reference("a@@ b  c") == "a@@ b  c");
}

TEST_CASE("a vocabulary of several texts counts them together") {
  const TemporaryFolder folder;
  const auto first = folder.file("a.txt", "a b a\n"), second = folder.file("b.txt", "b c b\nb");
  const Language joint = build_language({first, second}, {});
  CHECK(joint.encode("b a c") == Ids{3, 4, 5});
  CHECK(build_language({first, second}, {.min_frequency = 2}).encode("b a c") == Ids{3, 4, 0});
  CHECK_THROWS_WITH(build_language({first, second}, {.min_frequency = 9}),
                    Contains("a.txt' and '") && Contains("b.txt': "));
  const Language pieces = build_language({first, second}, sentencepiece(8));
  CHECK(pieces.decode(pieces.encode("c a b")) == "c a b");
}

TEST_CASE("a given vocabulary is taken and the corpus is not read") {
  const TemporaryFolder folder;
  const auto vocabulary = folder.file("v.txt", "<unk>\n<s>\n</s>\ndog\n");
  const Language language = build_language({folder.path() / "none"}, {.vocabulary = vocabulary});
  CHECK(language.encode("the dog") == Ids{0, 3});
}

TEST_CASE("a saved language comes back the same, beside the other side") {
  const TemporaryFolder folder;
  const auto text = folder.file("t.txt", kText);
  const auto model = folder.path() / "model";
  std::filesystem::create_directory(model);
  build_language({text}, {}).save(model, "source");
  const Language target = build_language({text}, sentencepiece(14));
  target.save(model, "target");
  CHECK(std::filesystem::exists(model / "source.vocabulary.txt"));
  CHECK(std::filesystem::exists(model / "target.vocabulary.txt"));
  CHECK(std::filesystem::exists(model / "target.spm"));
  CHECK(std::distance(std::filesystem::directory_iterator(model), {}) == 3);
  CHECK(Language::load(model, "source", {}).encode("cat x the") == Ids{4, 0, 3});
  const Language loaded = Language::load(model, "target", {"sentencepiece"});
  CHECK(loaded.encode("the dog") == target.encode("the dog"));
  CHECK(loaded.decode(loaded.encode("the dog")) == "the dog");
}

TEST_CASE("files that are missing or do not belong together are refused") {
  const TemporaryFolder folder;
  build_language({folder.file("t.txt", kText)}, sentencepiece(14)).save(folder.path(), "source");
  CHECK_THROWS_WITH(Language::load(folder.path(), "target", {"space"}),
                    Contains("target.vocabulary.txt"));
  CHECK_THROWS_WITH(Language::load(folder.path(), "target", {"sentencepiece"}),
                    Contains("target.spm"));
  CHECK_THROWS_AS(Language::load(folder.path(), "source", {"none"}), UsageError);
  folder.file("source.vocabulary.txt", "<unk>\n<s>\n</s>\na\n");
  CHECK_THROWS_WITH(Language::load(folder.path(), "source", {"sentencepiece"}),
                    Contains("source.vocabulary.txt") && Contains("source.spm"));
}

TEST_CASE("sentencepiece trains without files of its own, or takes a model") {
  const TemporaryFolder folder;
  const auto text = folder.file("t.txt", kText);
  const Language trained = build_language({text}, sentencepiece(14));
  CHECK(trained.vocabulary().size() == 14);
  CHECK(folder.file_count() == 1);
  trained.tokenizer().save(folder.path() / "given");
  VocabularyOptions options{.tokenizer = "sentencepiece"};
  options.vocabulary = folder.path() / "given.spm";
  CHECK(build_language({folder.path() / "none"}, options).vocabulary() == trained.vocabulary());
  CHECK_THROWS_WITH(build_language({text}, sentencepiece(0)), Contains("vocabulary-size"));
}

}  // namespace alinea
