// A tar archive (POSIX ustar), written with no code of the program under test.
#pragma once

#include <cstdio>
#include <string>
#include <utility>
#include <vector>

namespace alinea {

inline std::string tar_bytes(const std::vector<std::pair<std::string, std::string>>& files) {
  std::string bytes;
  const auto octal = [](size_t value, int digits) {
    char text[24];
    std::snprintf(text, sizeof(text), "%0*zo", digits, value);
    return std::string(text);
  };
  for (const auto& [name, content] : files) {
    std::string header(512, '\0');
    const auto put = [&](size_t at, const std::string& text) {
      header.replace(at, text.size(), text);
    };
    put(0, name);
    put(100, "0000644");
    put(108, "0000000");
    put(116, "0000000");
    put(124, octal(content.size(), 11));
    put(136, octal(0, 11));
    put(148, "        ");
    put(156, "0");
    put(257, std::string("ustar\0"
                         "00",
                         8));
    size_t sum = 0;
    for (const char byte : header) sum += static_cast<unsigned char>(byte);
    put(148, octal(sum, 6) + '\0' + ' ');
    bytes += header + content;
    bytes.resize((bytes.size() + 511) / 512 * 512);
  }
  return bytes + std::string(1024, '\0');
}

}  // namespace alinea
