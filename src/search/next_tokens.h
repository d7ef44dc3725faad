// The tokens that each hypothesis of a step may go on with: the few that can matter, out of the
// vocabulary.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "search/best_tokens.h"
#include "search/guidance.h"
#include "search/history.h"
#include "search/phrases.h"
#include "search/sampler.h"
#include "search/search_options.h"
#include "search/state.h"
#include "search/token_rules.h"

namespace alinea {

class NextTokens {
 public:
  // A step just recorded in the history, and what the model says about it.
  struct Step {
    std::span<const Row> rows;
    std::span<const double> hypotheses;        // log P of each row; -inf fills the grid
    std::span<const float> log_probabilities;  // [rows, V]
    const History& history;
  };

  // guidance: of each sentence.
  NextTokens(const SearchOptions& options, std::span<const Guidance> guidance,
             int64_t vocabulary_size);

  void find(const Step& step);

  // Whether the model gave NaN or +inf for a row of that step, which then has no tokens.
  bool is_broken(size_t row) const { return is_broken_[row] != 0; }

  // Of a row of that step, the most probable first, behind them those with which required phrases
  // go on; or the one that was drawn. Their log-probabilities are as the rules leave them.
  std::span<const ScoredToken> of(size_t row) const { return best_[row]; }

 private:
  bool find(const Step& step, size_t row);
  void add_required(const Step& step, size_t row, std::span<const float> log_probabilities);
  std::span<const float> ruled(const Step& step, size_t row);

  TokenRules rules_;
  std::vector<Phrases> required_;  // of each sentence
  std::optional<Sampler> sampler_;
  size_t vocabulary_size_;
  int64_t tokens_per_row_;
  std::vector<float> adjusted_;  // [rows, V], unless there are no rules
  std::vector<std::vector<ScoredToken>> best_;
  std::vector<uint8_t> is_broken_;  // bytes, which threads may write side by side
};

}  // namespace alinea
