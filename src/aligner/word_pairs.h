// A parallel text as numbers: what an aligner learns from.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "text/parallel_text.h"

namespace alinea {

// One side of it, tokens between blanks.
struct WordSide {
  std::vector<std::string> words;           // by id
  std::vector<std::vector<int32_t>> lines;  // ids

  std::span<const int32_t> line(int64_t n) const { return lines[static_cast<size_t>(n)]; }
};

struct WordPairs {
  WordSide source, target;

  int64_t size() const { return static_cast<int64_t>(source.lines.size()); }
  // Whether there are words on both sides.
  bool is_pair(int64_t n) const { return !source.line(n).empty() && !target.line(n).empty(); }
  bool has_pairs() const;
};

struct WordPairsOptions {
  bool lowercase = false;
  int64_t max_length = 0;  // longer lines are read as empty ones, as is the other side; 0: no limit
};

// Pairs that are read as empty ones.
struct LeftOut {
  int64_t long_pairs = 0;
  std::map<int64_t, std::string> faults = {};  // by number, of lines that are no text
};

// Reads all of it. Throws Error as PairReader does.
WordPairs read_word_pairs(const ParallelFiles& files, const WordPairsOptions& options,
                          LeftOut& left_out);

}  // namespace alinea
