// t(f | e): how likely the target word f is where it translates the source word e, or no word at
// all. Kept for the words that occur together.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "aligner/word_pairs.h"

namespace alinea {

class TranslationTable {
 public:
  static constexpr int32_t kNull = 0;  // the empty source word; word i of a text is i + 1

  // All words that occur together, and every target word with the empty one, alike probable.
  TranslationTable(const WordSide& source, const WordSide& target);

  int64_t size() const { return static_cast<int64_t>(targets_.size()); }
  int64_t sources() const { return static_cast<int64_t>(begins_.size()) - 1; }
  // The entry of a pair that occurs together; `source` as kNull says.
  int64_t entry(int32_t source, int32_t target) const;
  float probability(int64_t entry) const { return probabilities_[static_cast<size_t>(entry)]; }

  struct Range {
    int64_t begin, end;
  };
  // The entries of a source word, and the target word of an entry.
  Range entries(int64_t source) const;
  int32_t target(int64_t entry) const { return targets_[static_cast<size_t>(entry)]; }

  // What expected counts say, one for each entry: the mean of ln t under a Dirichlet prior (Beal
  // 2003, section 3; Riley & Gildea 2012),
  //   t(f | e) = exp(ψ(c(e, f) + α_ef)) / exp(ψ(Σ_f' (c(e, f') + α_ef'))),
  // under which rare words are not taken for everything that they occur with. α_ef is `alpha`, and
  // `cognate` more where the words are likely cognates.
  void estimate(std::span<const float> counts, double alpha, double cognate = 0);

 private:
  void find_cognates(const WordSide& source, const WordSide& target);

  std::vector<int64_t> begins_;  // of each source word, and the end of the last one
  std::vector<int32_t> targets_;
  std::vector<float> probabilities_;
  std::vector<bool> cognates_;  // of each entry
};

// ψ(x), the derivative of ln Γ(x), for x > 0.
double digamma(double x);

}  // namespace alinea
