// White space as Python's str.split() and str.rstrip() see it, on which every score depends.
#pragma once

#include <string_view>
#include <vector>

namespace alinea {

// The runs of `text` (well-formed UTF-8) between white space; none is empty.
std::vector<std::string_view> split_words(std::string_view text);

// `text` without the white space at its end, and at both ends.
std::string_view strip_end(std::string_view text);
std::string_view strip(std::string_view text);

}  // namespace alinea
