// What BLEU takes for a word: the tokenisations of sacreBLEU 2 that need no dictionary.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/references.h"

namespace alinea {

enum class BleuTokenizer {
  kNone,  // text is tokenised already: words stand between white space
  k13a,   // mteval-v13a, sacreBLEU's default: for Western text as people write it
  kChar,  // every character is a word
  kIntl,  // mteval-v14's --international-tokenization: by Unicode's punctuation and symbols
  kZh,    // every Chinese character is a word, what stands between them is cut as by 13a
};

// "none", "13a", "char", "intl", "zh".
std::vector<std::string> bleu_tokenizer_names();
std::string_view name_of(BleuTokenizer tokenizer);
// Throws UsageError that lists the names for any other.
BleuTokenizer bleu_tokenizer_from_name(std::string_view name);

// `text`, well-formed UTF-8, with its tokens set apart by white space. White space at the end does
// not count.
std::string tokenize(BleuTokenizer tokenizer, std::string_view text);

// The tokenisation that suits the script of the references: zh for Chinese, char for other text
// that has no spaces between its words (Japanese, Thai, Lao, Khmer, Burmese, Tibetan), else 13a.
BleuTokenizer suited_tokenizer(const References& references);

// Why BLEU by this tokenisation says little or nothing of translations with these references, to go
// on with after "BLEU by 13a "; empty where nothing speaks against it.
std::string objection_to(BleuTokenizer tokenizer, const References& references);

// Whether no reference has the four words without which BLEU is 0 for a translation that is right.
bool lacks_four_words(BleuTokenizer tokenizer, const References& references);

}  // namespace alinea
