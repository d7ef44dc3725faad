#include "metrics/tokenize_13a.h"

#include <fmt/format.h>
#include <utf8.h>

#include <algorithm>
#include <boost/algorithm/string/replace.hpp>

#include "metrics/neighbours.h"
#include "metrics/whitespace.h"
#include "support/utf8.h"

namespace alinea {

namespace {

// All rules speak of ASCII alone, so that bytes do where the original looks at code points: no
// byte of a longer sequence is a digit or punctuation.
bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

bool is_stop(char byte) { return byte == '.' || byte == ','; }

bool always_stands_alone(char byte) {
  return byte >= '!' && byte <= '~' && !is_digit(byte) && !(byte >= 'A' && byte <= 'Z') &&
         !(byte >= 'a' && byte <= 'z') && !is_stop(byte) && byte != '-' && byte != '\'';
}

std::string undo_markup(std::string_view text) {
  std::string plain(text);
  boost::replace_all(plain, "<skipped>", "");
  boost::replace_all(plain, "-\n", "");
  boost::replace_all(plain, "\n", " ");
  boost::replace_all(plain, "&quot;", "\"");
  boost::replace_all(plain, "&amp;", "&");
  boost::replace_all(plain, "&lt;", "<");
  boost::replace_all(plain, "&gt;", ">");
  return plain;
}

std::string isolate_punctuation(std::string_view text) {
  std::string spaced;
  for (const char byte : text) {
    if (always_stands_alone(byte)) {
      spaced.append({' ', byte, ' '});
    } else {
      spaced += byte;
    }
  }
  return spaced;
}

// What 13a and zh have in common.
std::string part_punctuation(std::string_view text) {
  std::string line = isolate_punctuation(text);
  line = part_neighbours<char>(line, Outside::kBehind, [](char left, char right) {
    return !is_digit(left) && is_stop(right);
  });
  line = part_neighbours<char>(line, Outside::kBefore, [](char left, char right) {
    return is_stop(left) && !is_digit(right);
  });
  return part_neighbours<char>(
      line, Outside::kBehind, [](char left, char right) { return is_digit(left) && right == '-'; });
}

struct Range {
  char32_t first, last;
};

// sacreBLEU means U+20000 to U+2A6D6 and U+2F800 to U+2FA1D too, but writes them with four digits
// and one more character. What Python makes of that is U+2001 to U+2A6D and U+2F81 to U+2FA1:
// dashes, quotation marks, arrows and box drawings stand alone, rare ideographs do not.
constexpr Range kChinese[] = {
    {0x2001, 0x2A6D}, {0x2E80, 0x2EFF}, {0x2F00, 0x2FDF}, {0x2FF0, 0x2FFF}, {0x3000, 0x303F},
    {0x3100, 0x312F}, {0x31A0, 0x31BF}, {0x31C0, 0x31EF}, {0x3200, 0x33FF}, {0x3400, 0x4DB5},
    {0x4E00, 0x9FBB}, {0xF900, 0xFA2D}, {0xFA30, 0xFA6A}, {0xFA70, 0xFAD9}, {0xFE10, 0xFE1F},
    {0xFE30, 0xFE4F}, {0xFF00, 0xFFEF}};

bool is_chinese(char32_t point) {
  return std::ranges::any_of(
      kChinese, [=](const Range& range) { return point >= range.first && point <= range.last; });
}

}  // namespace

std::string tokenize_13a(std::string_view text) {
  // The spaces around the line give its first and last character a neighbour.
  return part_punctuation(fmt::format(" {} ", undo_markup(text)));
}

std::string tokenize_zh(std::string_view text) {
  std::string spaced;
  for (const std::string_view character : code_points(strip(text))) {
    const bool alone = is_chinese(utf8::peek_next(character.begin(), character.end()));
    if (alone) spaced += ' ';
    spaced += character;
    if (alone) spaced += ' ';
  }
  return part_punctuation(spaced);
}

}  // namespace alinea
