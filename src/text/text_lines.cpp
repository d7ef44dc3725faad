#include "text/text_lines.h"

#include <fmt/format.h>

#include "storage/input.h"
#include "text/unicode.h"

namespace alinea {

std::string Texts::names() const {
  std::string names;
  for (const TextFile& file : files)
    names += fmt::format("{}'{}'", names.empty() ? "" : " and ", text_name(file.path));
  return names;
}

bool TextLines::next(std::string& line) {
  while (opened_ == 0 || !next_of_file(line)) {
    if (opened_ == texts_.files.size()) return false;
    const TextFile& file = texts_.files[opened_++];
    lines_.reset();
    pairs_.reset();
    if (file.column == TextFile::Column::kAll) {
      lines_.emplace(file.path);
    } else {
      pairs_.emplace(ParallelFiles{file.path});
    }
  }
  if (texts_.lowercase) line = to_lower(line);
  return true;
}

bool TextLines::next_of_file(std::string& line) {
  if (lines_) return lines_->next(line);
  const bool is_source = texts_.files[opened_ - 1].column == TextFile::Column::kSource;
  return is_source ? pairs_->next(line, other_) : pairs_->next(other_, line);
}

}  // namespace alinea
