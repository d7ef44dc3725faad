// Words, numbers, signs: what Unicode's word boundaries (UAX 29) cut a line into, ICU's
// dictionaries included for languages that write no spaces. White space is left out; where there
// was none between two tokens, a joiner says so, as OpenNMT's joiner annotation does:
//
//   Well, "co-operate" (5%)!   ->   Well ￭, "￭ co ￭-￭ operate ￭" (￭ 5 ￭% ￭) ￭!
//
// A joiner stands on a sign rather than on a word, and on the second of two of a kind. Tokens
// joined again are the line with a single space for each run of white space, and none at its ends.
#pragma once

#include <memory>
#include <string_view>

#include "text/tokenizer.h"

namespace alinea {

inline constexpr std::string_view kJoiner = "\uffed";         // ￭
inline constexpr std::string_view kEscapedJoiner = "％FFED";  // a joiner of the text

std::unique_ptr<Tokenizer> make_icu_tokenizer();

}  // namespace alinea
