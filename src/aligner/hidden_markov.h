// The alignment of one pair as a hidden Markov model (Vogel, Ney & Tillmann 1996, with the empty
// word of Och & Ney 2003, section 2.1): each target word f_j is a translation of the source word at
// position a_j, or of none,
//   p(f, a | e) = Π_j p(a_j | a_{j-1}) t(f_j | e_{a_j}),
//   p(a_j = i | a_{j-1} = i') = (1 - p_0) s(i - i') / Σ_{i''} s(i'' - i'),  p_0 for none.
// After none, i' is the position before; i' = 0 before the first word. Positions count from 1.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace alinea {

// s(Δ), how likely a jump by Δ source positions is; all jumps beyond the longest count as that one.
class JumpTable {
 public:
  static constexpr int64_t kLongest = 50;

  JumpTable();
  static int64_t size() { return 2 * kLongest + 1; }
  static int64_t index(int64_t jump);

  // From expected counts of jumps, size() of them.
  void estimate(std::span<const double> counts);
  // (1 - p_0) s(i - i') / Σ for i' from 0 and i from 1 to `length`, [length + 1, length].
  std::vector<float> transitions(int64_t length, float none) const;

 private:
  std::vector<double> weights_;
};

// Of one pair with I source and J target words.
struct PairPosteriors {
  // p(a_j = i | f, e), [J, I + 1]; 0 stands for none.
  std::vector<float> links;
  double log_probability = 0;  // ln p(f | e)

  float link(int64_t j, int64_t i, int64_t length) const {
    return links[static_cast<size_t>(j * (length + 1) + i)];
  }
};

class HiddenMarkovModel {
 public:
  // none: p_0.
  HiddenMarkovModel(JumpTable jumps, float none) : jumps_(std::move(jumps)), none_(none) {}

  // `probabilities`: t(f_j | e_i), [J, I + 1], of none first; both lengths at least 1. Adds the
  // expected jumps to `jump_counts`, unless that is empty.
  PairPosteriors posteriors(std::span<const float> probabilities, int64_t length,
                            std::span<double> jump_counts);

 private:
  const std::vector<float>& transitions(int64_t length);

  JumpTable jumps_;
  float none_;
  std::vector<std::vector<float>> transitions_;  // by length
};

// The same without an order of words (Brown et al. 1993, model 1): all positions alike probable.
PairPosteriors model_1_posteriors(std::span<const float> probabilities, int64_t length, float none);

}  // namespace alinea
