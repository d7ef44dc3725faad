// Translations drawn at random instead of searched for: each token of each from the model's
// distribution, made sharper or flatter by a temperature T, p_v^(1/T), and cut to its top.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "search/best_tokens.h"
#include "search/guidance.h"
#include "search/search_options.h"
#include "search/state.h"
#include "support/random.h"

namespace alinea {

// Every row of a search has its own random numbers. Those of a sentence's n-th sample hang on the
// seed, the sentence's number and n alone: not on the batch, nor on how many samples are drawn.
class Sampler {
 public:
  Sampler(const SamplingOptions& options, std::span<const Guidance> guidance);

  // Before a step: rows as State::advance gets them.
  void follow(std::span<const Row> rows);

  // Leaves in `drawn` one token for a row of that step, out of log_probabilities [V]; none where
  // all are -inf. False where they hold NaN or +inf. Threads may draw for different rows.
  [[nodiscard]] bool draw(size_t row, std::span<const float> log_probabilities,
                          std::vector<ScoredToken>& drawn);

 private:
  SamplingOptions options_;
  std::vector<Random> seeds_;    // of each sentence
  std::vector<Random> streams_;  // of each row
  std::vector<Random> next_;
};

}  // namespace alinea
