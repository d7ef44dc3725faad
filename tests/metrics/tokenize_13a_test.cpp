#include "metrics/tokenize_13a.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <catch2/catch.hpp>

#include "metrics/whitespace.h"

namespace alinea {

namespace {

std::string tokens(std::string_view text) {
  const std::string spaced = tokenize_13a(text);
  return fmt::format("{}", fmt::join(split_words(spaced), " "));
}

}  // namespace

TEST_CASE("13a sets punctuation apart") {
  CHECK(tokens("Hello, world!") == "Hello , world !");
  CHECK(tokens("(a) [b] {c} <d>") == "( a ) [ b ] { c } < d >");
  CHECK(tokens("\"x\" #$%& *+ / :; =?@ \\ ^_` |~") ==
        "\" x \" # $ % & * + / : ; = ? @ \\ ^ _ ` | ~");
  CHECK(tokens("A.B") == "A . B");
  CHECK(tokens("Ende.") == "Ende .");
  CHECK(tokens("...") == ". . .");
}

TEST_CASE("13a keeps apostrophes and hyphens in words") {
  CHECK(tokens("don't well-known 'tis -") == "don't well-known 'tis -");
}

TEST_CASE("13a splits a period or comma unless it stands between digits") {
  CHECK(tokens("3.5 1,000.25") == "3.5 1,000.25");
  CHECK(tokens("3. 5 .5 x,5 5,x") == "3 . 5 . 5 x , 5 5 , x");
  CHECK(tokens("1.,2") == "1 . , 2");
}

TEST_CASE("13a matches without overlap, like the regular expressions it is defined by") {
  // "a." is taken first, so that ".5" is left alone by the rule for a stop after no digit...
  CHECK(tokens("a..5") == "a . .5");
  CHECK(tokens("5..5") == "5 . . 5");
  CHECK(tokens("1--2") == "1 - -2");
}

TEST_CASE("13a splits a hyphen after a digit alone") {
  CHECK(tokens("2-3 F-16 16-bit") == "2 - 3 F-16 16 - bit");
}

TEST_CASE("13a undoes markup, in mteval's order") {
  CHECK(tokens("&quot;A&amp;B&quot; &lt;c&gt;") == "\" A & B \" < c >");
  CHECK(tokens("&amp;lt;") == "<");
  CHECK(tokens("&apos;") == "& apos ;");
  CHECK(tokens("a<skipped>b") == "ab");
  CHECK(tokens("auf-\nhören und\nsehen") == "aufhören und sehen");
}

TEST_CASE("13a leaves all beyond ASCII as it is") {
  CHECK(tokens("„Ärger“, 5\u2013\u00DF 日本。") == "„Ärger“ , 5\u2013\u00DF 日本。");
  CHECK(tokens("é.5 ٣.٤") == "é . 5 ٣ . ٤");  // only ASCII digits are digits
  CHECK(tokens("").empty());
}

}  // namespace alinea
