#include "metrics/whitespace.h"

#include <catch2/catch.hpp>
#include <string>

namespace alinea {

using Words = std::vector<std::string_view>;

TEST_CASE("words stand between all that Unicode calls white space") {
  CHECK(split_words("  ein\tHund\n ") == Words{"ein", "Hund"});
  CHECK(split_words("a\u00A0b\u3000c\u2028d\u0085e") == Words{"a", "b", "c", "d", "e"});
  CHECK(split_words("").empty());
  CHECK(split_words(" \u2003 ").empty());
}

TEST_CASE("the information separators are white space, as in Python") {
  CHECK(split_words("a\x1c"
                    "b\x1f"
                    "c") == Words{"a", "b", "c"});
}

TEST_CASE("zero-width characters are no white space") {
  CHECK(split_words("a\u200Bb \uFEFFc") == Words{"a\u200Bb", "\uFEFFc"});
}

TEST_CASE("only the end of a text is stripped") {
  CHECK(strip_end(" un été \u00A0\n") == " un été");
  CHECK(strip_end("été") == "été");
  CHECK(strip_end(" \t").empty());
  CHECK(strip_end("").empty());
}

}  // namespace alinea
