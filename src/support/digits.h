#pragma once

#include <algorithm>
#include <string_view>

namespace alinea {

// Whether a text is decimal digits alone, at least one.
inline bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace alinea
