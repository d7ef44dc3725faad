// Attention over pieces of words, told of whole words.
#pragma once

#include <span>

#include "reports/alignment.h"
#include "text/tokenizer.h"

namespace alinea {

// The weight between two words is the sum over the source word's tokens, since who looks at a part
// looks at the word, and the mean over the target word's tokens, so that rows add up to what they
// did. `</s>` stays a row and a column. The windows of a local mode, which count tokens, are left
// out. Throws std::invalid_argument unless the words hold every token but `</s>`.
Alignment merge_words(const Alignment& alignment, std::span<const TokenizedWord> source,
                      std::span<const TokenizedWord> target);

}  // namespace alinea
