// What is asked of the translation of one sentence, beside the options of all.
#pragma once

#include <cstdint>
#include <vector>

namespace alinea {

struct Guidance {
  using Phrase = std::vector<int32_t>;  // tokens in a row, at least one

  uint64_t number = 0;                // sampling: sentences of different numbers draw differently
  std::vector<int32_t> prefix = {};   // it begins with these tokens, whatever the rules are
  std::vector<Phrase> required = {};  // it holds all of these, see phrases.h
  std::vector<Phrase> avoided = {};   // and, behind the prefix, none of these
  std::vector<int32_t> source = {};   // its words, in the target's numbers, for extractive weights
  int64_t max_length = 0;             // tokens, </s> not counted; 0: as the options of all say
};

// Throws UsageError for an empty phrase and for tokens that are none of the vocabulary's or no
// words.
void check(const Guidance& guidance, int64_t vocabulary_size);

}  // namespace alinea
