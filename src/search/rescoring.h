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
    std::string fault = {};  // why there is none: the model cannot read it, or its numbers overflow
  };
  // Of each text as a translation of its source.
  virtual std::vector<Judgement> judge(std::span<const std::string> sources,
                                       std::span<const std::string> texts,
                                       int64_t batch_size) const = 0;
};

// Of a folder with a translation model or a causal language model. Throws Error for other folders.
std::unique_ptr<TextJudge> load_judge(const std::filesystem::path& folder);

// An entry that a model gives no score.
struct Unscored {
  int64_t line;  // of the list
  std::string reason;
};

// A line of the source text.
struct RescoredSource {
  std::string text;
  std::string fault = {};  // why there is none: no entry of the list gets a score
};

// Gives the entries their new scores, adds the old one and what the models say to their features,
// and brings them into order, the best first; equal ones keep theirs. An entry of score -inf, a
// line without a translation, stays as it is, and one that a model cannot score gets that score,
// and -inf as what that model says. The source of each list of entries, or none where no judge
// reads them.
std::vector<Unscored> rescore(std::span<NBestEntries> lists,
                              std::span<const RescoredSource> sources,
                              std::span<const std::unique_ptr<TextJudge>> judges,
                              const RescoringOptions& options);

}  // namespace alinea
