// Words, numbers, signs: what Unicode's word boundaries (UAX 29) cut a line into, ICU's
// dictionaries included for languages that write no spaces. White space is left out; where there
// was none between two tokens, a joiner says so, as OpenNMT's joiner annotation does:
//
//   Well, "co-operate" (5%)!   ->   Well ￭, "￭ co ￭-￭ operate ￭" (￭ 5 ￭% ￭) ￭!
//
// A joiner stands on a sign rather than on a word, and on the second of two of a kind. Tokens
// joined again are the line with a single space for each run of white space, and none at its ends.
//
// A symbol of the user's is a token of its own wherever the text spells it; joiners stand beside
// it, never on it, and between two of them a joiner is a token:
//
//   <num>% of <num><url>   ->   <num> ￭% of <num> ￭ <url>
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "text/tokenizer.h"

namespace alinea {

inline constexpr std::string_view kJoiner = "\uffed";         // ￭
inline constexpr std::string_view kEscapedJoiner = "％FFED";  // a joiner of the text

// Symbols: none is empty; where several begin at one place the longest counts.
std::unique_ptr<Tokenizer> make_icu_tokenizer(std::vector<std::string> symbols = {});

// With the symbols in `<stem>.symbols.txt`, one on each line, if there is such a file.
std::unique_ptr<Tokenizer> load_icu_tokenizer(const std::filesystem::path& stem);

}  // namespace alinea
