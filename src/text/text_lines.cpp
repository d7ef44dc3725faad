#include "text/text_lines.h"

#include <fmt/format.h>

#include "text/unicode.h"

namespace alinea {

std::string Texts::names() const {
  std::string names;
  for (const std::filesystem::path& file : files)
    names += fmt::format("{}'{}'", names.empty() ? "" : " and ", file.string());
  return names;
}

bool TextLines::next(std::string& line) {
  while (!reader_ || !reader_->next(line)) {
    if (opened_ == texts_.files.size()) return false;
    reader_.emplace(texts_.files[opened_++]);
  }
  if (texts_.lowercase) line = to_lower(line);
  return true;
}

}  // namespace alinea
