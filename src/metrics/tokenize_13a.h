// The tokenizer "13a" of sacreBLEU, which is that of NIST's mteval-v13a.pl for Western languages,
// and "zh", which uses it for what is not Chinese.
#pragma once

#include <string>
#include <string_view>

namespace alinea {

// `text` with its tokens set apart by white space, sometimes more than one space.
// ASCII punctuation stands alone, but an apostrophe never, a period or comma not between digits,
// and a hyphen only after a digit. Four XML entities are undone, "<skipped>" is dropped and a
// hyphen at the end of a line joins it to the next.
std::string tokenize_13a(std::string_view text);

// The same for Chinese text, well-formed UTF-8: every Chinese character and much of what Unicode
// has as punctuation and symbols stand alone. Entities and <skipped> stay as they are, and a period
// or comma at either end of the text stays with its neighbour where that is no such character.
std::string tokenize_zh(std::string_view text);

}  // namespace alinea
