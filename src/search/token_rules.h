// Rules over the next token of a hypothesis: what a translation must not say, or should say less.
// Each adjusts or forbids log-probabilities of a row; none renormalises what is left.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "search/guidance.h"
#include "search/search_options.h"

namespace alinea {

// A hypothesis about to be extended.
struct Partial {
  int64_t sentence;                 // of the batch
  std::span<const int32_t> tokens;  // so far, without <s>
};

class TokenRule {
 public:
  TokenRule() = default;
  TokenRule(const TokenRule&) = delete;
  TokenRule& operator=(const TokenRule&) = delete;
  virtual ~TokenRule() = default;

  // log_probabilities [V] at most 0, and so they stay; -inf forbids. Threads share a rule.
  virtual void apply(const Partial& partial, std::span<float> log_probabilities) const = 0;
};

class TokenRules {
 public:
  // Those that the options and the guidance of any sentence ask for.
  TokenRules(const SearchOptions& options, std::span<const Guidance> guidance);

  bool empty() const { return rules_.empty() && prefixes_.empty(); }
  // Within a prefix nothing but its next token is left, as the model has it.
  void apply(const Partial& partial, std::span<float> log_probabilities) const;

 private:
  std::vector<std::unique_ptr<TokenRule>> rules_;
  std::vector<std::vector<int32_t>> prefixes_;  // of each sentence, or none at all
};

}  // namespace alinea
