// Hypotheses of a search judged once more, by other models than the one that found them: by
//
//   score = w_0 s + Σ_m w_m log P_m(Y) / lp(Y) + b |Y|
//
// with the score s that they came with, language models P(Y) and translation models P(Y | X), lp as
// in beam_search.h, and |Y| the words of the text.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "search/n_best_list.h"

namespace alinea {

struct RescoringOptions {
  std::vector<double> weights;  // w_0, and one for each model; empty: all 1
  double length_penalty = 1.0;  // alpha of lp
  double word_bonus = 0;        // b
  int64_t batch_size = 64;
};

// A model that judges texts.
class TextJudge {
 public:
  TextJudge() = default;
  TextJudge(const TextJudge&) = delete;
  TextJudge& operator=(const TextJudge&) = delete;
  virtual ~TextJudge() = default;

  virtual bool reads_source() const = 0;

  struct Judgement {
    double log_probability;  // </s> counted
    int64_t tokens;          // </s> counted
  };
  // Of each text as a translation of its source. Throws Error for a text that the model cannot
  // read.
  virtual std::vector<Judgement> judge(std::span<const std::string> sources,
                                       std::span<const std::string> texts,
                                       int64_t batch_size) const = 0;
};

// Of a folder with a translation model or a causal language model. Throws Error for other folders.
std::unique_ptr<TextJudge> load_judge(const std::filesystem::path& folder);

// Gives the entries their new scores, adds the old one and what the models say to their features,
// and brings them into order, the best first; equal ones keep theirs. An entry of score -inf, a
// line without a translation, stays as it is. The source of each list of entries, or none where no
// judge reads them.
void rescore(std::span<NBestEntries> lists, std::span<const std::string> sources,
             std::span<const std::unique_ptr<TextJudge>> judges, const RescoringOptions& options);

}  // namespace alinea
