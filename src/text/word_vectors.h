// Vectors of words that were trained elsewhere, in the text format of word2vec: a first line
// "COUNT SIZE", then COUNT lines with a word and SIZE numbers, separated by spaces.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "text/vocabulary.h"

namespace alinea {

struct WordVectors {
  int64_t size = 0;           // of a vector
  std::vector<int32_t> ids;   // words of the vocabulary that have a vector, in the file's order
  std::vector<float> values;  // [ids.size(), size]

  std::span<const float> vector(size_t row) const {
    const auto length = static_cast<size_t>(size);
    return std::span(values).subspan(row * length, length);
  }
};

// The vectors of the words of `vocabulary` in a plain or gzipped file, which may be far larger than
// what is kept of it. Of a word that is there twice the first vector counts; words that spell a
// special symbol have none. Throws Error with the file and the line where the first line is another
// one, `size` is not the file's, a row has more or fewer numbers, a number that is kept is none or
// not finite, or COUNT is not the number of rows; and where no word of the vocabulary is there.
WordVectors read_word_vectors(const std::filesystem::path& path, const Vocabulary& vocabulary,
                              int64_t size);

}  // namespace alinea
