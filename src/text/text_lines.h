// The lines of some texts in a row: what a vocabulary is made of.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "text/line_reader.h"

namespace alinea {

struct Texts {
  std::vector<std::filesystem::path> files;  // plain or gzipped
  bool lowercase = false;

  std::string names() const;  // as a message has them: 'a' and 'b'
};

class TextLines {
 public:
  explicit TextLines(Texts texts) : texts_(std::move(texts)) {}

  // As LineReader, in lower case where wanted.
  bool next(std::string& line);

 private:
  Texts texts_;
  size_t opened_ = 0;  // files so far
  std::optional<LineReader> reader_;
};

}  // namespace alinea
