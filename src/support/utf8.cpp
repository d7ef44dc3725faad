#include "support/utf8.h"

#include <utf8.h>

namespace alinea {

bool is_valid_text(std::string_view text) {
  return text.find('\0') == std::string_view::npos && utf8::is_valid(text.begin(), text.end());
}

std::vector<std::string_view> code_points(std::string_view text) {
  std::vector<std::string_view> points;
  auto begin = text.begin();
  while (begin != text.end()) {
    auto end = begin;
    utf8::next(end, text.end());
    points.emplace_back(begin, end);
    begin = end;
  }
  return points;
}

}  // namespace alinea
