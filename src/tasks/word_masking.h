// The words that a masked language model is to find (Devlin et al. 2019, section 3.1): 15 % of
// those of a sentence, at least one. Of these 80 % are read as <mask>, 10 % as another word, 10 %
// as they are.
#pragma once

#include <cstdint>
#include <span>

#include "models/language_network.h"
#include "support/random.h"

namespace alinea {

struct MaskingOptions {
  int32_t mask;             // the id of <mask>
  int64_t vocabulary_size;  // words are drawn from it, none of them a special symbol
};

// Adds a sentence to those that are masked. Its words are those that are not </s>; a sentence
// without any hides its first token.
void add_masked(std::span<const int32_t> sentence, const MaskingOptions& options, Random& random,
                MaskedWords& masked);

}  // namespace alinea
