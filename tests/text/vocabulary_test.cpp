#include "text/vocabulary.h"

#include <catch2/catch.hpp>

#include "storage/temporary_folder.h"
#include "support/error.h"

namespace alinea {

using Catch::Matchers::Contains;

namespace {

VocabularyCounter count(const std::vector<std::string>& tokens) {
  VocabularyCounter counter;
  for (const std::string& token : tokens) counter.add(token);
  return counter;
}

std::vector<std::string> tokens_of(const Vocabulary& vocabulary) {
  std::vector<std::string> tokens;
  tokens.reserve(static_cast<size_t>(vocabulary.size()));
  for (int32_t id = 0; id < vocabulary.size(); ++id) tokens.push_back(vocabulary.token(id));
  return tokens;
}

using Tokens = std::vector<std::string>;

const Tokens kWords = {"b", "a", "b", "é", "c", "a", "b", "z"};

}  // namespace

TEST_CASE("tokens are numbered by descending frequency, then bytewise") {
  const Vocabulary vocabulary = count(kWords).build(1, 0);
  CHECK(tokens_of(vocabulary) == Tokens{"<unk>", "<s>", "</s>", "b", "a", "c", "z", "é"});
  CHECK(vocabulary.size() == 8);
  CHECK(vocabulary.id("b") == 3);
  CHECK(vocabulary.id("é") == 7);
  CHECK(vocabulary.id("none") == kUnknown);
  CHECK(vocabulary.id("") == kUnknown);
}

TEST_CASE("rare tokens and those beyond the largest size are left out") {
  CHECK(tokens_of(count(kWords).build(2, 0)) == Tokens{"<unk>", "<s>", "</s>", "b", "a"});
  CHECK(tokens_of(count(kWords).build(1, 6)) == Tokens{"<unk>", "<s>", "</s>", "b", "a", "c"});
  CHECK(count(kWords).build(1, 8).size() == 8);
  CHECK(count(kWords).build(1, 9).size() == 8);
}

TEST_CASE("a vocabulary without a token says which option to change") {
  CHECK_THROWS_WITH(count(kWords).build(4, 0), Contains("4 times") && Contains("min-frequency"));
  CHECK_THROWS_WITH(count(kWords).build(1, 3), Contains("vocabulary-size"));
  CHECK_THROWS_WITH(count(kWords).build(1, -1), Contains("vocabulary-size"));
  CHECK_THROWS_WITH(count({}).build(1, 0), Contains("no tokens"));
}

TEST_CASE("text that spells a special symbol is not one") {
  const Vocabulary vocabulary = count({"</s>", "<s>", "<unk>", "</s>", "a"}).build(1, 0);
  CHECK(tokens_of(vocabulary) == Tokens{"<unk>", "<s>", "</s>", "a"});
  CHECK(vocabulary.id("</s>") == kUnknown);
  CHECK(vocabulary.id("<s>") == kUnknown);
  CHECK(vocabulary.id("<unk>") == kUnknown);
  CHECK_THROWS_WITH(count({"</s>"}).build(1, 0), Contains("no tokens"));
}

TEST_CASE("a copy of a vocabulary outlives the first") {
  auto first = std::make_unique<Vocabulary>(Tokens{"<unk>", "<s>", "</s>", "a"});
  const Vocabulary copy = *first;
  first.reset();
  CHECK(copy.id("a") == 3);
}

TEST_CASE("a vocabulary is made of valid tokens only") {
  CHECK_THROWS_WITH(Vocabulary({"<unk>", "<s>"}), Contains("expected </s> at id 2"));
  CHECK_THROWS_WITH(Vocabulary({"<s>", "<unk>", "</s>"}), Contains("expected <unk> at id 0"));
  CHECK_THROWS_WITH(Vocabulary({"<unk>", "<s>", "</s>", "a", "<s>"}), Contains("'<s>' repeated"));
  CHECK_THROWS_WITH(Vocabulary({"<unk>", "<s>", "</s>", ""}), Contains("empty token at id 3"));
  CHECK_THROWS_WITH(Vocabulary({"<unk>", "<s>", "</s>", "a\nb"}), Contains("line break"));
  CHECK_THROWS_AS(Vocabulary(Tokens{}), Error);
}

TEST_CASE("a saved vocabulary is one token a line and comes back the same") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "v.txt";
  const Vocabulary vocabulary({"<unk>", "<s>", "</s>", "a b", "\r", "ü\t"});
  vocabulary.save(path);
  CHECK(bytes_of(path) == "<unk>\n<s>\n</s>\na b\n\r\nü\t\n");
  CHECK(Vocabulary::load(path) == vocabulary);
  CHECK(Vocabulary::load(path).id("\r") == 4);
}

TEST_CASE("a vocabulary may have a byte order mark, lack its last line end or come from Windows") {
  const TemporaryFolder folder;
  const Tokens expected = {"<unk>", "<s>", "</s>", "a", "b"};
  CHECK(tokens_of(Vocabulary::load(folder.file("v", "<unk>\n<s>\n</s>\na\nb"))) == expected);
  CHECK(tokens_of(Vocabulary::load(folder.file("v", "<unk>\r\n<s>\r\n</s>\r\na\r\nb\r\n"))) ==
        expected);
  CHECK(tokens_of(Vocabulary::load(
            folder.file("v", "\xef\xbb\xbf<unk>\r\n<s>\r\n</s>\r\na\r\nb"))) == expected);
  CHECK(tokens_of(Vocabulary::load(folder.file("v", "\xef\xbb\xbf<unk>\n<s>\n</s>\na\nb\n"))) ==
        expected);
}

TEST_CASE("a bad vocabulary file is refused by name and line") {
  const TemporaryFolder folder;
  const auto message = [&](std::string_view bytes) {
    return [path = folder.file("v.txt", bytes)] { Vocabulary::load(path); };
  };
  const std::string head = "<unk>\n<s>\n</s>\n";
  CHECK_THROWS_WITH(message("")(), Contains("v.txt") && Contains("line 1"));
  CHECK_THROWS_WITH(message("the\nof\n")(), Contains("expected <unk> on line 1"));
  CHECK_THROWS_WITH(message("<unk>\n<s>\n")(), Contains("expected </s> on line 3"));
  CHECK_THROWS_WITH(message(head + "a\nb\na\n")(), Contains("'a' repeated") && Contains("line 6"));
  CHECK_THROWS_WITH(message(head + "</s>\n")(), Contains("line 4"));
  CHECK_THROWS_WITH(message(head + "a\n\nb\n")(), Contains("empty token on line 5"));
  CHECK_THROWS_WITH(message(head + "a\n\xff\n")(), Contains("UTF-8 on line 5"));
  CHECK_THROWS_WITH(message(head + std::string("a\0\n", 3))(), Contains("UTF-8 on line 4"));
  CHECK_THROWS_WITH(Vocabulary::load(folder.path() / "none"), Contains("none"));
}

}  // namespace alinea
