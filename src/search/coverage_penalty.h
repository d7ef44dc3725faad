// How much attention each source token has got from a hypothesis, and GNMT's coverage penalty (Wu
// et al. 2016, "Google's Neural Machine Translation System", eq. 14):
//
//   cp = β Σ_i log min(Σ_j α_ij, 1)
//
// i over the source, j over the target so far, </s> counted in both. A sum below 10^-6 counts as
// that: a local attention gives exact zeros. Of several heads, α is their mean.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "search/state.h"

namespace alinea {

class CoveragePenalty {
 public:
  explicit CoveragePenalty(double weight) : weight_(weight) {}

  // Adds what a step attended to. Throws Error where it says nothing about that.
  void follow(std::span<const Row> rows, const StepOutput& output, const State& state);

  // cp of the hypothesis in a row of that step together with any next token; at most 0.
  double penalty(size_t row) const;

 private:
  double weight_;                         // β
  std::vector<std::vector<float>> sums_;  // [rows, source length]
  std::vector<std::vector<float>> next_;
};

}  // namespace alinea
