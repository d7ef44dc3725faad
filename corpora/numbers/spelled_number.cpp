#include "numbers/spelled_number.h"

#include <fmt/format.h>
#include <unicode/rbnf.h>

#include <algorithm>

#include "support/error.h"

namespace alinea {
namespace {

// What a word stands for. Words with the same meaning in two languages translate each other.
enum Meaning : int { kUnits, kAnd, kTens, kHundreds, kHundredWord, kMeaningsOfAGroup };
constexpr int kThousandWord = 2 * kMeaningsOfAGroup;

// The meanings of a number's words in the order in which each language says them.
struct Layout {
  std::vector<int> german;
  std::vector<int> english;

  void add(int meaning) {
    german.push_back(meaning);
    english.push_back(meaning);
  }
};

// Lays out 0..999; first is the first meaning of its group, the thousands or the rest.
void lay_out_group(int64_t number, int first, Layout& layout) {
  if (number >= 100) {
    layout.add(first + kHundreds);
    layout.add(first + kHundredWord);
  }
  const int64_t rest = number % 100;
  if (rest > 20 && rest % 10 != 0) {
    const auto units = first + kUnits;
    const auto tens = first + kTens;
    layout.german.insert(layout.german.end(), {units, first + kAnd, tens});
    layout.english.insert(layout.english.end(), {tens, units});
  } else if (rest > 0) {
    layout.add(first + kUnits);
  }
}

Layout lay_out(int64_t number) {
  Layout layout;
  if (number >= 1000) {
    lay_out_group(number / 1000, kMeaningsOfAGroup, layout);
    layout.add(kThousandWord);
  }
  lay_out_group(number % 1000, 0, layout);
  if (number == 0) layout.add(kUnits);
  return layout;
}

bool is_and(int meaning) { return meaning != kThousandWord && meaning % kMeaningsOfAGroup == kAnd; }

std::vector<GoldLink> links_of(const Layout& layout) {
  std::vector<GoldLink> links;
  for (size_t i = 0; i < layout.german.size(); ++i) {
    const int meaning = layout.german[i];
    for (size_t j = 0; j < layout.english.size(); ++j) {
      const int other = layout.english[j];
      const bool joined =
          is_and(meaning) && (other == layout.german[i - 1] || other == layout.german[i + 1]);
      if (meaning == other || joined) {
        links.push_back({static_cast<int64_t>(i), static_cast<int64_t>(j), !joined});
      }
    }
  }
  return links;
}

std::vector<std::string> words_of(const icu::UnicodeString& text) {
  static const icu::UnicodeString kBoundaries = u" -\u00AD";
  std::vector<std::string> words(1);
  for (int32_t at = 0; at < text.length(); ++at) {
    if (kBoundaries.indexOf(text[at]) >= 0) {
      words.emplace_back();
    } else {
      icu::UnicodeString(text[at]).toUTF8String(words.back());
    }
  }
  return words;
}

}  // namespace

struct NumberSpeller::Rules {
  UErrorCode status = U_ZERO_ERROR;
  icu::RuleBasedNumberFormat german{icu::URBNF_SPELLOUT, icu::Locale::getGerman(), status};
  icu::RuleBasedNumberFormat english{icu::URBNF_SPELLOUT, icu::Locale::getEnglish(), status};
};

NumberSpeller::NumberSpeller() : rules_(std::make_unique<const Rules>()) {
  if (U_FAILURE(rules_->status)) {
    throw Error("ICU has no rules for spelling numbers in German and English: {}",
                u_errorName(rules_->status));
  }
}

NumberSpeller::~NumberSpeller() = default;

SpelledNumber NumberSpeller::spell(int64_t number) const {
  if (number < 0 || number > 999'999) {
    throw Error("expected a number from 0 to 999,999, got {}", number);
  }
  icu::UnicodeString german;
  icu::UnicodeString english;
  rules_->german.format(number, german);
  rules_->english.format(number, english);
  const Layout layout = lay_out(number);
  SpelledNumber spelled{words_of(german.toLower(icu::Locale::getGerman())),
                        words_of(english.toLower(icu::Locale::getEnglish())), links_of(layout)};
  if (spelled.german.size() != layout.german.size() ||
      spelled.english.size() != layout.english.size()) {
    throw Error("{} should have {} German and {} English words, but ICU spells it with {} and {}",
                number, layout.german.size(), layout.english.size(), spelled.german.size(),
                spelled.english.size());
  }
  return spelled;
}

std::string pharaoh(const std::vector<GoldLink>& links) {
  std::string line;
  for (const GoldLink& link : links) {
    line += fmt::format("{}{}{}{}", line.empty() ? "" : " ", link.source, link.sure ? '-' : '?',
                        link.target);
  }
  return line;
}

}  // namespace alinea
