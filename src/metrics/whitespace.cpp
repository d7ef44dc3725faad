#include "metrics/whitespace.h"

#include <unicode/uchar.h>
#include <utf8.h>

namespace alinea {

namespace {

// Python counts the four information separators in, Unicode's White_Space property does not.
bool is_space(char32_t point) {
  return (point >= 0x1C && point <= 0x1F) || u_isUWhiteSpace(static_cast<UChar32>(point));
}

}  // namespace

std::vector<std::string_view> split_words(std::string_view text) {
  std::vector<std::string_view> words;
  auto word = text.begin();
  for (auto next = text.begin(); next != text.end();) {
    const auto here = next;
    if (!is_space(utf8::next(next, text.end()))) continue;
    if (word != here) words.emplace_back(word, here);
    word = next;
  }
  if (word != text.end()) words.emplace_back(word, text.end());
  return words;
}

std::string_view strip_end(std::string_view text) {
  const auto words = split_words(text);
  if (words.empty()) return {};
  return {text.begin(), words.back().end()};
}

std::string_view strip(std::string_view text) {
  const auto words = split_words(text);
  if (words.empty()) return {};
  return {words.front().begin(), words.back().end()};
}

}  // namespace alinea
