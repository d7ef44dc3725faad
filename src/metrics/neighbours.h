// The regular expressions of sacreBLEU's tokenisations, which set two neighbours apart.
#pragma once

#include <string>
#include <string_view>

namespace alinea {

enum class Outside { kBefore, kBehind };

// Puts a space between the neighbours that match, and one more on one side of the two. From left to
// right and without overlap, like a regular expression: what ended one match cannot begin the next.
template <typename Char, typename Matches>
std::basic_string<Char> part_neighbours(std::basic_string_view<Char> text, Outside outside,
                                        Matches matches) {
  constexpr Char kSpace = ' ';
  std::basic_string<Char> parted;
  for (size_t i = 0; i < text.size(); ++i) {
    if (i + 1 == text.size() || !matches(text[i], text[i + 1])) {
      parted += text[i];
      continue;
    }
    if (outside == Outside::kBefore) parted += kSpace;
    parted.append({text[i], kSpace, text[i + 1]});
    if (outside == Outside::kBehind) parted += kSpace;
    ++i;
  }
  return parted;
}

}  // namespace alinea
