// N-best lists as alinea, Moses and Marian write them:
//
//   id ||| text ||| score
//   id ||| text ||| features ||| score
//
// The entries of an id follow each other, and ids ascend.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
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
  // Throws Error as LineReader does.
  explicit NBestReader(const std::filesystem::path& path) : lines_(path) {}

  // The entries of the next id; false at the end. Throws Error that names the line for one without
  // these fields, for an id that is no whole number, below the last one or far above it, and for a
  // score that is no number.
  bool next(NBestEntries& entries);

 private:
  struct Line {
    int64_t id;
    NBestEntry entry;
  };
  bool read_line();
  Line parse(const std::string& line) const;

  LineReader lines_;
  std::optional<Line> waiting_;  // the first of the next id
  int64_t last_id_ = -1;
  bool is_at_end_ = false;
};

}  // namespace alinea
