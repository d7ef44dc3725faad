#include "text/unicode.h"

#include <unicode/casemap.h>
#include <unicode/edits.h>
#include <unicode/locid.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <utf8.h>

#include "support/error.h"

namespace alinea {

std::string to_lower(std::string_view text) {
  std::string lower;
  icu::UnicodeString::fromUTF8({text.data(), static_cast<int32_t>(text.size())})
      .toLower(icu::Locale::getRoot())
      .toUTF8String(lower);
  return lower;
}

std::vector<size_t> origins_in_lower(std::string_view text) {
  std::string lower;
  icu::StringByteSink sink(&lower);
  icu::Edits edits;
  UErrorCode status = U_ZERO_ERROR;
  icu::CaseMap::utf8ToLower("", 0, {text.data(), static_cast<int32_t>(text.size())}, sink, &edits,
                            status);
  std::vector<size_t> origins;
  for (icu::Edits::Iterator edit = edits.getFineIterator(); edit.next(status);)
    for (int32_t byte = 0; byte < edit.newLength(); ++byte)
      origins.push_back(static_cast<size_t>(edit.sourceIndex() + (edit.hasChange() ? 0 : byte)));
  if (U_FAILURE(status)) throw Error("ICU cannot find lower-case letters: {}", u_errorName(status));
  return origins;
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
