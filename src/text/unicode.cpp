#include "text/unicode.h"

#include <unicode/locid.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <utf8.h>

namespace alinea {

std::string to_lower(std::string_view text) {
  std::string lower;
  icu::UnicodeString::fromUTF8({text.data(), static_cast<int32_t>(text.size())})
      .toLower(icu::Locale::getRoot())
      .toUTF8String(lower);
  return lower;
}

std::string_view trimmed(std::string_view text) {
  const char *begin = text.data(), *end = begin + text.size();
  for (const char* next = begin; begin < end && is_white_space(utf8::next(next, end));)
    begin = next;
  for (const char* last = end; begin < end && is_white_space(utf8::prior(last, begin));) end = last;
  return {begin, end};
}

bool is_white_space(char32_t point) { return u_isUWhiteSpace(static_cast<UChar32>(point)) != 0; }

}  // namespace alinea
