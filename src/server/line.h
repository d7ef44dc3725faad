// What a text must be to be read as a line.
#pragma once

#include <string>
#include <string_view>

namespace alinea {

// Without the carriage return of a line that ended with CRLF: such lines of files are read so, too.
inline std::string without_return(std::string line) {
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

// Why it is none; empty where it is.
inline std::string line_fault(std::string_view text) {
  if (text.find('\n') == std::string_view::npos) return {};
  return "expected one line in each text, got a line break: send the lines as a list";
}

}  // namespace alinea
