// Vectors of words that were trained elsewhere, in the text formats of word2vec and GloVe: a line
// for each word, with the word and SIZE numbers, separated by spaces. word2vec puts a line
// "COUNT SIZE" before them; GloVe has words with spaces in them.
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
  int64_t with_spaces = 0;    // rows passed over because their word has spaces

  std::span<const float> vector(size_t row) const {
    const auto length = static_cast<size_t>(size);
    return std::span(values).subspan(row * length, length);
  }
};

// The vectors of the words of `vocabulary` in a plain or gzipped file, which may be far larger than
// what is kept of it. Of a word that is there twice the first vector counts; words that spell a
// special symbol have none. Throws Error with the file and the line where the vectors have another
// size, a row has too few numbers, a number that is kept is none or not finite, or COUNT is not the
// number of rows; and where no word of the vocabulary is there.
WordVectors read_word_vectors(const std::filesystem::path& path, const Vocabulary& vocabulary,
                              int64_t size);

}  // namespace alinea
