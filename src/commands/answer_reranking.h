// The candidates of questions, ordered once more by language models of the query with each of them
// in its blank (Cui et al. 2017, section 5, where the models count n-grams):
//
//   score(w) = w_0 log P(w) + Σ_m w_m log P_m(query with w)
//
// P becomes the softmax of the scores over the candidates that are ordered.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "models/reading.h"
#include "options/options.h"
#include "search/rescoring.h"

namespace alinea {

struct RerankingOptions {
  Paths models;
  std::string weights;      // w_0, and one for each model; empty: all 1
  int64_t candidates = 10;  // so many of the best are ordered
  int64_t batch_size = 32;
};

class AnswerReranking {
 public:
  // Throws UsageError for weights that are not as many as there are models, and one more; Error for
  // folders without a causal language model.
  explicit AnswerReranking(const RerankingOptions& options);

  // Answers to the questions of the corpus. Candidates behind the best ones keep their place and
  // their probability. A question that a model cannot read with one of its candidates has a fault.
  void rerank(const ReadingCorpus& corpus, std::span<ReadingAnswer> answers) const;

 private:
  RerankingOptions options_;
  std::vector<double> weights_;
  std::vector<std::unique_ptr<TextJudge>> judges_;
};

}  // namespace alinea
