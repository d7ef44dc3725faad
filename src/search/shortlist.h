// The target words that a sentence may be translated with, where the output layer is not to compute
// the whole vocabulary: the most frequent ones, and for each source word those that it is likeliest
// to become (Jean et al. 2015, "On Using Very Large Target Vocabulary for Neural Machine
// Translation", section 3.3).
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "search/guidance.h"
#include "text/vocabulary.h"

namespace alinea {

struct ShortlistOptions {
  int64_t first = 100;  // tokens of the vocabulary, which stand by their frequency
  int64_t best = 100;   // for each source word
};

class Shortlist {
 public:
  // `lexicon` has lines of a target token, a source token and the probability of the one for the
  // other, as Moses and Marian have them; lines with tokens that are in no vocabulary are left out.
  // Throws Error that names a line that is none of that, and where no line is left.
  Shortlist(const std::filesystem::path& lexicon, const Vocabulary& source,
            const Vocabulary& target, const ShortlistOptions& options);

  // In ascending order, special symbols and what the guidance asks for among them. Throws
  // UsageError for guidance that is out of range.
  std::vector<int32_t> words(std::span<const int32_t> source, const Guidance& guidance) const;

 private:
  size_t size_;                             // of the target vocabulary
  int64_t first_;                           // all tokens below it
  std::vector<std::vector<int32_t>> best_;  // of each source token
};

}  // namespace alinea
