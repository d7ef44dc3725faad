// The toy task of the learning tests: turn a string of digits around. It asks for a full
// realignment of every sentence and nothing else.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "models/encoder_decoder.h"
#include "training/optimizer.h"

namespace alinea {

inline constexpr int64_t kShortestString = 5, kLongestString = 12;

using Digits = std::vector<int32_t>;  // token ids

// `each` strings of every length. The digits of held-out strings add up to a multiple of ten, those
// of the others do not: a held-out string is one that training never saw.
enum class Strings { kTraining, kHeldOut };
std::vector<Digits> digit_strings(Strings kind, int64_t each, Random& random);

// Share of strings whose greedy translation is exactly right, by length.
using ExactShare = std::map<int64_t, double>;

class ReversalLearner {
 public:
  // Small sizes; the options say the rest. The seed settles the whole run, on one thread.
  ReversalLearner(ModelOptions options, uint64_t seed);

  void learn(int64_t updates);
  int64_t updates() const { return optimizer_->steps(); }
  ExactShare exact_share(std::span<const Digits> strings) const;

 private:
  EncoderDecoder model_;
  std::unique_ptr<Optimizer> optimizer_;
  Random random_;
  Arena arena_;
};

// Of strings with `shortest` digits or more.
double mean_share(const ExactShare& share, int64_t shortest = kShortestString);

}  // namespace alinea
