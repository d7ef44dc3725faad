// How far a hypothesis keeps to the words of its source: the features of extractive tuning (Rush,
// Chopra & Weston 2015, "A Neural Attention Model for Abstractive Sentence Summarization", section
// 5). The next word y_t takes off log p
//
//   λ1 [y_t is no word of x] + λ2 [y_{t-1} y_t is no bigram of x] +
//   λ3 [y_{t-2} y_{t-1} y_t is no trigram of x] + λ4 [there are k > j, y_{t-1} = x_k, y_t = x_j]
//
// The paper adds weights for n-grams that x has. That is the same for hypotheses of one length, the
// only ones that it compares, and differs between those of two. Neither </s> nor n-grams that would
// begin before the hypothesis count, and <unk> is no word of x.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "search/guidance.h"
#include "search/search_options.h"
#include "search/token_rules.h"

namespace alinea {

class ExtractiveFeatures : public TokenRule {
 public:
  // Guidance of each sentence, which has its source.
  ExtractiveFeatures(const ExtractiveWeights& weights, std::span<const Guidance> guidance);

  void apply(const Partial& partial, std::span<float> log_probabilities) const override;

 private:
  struct Word {
    int32_t id;
    std::vector<size_t> positions;  // ascending
  };
  struct SourceText {
    std::vector<int32_t> words;  // x
    std::vector<Word> distinct;  // but for <unk>, by id
  };

  double missing(size_t order) const;
  double of(const SourceText& source, const Word& word, std::span<const int32_t> before) const;

  ExtractiveWeights weights_;
  std::vector<SourceText> sources_;
};

}  // namespace alinea
