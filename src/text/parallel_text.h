// Two texts whose lines belong together, read line by line.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "text/line_reader.h"

namespace alinea {

// Files, plain or gzipped: one per language, or one with a tab between source and target.
struct ParallelFiles {
  std::filesystem::path source;
  std::filesystem::path target = {};  // empty: source has both

  bool is_one_file() const { return target.empty(); }
  std::string names() const;  // as a message has them: 'a' and 'b'
};

class PairReader {
 public:
  // Throws Error as LineReader does.
  explicit PairReader(const ParallelFiles& files);

  // False at the end. Throws Error as LineReader does, where one file has more lines than the other
  // (it counts both to the end), and for a line of one file without a tab or with more.
  bool next(std::string& source, std::string& target);
  // The same for callers that answer pair by pair: a pair with a line that is no text is skipped,
  // both lines are empty then, and `fault` says of which file and why. It is empty where nothing is
  // wrong.
  bool next(std::string& source, std::string& target, std::string& fault);

  // Of the source, in quotes.
  std::string source_name() const { return "'" + source_.name() + "'"; }
  // Of the pair last read, from 1.
  int64_t line_number() const { return source_.line_number(); }

 private:
  template <typename Next>
  bool read(std::string& source, std::string& target, Next next);
  void split(std::string& source, std::string& target) const;
  [[noreturn]] void refuse_lengths();

  LineReader source_;
  std::optional<LineReader> target_;
};

}  // namespace alinea
