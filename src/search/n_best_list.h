// N-best lists as alinea, Moses and Marian write them:
//
//   id ||| text ||| score
//   id ||| text ||| features ||| score
//
// The entries of an id follow each other, and ids ascend.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "text/line_reader.h"

namespace alinea {

struct NBestEntry {
  std::string text;
  std::string features;  // as they were, or empty
  double score;          // may be -inf: no translation
  int64_t line = 0;      // of the list, from 1
};

struct NBestEntries {
  int64_t id = 0;
  std::vector<NBestEntry> entries;
};

class NBestReader {
 public:
  // Told of a line of the list, from 1, that is no entry, and why.
  using PassOver = std::function<void(int64_t line, const std::string& reason)>;

  // Throws Error as LineReader does. Without `pass_over` next() throws Error for lines that are no
  // entries, with it they are passed over.
  explicit NBestReader(const std::filesystem::path& path, PassOver pass_over = {})
      : lines_(path), pass_over_(std::move(pass_over)) {}

  // The entries of the next id; false at the end. No entries are lines that are no text, those
  // without these fields, with an id that is no whole number, below the last one or far above it,
  // and with a score that is no number. Throws Error where the list cannot be read on.
  bool next(NBestEntries& entries);

 private:
  struct Line {
    int64_t id;
    NBestEntry entry;
  };
  bool read_line();
  Line parse(const std::string& line) const;

  LineReader lines_;
  PassOver pass_over_;
  std::optional<Line> waiting_;  // the first of the next id
  int64_t last_id_ = -1;
  bool is_at_end_ = false;
};

}  // namespace alinea
