// UTF-8 as the rest of the program needs it; utfcpp does the work.
#pragma once

#include <string_view>
#include <vector>

namespace alinea {

// True where text is well-formed UTF-8 without NUL.
bool is_valid_text(std::string_view text);

// The code points of well-formed UTF-8, each as the bytes that encode it.
std::vector<std::string_view> code_points(std::string_view text);

}  // namespace alinea
