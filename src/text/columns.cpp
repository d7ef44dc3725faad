#include "text/columns.h"

#include <algorithm>
#include <charconv>

#include "support/error.h"

namespace alinea {

std::vector<std::string_view> split_at(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find(separator, begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

int64_t whole_number(std::string_view text, std::string_view what, int64_t begin, int64_t end) {
  int64_t number = begin - 1;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || rest != text.data() + text.size() || number < begin || number >= end)
    throw Error("expected {} from {} to {}, got '{}'", what, begin, end - 1, text);
  return number;
}

std::vector<std::string> csv_fields(std::string_view line) {
  std::vector<std::string> fields(1);
  bool is_quoted = false;
  for (size_t i = 0; i < line.size(); ++i) {
    const bool is_quote = line[i] == '"';
    if (is_quoted && is_quote && i + 1 < line.size() && line[i + 1] == '"')
      fields.back() += line[i++];  // two stand for one
    else if (is_quote && (is_quoted || fields.back().empty()))
      is_quoted = !is_quoted;
    else if (line[i] == ',' && !is_quoted)
      fields.emplace_back();
    else
      fields.back() += line[i];
  }
  if (is_quoted) throw Error("expected a closing quote in '{}'", line);
  return fields;
}

}  // namespace alinea
