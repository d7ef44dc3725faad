// What a text must be to be read as a line.
#pragma once

#include <string>
#include <string_view>

namespace alinea {

// Why it is none; empty where it is.
inline std::string line_fault(std::string_view text) {
  if (text.find('\n') == std::string_view::npos) return {};
  return "expected one line in each text, got a line break: send the lines as a list";
}

}  // namespace alinea
