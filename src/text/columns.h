// Lines of a text that stand in columns.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace alinea {

// What stands between the separators, n + 1 parts of n separators.
std::vector<std::string_view> split_at(std::string_view text, char separator);

// A whole number from `begin` to `end` - 1. Throws Error, "expected WHAT from 0 to 7, got 'x'",
// otherwise.
int64_t whole_number(std::string_view text, std::string_view what, int64_t begin, int64_t end);

// The fields of a line of CSV by RFC 4180, whose fields have no line breaks. Throws Error for a
// quote that is not closed.
std::vector<std::string> csv_fields(std::string_view line);

}  // namespace alinea
