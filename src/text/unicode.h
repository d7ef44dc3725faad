// Unicode's rules for text, in the root locale; ICU has them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace alinea {

// text is valid UTF-8.
std::string to_lower(std::string_view text);

// Where in the text the code point stands that became each byte of to_lower(text).
std::vector<size_t> origins_in_lower(std::string_view text);

// text without white space at its ends; it is valid UTF-8.
std::string_view trimmed(std::string_view text);

// A code point of Unicode's property White_Space.
bool is_white_space(char32_t point);

}  // namespace alinea
