// Text that callers of the library give.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "support/utf8.h"

namespace alinea {

// Why it is no line of text; empty where it is one.
inline std::string no_line(std::string_view text, std::string_view what) {
  if (!is_valid_text(text))
    return fmt::format("expected {} as UTF-8 text, found other bytes", what);
  if (text.find('\n') != std::string_view::npos)
    return fmt::format("expected {} as a single line, found several", what);
  return {};
}

}  // namespace alinea
