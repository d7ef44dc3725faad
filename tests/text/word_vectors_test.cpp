#include "text/word_vectors.h"

#include <catch2/catch.hpp>
#include <string>

#include "storage/temporary_folder.h"
#include "support/error.h"
#include "text/gzip.h"

namespace alinea {

using Catch::Matchers::Contains;

namespace {

const Vocabulary& animals() {
  static const Vocabulary vocabulary({"<unk>", "<s>", "</s>", "cat", "öl", "dog"});
  return vocabulary;
}

WordVectors read_vectors(const std::string& bytes, int64_t size = 3) {
  const TemporaryFolder folder;
  return read_word_vectors(folder.file("vectors", bytes), animals(), size);
}

void check_refused(const std::string& bytes, const std::vector<std::string>& words) {
  CAPTURE(bytes);
  for (const std::string& word : words) CHECK_THROWS_WITH(read_vectors(bytes), Contains(word));
  CHECK_THROWS_AS(read_vectors(bytes), Error);
}

void check_animals(const WordVectors& vectors) {
  CHECK(vectors.size == 3);
  CHECK(vectors.ids == std::vector<int32_t>{5, 3});
  CHECK(vectors.values == std::vector<float>{0.5F, -1, 2e-3F, 0, 4, 5.25F});
  CHECK(vectors.vector(1)[2] == 5.25F);
}

}  // namespace

const std::string kAnimals =
    "4 3\n"
    "</s> 9 9 9\n"
    "dog 0.5 -1 2e-3 \n"
    "horse 7 7 7\r\n"
    "cat\t0  4 5.25\n";

TEST_CASE("word vectors are those of the vocabulary's words, in the file's order") {
  check_animals(read_vectors(kAnimals));
  check_animals(read_vectors("\xef\xbb\xbf" + kAnimals));
}

TEST_CASE("word vectors may be gzipped") { check_animals(read_vectors(gzip(kAnimals))); }

TEST_CASE("of a word that comes twice the first vector counts") {
  const WordVectors vectors = read_vectors("3 3\nöl 1 2 3\ncat 4 5 6\nöl 7 8 9\n");
  CHECK(vectors.ids == std::vector<int32_t>{4, 3});
  CHECK(vectors.values == std::vector<float>{1, 2, 3, 4, 5, 6});
}

TEST_CASE("numbers too small for a float are 0") {
  CHECK(read_vectors("1 3\ncat 1e-60 0 0\n").values == std::vector<float>{0, 0, 0});
}

TEST_CASE("word vectors of another size are refused with both sizes") {
  check_refused("1 4\ncat 1 2 3 4\n", {"vectors', line 1", "have 4", "has 3", "embedding-size 4"});
}

TEST_CASE("vectors need no first line that counts them") {
  const WordVectors vectors = read_vectors("cat 1 2 3\nhorse 7 7 7\ndog 4 5 6\n");
  CHECK(vectors.ids == std::vector<int32_t>{3, 5});
  CHECK(vectors.values == std::vector<float>{1, 2, 3, 4, 5, 6});
  CHECK(read_vectors("\xef\xbb\xbf"
                     "cat 1 2 3\r\n, 7 7 7\r\ndog 4 5 6")
            .values == vectors.values);
}

TEST_CASE("a first line that is neither a count nor a vector is refused") {
  for (const char* first : {"3\n", "-1 3\n", "1 0\n", "1 3.0\n", "\n", "cat 1 x\n"})
    check_refused(first, {"vectors', line 1"});
  check_refused("", {"found nothing"});
}

TEST_CASE("a first vector of another size is refused with both sizes") {
  check_refused("cat 1 2 3 4\n", {"line 1", "have 4", "has 3", "embedding-size 4"});
  check_refused("cat 1 2\n", {"line 1", "have 2", "has 3", "embedding-size 2"});
}

TEST_CASE("rows with too few numbers are refused, and known words with too many") {
  check_refused("2 3\ndog 1 2 3\ncat 1 2 3 4\n", {"line 3", "found 5 fields"});
  check_refused("2 3\ncat 1 2 3\nhorse 1 2\n", {"vectors', line 3", "3 numbers", "found 3 fields"});
  check_refused("1 3\ncat 1 2 3\n\n", {"line 3", "found 0 fields"});
  check_refused("1 3\n 1 2 3\n", {"line 2", "found 3 fields"});
}

TEST_CASE("words with spaces are left out and counted") {
  for (const char* head : {"", "4 3\n"}) {
    const WordVectors vectors =
        read_vectors(head + std::string(". . . 9 9 9\ncat 1 2 3\ncat sat 8 8 8\ndog 4 5 6\n"));
    CHECK(vectors.ids == std::vector<int32_t>{3, 5});
    CHECK(vectors.values == std::vector<float>{1, 2, 3, 4, 5, 6});
    CHECK(vectors.with_spaces == 2);
  }
}

TEST_CASE("what is no finite number is refused") {
  for (const char* bad : {"nan", "NaN", "-inf", "1e39", "1e400", "1,5", "0x1", "2.5x", "--1"})
    check_refused("2 3\ndog 1 2 3\ncat 1 " + std::string(bad) + " 3\n",
                  {"vectors', line 3", "expected a number, found '" + std::string(bad) + "'"});
}

TEST_CASE("a file with more or fewer vectors than it says is refused") {
  check_refused("3 3\ncat 1 2 3\ndog 1 2 3\n", {"announces 3", "has 2", "is it complete?"});
  check_refused("1 3\ncat 1 2 3\ndog 1 2 3\n", {"announces 1", "has 2"});
}

TEST_CASE("a file with no word of the vocabulary is refused") {
  check_refused("2 3\nCat 1 2 3\n<unk> 1 2 3\n", {"any of the 6 words", "lower case"});
  check_refused("0 3\n", {"any of the 6 words"});
}

TEST_CASE("word vectors that cannot be read_vectors are refused by name") {
  CHECK_THROWS_WITH(read_word_vectors("none.vec", animals(), 3),
                    Contains("'none.vec'") && Contains("No such"));
  check_refused("1 3\ncat \xff 2 3\n", {"line 2", "not UTF-8"});
  check_refused(gzip(kAnimals).substr(0, 20), {"damaged or truncated"});
}

}  // namespace alinea
