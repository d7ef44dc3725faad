#include "metrics/bleu_tokenizer.h"

#include <unicode/uscript.h>
#include <utf8.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "metrics/tokenize_13a.h"
#include "metrics/tokenize_intl.h"
#include "metrics/whitespace.h"
#include "support/name_table.h"
#include "support/utf8.h"

namespace alinea {

namespace {

const NameTable<BleuTokenizer> kTokenizers("tokenisation for BLEU", {{"none", BleuTokenizer::kNone},
                                                                     {"13a", BleuTokenizer::k13a},
                                                                     {"char", BleuTokenizer::kChar},
                                                                     {"intl", BleuTokenizer::kIntl},
                                                                     {"zh", BleuTokenizer::kZh}});

constexpr size_t kLongestNgram = 4;  // words that BLEU's longest n-gram has

std::string part_characters(std::string_view text) {
  std::string spaced;
  for (const std::string_view character : code_points(text)) spaced.append(character) += ' ';
  return spaced;
}

// Letters by how their scripts part words.
struct Letters {
  int64_t chinese = 0, kana = 0, other_unspaced = 0, spaced = 0;
  int64_t words = 0;  // between white space

  int64_t unspaced() const { return chinese + kana + other_unspaced; }
  bool are_unspaced() const { return unspaced() > spaced; }
  bool are_chinese() const { return are_unspaced() && chinese > 10 * kana && chinese > spaced; }
};

void count(char32_t point, Letters& letters) {
  UErrorCode status = U_ZERO_ERROR;
  switch (uscript_getScript(static_cast<UChar32>(point), &status)) {
    case USCRIPT_HAN:
    case USCRIPT_BOPOMOFO:
      ++letters.chinese;
      break;
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
      ++letters.kana;
      break;
    case USCRIPT_THAI:
    case USCRIPT_LAO:
    case USCRIPT_KHMER:
    case USCRIPT_MYANMAR:
    case USCRIPT_TIBETAN:
      ++letters.other_unspaced;
      break;
    case USCRIPT_COMMON:
    case USCRIPT_INHERITED:
    case USCRIPT_UNKNOWN:
      break;
    default:
      ++letters.spaced;
  }
}

Letters letters_of(const References& references) {
  Letters letters;
  for (const std::vector<std::string>& lines : references) {
    for (const std::string& line : lines) {
      letters.words += std::ssize(split_words(line));
      for (auto at = line.begin(); at != line.end();) count(utf8::next(at, line.end()), letters);
    }
  }
  return letters;
}

// Words of languages without spaces are shorter on average.
bool is_unsegmented(const Letters& letters) {
  constexpr int64_t kLongWord = 8;
  return letters.are_unspaced() && letters.unspaced() > kLongWord * letters.words;
}

bool needs_spaces(BleuTokenizer tokenizer) {
  return tokenizer != BleuTokenizer::kChar && tokenizer != BleuTokenizer::kZh;
}

}  // namespace

std::vector<std::string> bleu_tokenizer_names() { return kTokenizers.names(); }

std::string_view name_of(BleuTokenizer tokenizer) { return kTokenizers.name_of(tokenizer); }

BleuTokenizer bleu_tokenizer_from_name(std::string_view name) { return kTokenizers[name]; }

std::string tokenize(BleuTokenizer tokenizer, std::string_view text) {
  switch (tokenizer) {
    case BleuTokenizer::k13a:
      return tokenize_13a(strip_end(text));
    case BleuTokenizer::kChar:
      return part_characters(text);
    case BleuTokenizer::kIntl:
      return tokenize_intl(strip_end(text));
    case BleuTokenizer::kZh:
      return tokenize_zh(text);
    case BleuTokenizer::kNone:
      break;
  }
  return std::string(text);
}

BleuTokenizer suited_tokenizer(const References& references) {
  const Letters letters = letters_of(references);
  if (letters.are_chinese()) return BleuTokenizer::kZh;
  return letters.are_unspaced() ? BleuTokenizer::kChar : BleuTokenizer::k13a;
}

bool lacks_four_words(BleuTokenizer tokenizer, const References& references) {
  return std::ranges::all_of(references, [=](const std::vector<std::string>& lines) {
    return std::ranges::all_of(lines, [=](const std::string& line) {
      return split_words(tokenize(tokenizer, line)).size() < kLongestNgram;
    });
  });
}

std::string objection_to(BleuTokenizer tokenizer, const References& references) {
  if (needs_spaces(tokenizer) && is_unsegmented(letters_of(references)))
    return "takes whole phrases for words, since the references have no spaces between words";
  if (lacks_four_words(tokenizer, references))
    return "is 0 even for perfect translations, since no reference has four words";
  return {};
}

}  // namespace alinea
