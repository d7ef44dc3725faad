// From what the search kept of attention to a report.
#pragma once

#include <string>
#include <vector>

#include "attention/weights.h"
#include "models/language_options.h"
#include "models/translation_model.h"
#include "reports/alignment.h"

namespace alinea {

// Attention over one pair: a row for each target token and one for </s> where it ended.
struct PairAttention {
  const KeptAttention& attention;
  bool ended = true;
  bool source_ended = true;  // false of features, which have no </s>
};

// What stands in the columns where these words, <s> first in a decoder, look at each other: the
// words themselves, or of a decoder's intra-attention the states that it has before each of them.
std::vector<std::string> looked_at(AttentionOf of, const ModelOptions& model,
                                   std::vector<std::string> words);

// The same of the words that a language model reads, whose layers are recurrent or not.
std::vector<std::string> looked_at_by_decoder(bool is_recurrent, std::vector<std::string> words);

// Tokens as they are to be shown, of the rows and the columns.
Alignment make_alignment(int64_t sentence, std::vector<std::string> columns,
                         std::vector<std::string> rows, const KeptAttention& attention);
// Those of a pair, without </s>.
Alignment make_alignment(int64_t sentence, std::vector<std::string> source,
                         std::vector<std::string> target, const PairAttention& attention);

// Self-attention of a language model over a line of these tokens, without </s>.
Alignment alignment_of_text(int64_t sentence, const LanguageOptions& model,
                            std::vector<std::string> tokens, const KeptAttention& attention);

// A pair that a model has read, and what its attention did.
struct ReadPair {
  const ModelOptions& model;
  std::vector<std::string> source, target;  // tokens, without </s>
  const KeptAttention& attention;
  bool ended = true;
};
// The attention of that kind, or what is selected of it.
Alignment make_alignment(int64_t sentence, ReadPair pair, AttentionOf of,
                         const AttentionSelection& selection = {});

// "token", or "word": the tokens of a word together (reports/word_alignment.h).
std::vector<std::string> alignment_units();

// What stands in the place of an alignment where a pair has none.
Alignment without_weights(Alignment alignment);

// An alignment of tokens in the unit that is wanted. The languages are those of its tokens.
Alignment in_units(const std::string& unit, Alignment alignment, const Languages& languages);

}  // namespace alinea
