#include "libreoffice/word_breaker.h"

#include <unicode/brkiter.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include "support/error.h"

namespace alinea {
namespace {

void check(UErrorCode status, const std::string& what) {
  if (U_FAILURE(status)) throw Error("ICU cannot {}: {}", what, u_errorName(status));
}

// Without what nobody sees; line breaks and tabs are seen, as white space.
icu::UnicodeString visible(const icu::UnicodeString& text) {
  icu::UnicodeString kept;
  for (int32_t at = 0; at < text.length(); at = text.moveIndex32(at, 1)) {
    const UChar32 point = text.char32At(at);
    const bool hidden = u_charType(point) == U_FORMAT_CHAR || u_charType(point) == U_CONTROL_CHAR;
    if (u_isUWhiteSpace(point)) {
      kept.append(u' ');
    } else if (!hidden) {
      kept.append(point);
    }
  }
  return kept;
}

}  // namespace

struct WordBreaker::Rules {
  UErrorCode status = U_ZERO_ERROR;
  icu::Locale locale;
  const icu::Normalizer2* nfc = nullptr;
  std::unique_ptr<icu::BreakIterator> words;
};

WordBreaker::WordBreaker(const std::string& language) : rules_(std::make_unique<Rules>()) {
  rules_->locale = icu::Locale(language.c_str());
  rules_->nfc = icu::Normalizer2::getNFCInstance(rules_->status);
  rules_->words.reset(icu::BreakIterator::createWordInstance(rules_->locale, rules_->status));
  check(rules_->status, "find the words of language '" + language + "'");
}

WordBreaker::~WordBreaker() = default;

std::string WordBreaker::tokenize(std::string_view text) {
  const auto utf16 = icu::UnicodeString::fromUTF8({text.data(), static_cast<int32_t>(text.size())});
  icu::UnicodeString line = rules_->nfc->normalize(visible(utf16), rules_->status);
  check(rules_->status, "normalise text");
  line.toLower(rules_->locale);

  icu::BreakIterator& words = *rules_->words;
  words.setText(line);
  std::string tokens;
  int32_t begin = words.first();
  for (int32_t end = words.next(); end != icu::BreakIterator::DONE; end = words.next()) {
    const icu::UnicodeString word = line.tempSubStringBetween(begin, end);
    begin = end;
    if (u_isUWhiteSpace(word.char32At(0))) continue;
    if (!tokens.empty()) tokens += ' ';
    word.toUTF8String(tokens);
  }
  return tokens;
}

}  // namespace alinea
