#include "support/terminal.h"

#include <catch2/catch.hpp>
#include <sstream>

namespace alinea {

TEST_CASE("what steers a terminal is shown as an escape, and all else as it is") {
  CHECK(printable("") == "");
  CHECK(printable("Größe: 日本 \U0001F600\ta\n") == "Größe: 日本 \U0001F600\ta\n");
  CHECK(printable("a\x1b[2Jb") == "a\\x1b[2Jb");
  CHECK(printable("a\x7f"
                  "b") == "a\\x7fb");
  CHECK(printable("a\rb\bc") == "a\\x0db\\x08c");
  CHECK(printable(std::string_view("a\0b", 3)) == "a\\x00b");
  CHECK(printable("a\u009bb") == "a\\x9bb");  // CSI in one character
  CHECK(printable("a\u202eb\u2066c") == "a\\u202eb\\u2066c");
  CHECK(printable("\u200e\u200f\u061c\u2028\u2069") == "\\u200e\\u200f\\u061c\\u2028\\u2069");
  CHECK(printable("\u200d\u200b") == "\u200d\u200b");  // joiners are letters' business
  CHECK(printable("\U000e0041") == "\\U000e0041");
}

TEST_CASE("bytes that are not UTF-8 are shown one by one") {
  CHECK(printable("a\xff\xc3") == "a\\xff\\xc3");
  CHECK(printable("\xed\xa0\x80z") == "\\xed\\xa0\\x80z");
}

TEST_CASE("a printable buffer lets through only the sequences that are meant") {
  std::stringbuf terminal;
  PrintableBuffer buffer(terminal);
  std::ostream out(&buffer);
  out << "a\x7f" << 'b' << '\x1b' << 17;
  put_control(out, "\x1b[K");
  CHECK(terminal.str() == "a\\x7fb\\x1b17\x1b[K");
  std::ostringstream plain;
  put_control(plain, "\r");
  CHECK(plain.str() == "\r");
}

}  // namespace alinea
