#include "aligner/cognates.h"

#include <catch2/catch.hpp>

namespace alinea {

TEST_CASE("the common subsequence ratio is that of the longest one") {
  const auto ratio = [](const char* a, const char* b) {
    return common_subsequence_ratio(Spelling(a), Spelling(b));
  };
  CHECK(ratio("colour", "couleur") == Approx(5.0 / 7));
  CHECK(ratio("couleur", "colour") == Approx(5.0 / 7));
  CHECK(ratio("abc", "xyz") == 0);
  CHECK(ratio("été", "été") == 1);
  CHECK(ratio("é", "e") == 0);
  CHECK(ratio("", "a") == 0);
  CHECK(ratio("", "") == 0);
}

TEST_CASE("cognates are equal words, and long words that share most letters") {
  const auto cognates = [](const char* a, const char* b) {
    return are_cognates(Spelling(a), Spelling(b));
  };
  CHECK(cognates("1984", "1984"));
  CHECK(cognates("a", "a"));
  CHECK(cognates("government", "gouvernement"));
  CHECK_FALSE(cognates("les", "le"));  // too short
  CHECK_FALSE(cognates("house", "maison"));
  CHECK_FALSE(cognates("abcdefgxyz", "abcde"));  // half of the letters
}

}  // namespace alinea
