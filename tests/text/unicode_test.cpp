#include "text/unicode.h"

#include <catch2/catch.hpp>

namespace alinea {

TEST_CASE("lower case is Unicode's, not ASCII's") {
  CHECK(to_lower("Über GROẞE Ärzte, ΟΔΟΣ 4 Ǆ").find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") ==
        std::string::npos);
  CHECK(to_lower("Über GROẞE Ärzte, ΟΔΟΣ 4 Ǆ") == "über große ärzte, οδος 4 ǆ");
  CHECK(to_lower("I") == "i");  // in every locale
  CHECK(to_lower("").empty());
}

TEST_CASE("white space is Unicode's") {
  for (const char32_t space : {U' ', U'\t', U'\r', U'\u0085', U'\u00a0', U'\u2028', U'\u3000'})
    CHECK(is_white_space(space));
  for (const char32_t other : {U'a', U'\u200b', U'\u2060', U'\ufeff', U'\u0301'})
    CHECK_FALSE(is_white_space(other));
}

TEST_CASE("text is trimmed of Unicode's white space at both ends") {
  CHECK(trimmed(" \t a b\u00a0\u3000") == "a b");
  CHECK(trimmed("\u2003é") == "é");
  CHECK(trimmed("é").size() == 2);
  CHECK(trimmed(" \u00a0\t").empty());
  CHECK(trimmed("").empty());
}

}  // namespace alinea
