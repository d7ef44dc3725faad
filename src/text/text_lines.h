// One language of some parallel texts, file behind file: what a vocabulary is made of.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "text/parallel_text.h"

namespace alinea {

// A plain or gzipped file, or one column of a file with both languages.
struct TextFile {
  enum class Column { kAll, kSource, kTarget };

  TextFile(std::filesystem::path file, Column part = Column::kAll)
      : path(std::move(file)), column(part) {}

  std::filesystem::path path;
  Column column;
};

struct Texts {
  std::vector<TextFile> files;
  bool lowercase = false;

  std::string names() const;  // as a message has them: 'a' and 'b'
};

class TextLines {
 public:
  explicit TextLines(Texts texts) : texts_(std::move(texts)) {}

  // As LineReader and PairReader, in lower case where wanted.
  bool next(std::string& line);

 private:
  bool next_of_file(std::string& line);

  Texts texts_;
  size_t opened_ = 0;  // files so far
  std::optional<LineReader> lines_;
  std::optional<PairReader> pairs_;
  std::string other_;  // column
};

}  // namespace alinea
