// A parallel text as numbers: what an aligner learns from.
#pragma once

#include <cstdint>
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
};

// Reads all of it. Throws Error as PairReader does, and where there is no word on one of the sides.
WordPairs read_word_pairs(const ParallelFiles& files, bool lowercase);

}  // namespace alinea
