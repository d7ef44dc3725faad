// What boost's XML parser does not check.
#pragma once

#include <regex>
#include <string>
#include <vector>

namespace alinea {

// Whether every end tag closes the element that was opened last; the parser lets others pass.
inline bool tags_match(const std::string& xml) {
  static const std::regex tag("<(/?)([a-zA-Z]+)[^<>]*?(/?)>");
  std::vector<std::string> open;
  for (std::sregex_iterator it(xml.begin(), xml.end(), tag), end; it != end; ++it) {
    const auto& match = *it;
    if (match.length(1) > 0) {
      if (open.empty() || open.back() != match.str(2)) return false;
      open.pop_back();
    } else if (match.length(3) == 0) {
      open.push_back(match.str(2));
    }
  }
  return open.empty();
}

}  // namespace alinea
