// CSV by RFC 4180.
#pragma once

#include <string>
#include <string_view>

namespace alinea {

inline constexpr std::string_view kCsvEndOfLine = "\r\n";

// `text` as one field: in quotes where it has a comma, a quote or a line break.
std::string csv_field(std::string_view text);

}  // namespace alinea
