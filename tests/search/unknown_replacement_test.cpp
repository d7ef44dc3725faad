#include "search/unknown_replacement.h"

#include <catch2/catch.hpp>

#include "storage/temporary_folder.h"
#include "support/error.h"

namespace alinea {
namespace {

const std::vector<std::string> kSource = {"eins", "zwei", "drei"};

std::string replaced(const UnknownReplacement& replacement, const std::vector<float>& weights) {
  return replacement(kSource, weights);
}

TEST_CASE("the word with the largest weight stands for <unk>, </s> never") {
  const UnknownReplacement copies;
  CHECK(replaced(copies, {0.2F, 0.5F, 0.3F, 0}) == "zwei");
  CHECK(replaced(copies, {0.1F, 0, 0.2F, 0.7F}) == "drei");
  CHECK(replaced(copies, {0.4F, 0.4F, 0.1F, 0.1F}) == "eins");
}

TEST_CASE("nothing stands for <unk> where no word has any weight") {
  const UnknownReplacement copies;
  CHECK(replaced(copies, {0, 0, 0, 0}).empty());
  CHECK(replaced(copies, {0, 0, 0, 1}).empty());
  CHECK(copies({}, std::vector<float>{1}).empty());
}

TEST_CASE("a dictionary says what words are replaced by") {
  const TemporaryFolder folder;
  const UnknownReplacement replacement(
      folder.file("dictionary",
                  "\xef\xbb\xbf"
                  "zwei ||| a two\r\nzwei|||never\r\ndrei|||three"));
  CHECK(replaced(replacement, {0, 1, 0, 0}) == "a two");
  CHECK(replaced(replacement, {0, 0, 1, 0}) == "three");
  CHECK(replaced(replacement, {1, 0, 0, 0}) == "eins");
  CHECK(replaced(replacement, {0, 0, 0, 0}).empty());
}

}  // namespace
}  // namespace alinea
