#include "metrics/tokenize_13a.h"

#include <fmt/format.h>

#include <boost/algorithm/string/replace.hpp>

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

struct Gaps {
  std::string_view before, after;
};

// Puts a space between the neighbours that match, and `gaps` around them. From left to right and
// without overlap, like a regular expression: what ended one match cannot begin the next.
template <typename Matches>
std::string part_neighbours(std::string_view text, Gaps gaps, Matches matches) {
  std::string parted;
  for (size_t i = 0; i < text.size(); ++i) {
    if (i + 1 == text.size() || !matches(text[i], text[i + 1])) {
      parted += text[i];
      continue;
    }
    parted.append(gaps.before).append({text[i], ' ', text[i + 1]}).append(gaps.after);
    ++i;
  }
  return parted;
}

}  // namespace

std::string tokenize_13a(std::string_view text) {
  // The spaces around the line give its first and last character a neighbour.
  std::string line = isolate_punctuation(fmt::format(" {} ", undo_markup(text)));
  line = part_neighbours(line, {"", " "},
                         [](char left, char right) { return !is_digit(left) && is_stop(right); });
  line = part_neighbours(line, {" ", ""},
                         [](char left, char right) { return is_stop(left) && !is_digit(right); });
  return part_neighbours(line, {"", " "},
                         [](char left, char right) { return is_digit(left) && right == '-'; });
}

}  // namespace alinea
