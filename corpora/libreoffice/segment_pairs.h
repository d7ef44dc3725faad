// Pairs of tokenised segments that mean the same, cleaned and split for training.
#pragma once

#include <string>
#include <unordered_set>
#include <vector>

namespace alinea {

struct SegmentPair {
  std::string source;
  std::string target;
};

// The pairs worth keeping. A pair is dropped where a side is empty, longer than 50 tokens or
// without a letter, where one side has more than three times the tokens of the other and five more,
// where both sides are the same (it was never translated), or where either side came before.
class SegmentPairs {
 public:
  // Both sides are tokens joined by single spaces.
  void add(SegmentPair pair);

  const std::vector<SegmentPair>& pairs() const { return pairs_; }

 private:
  std::vector<SegmentPair> pairs_;
  std::unordered_set<std::string> sources_;
  std::unordered_set<std::string> targets_;
};

struct SegmentSplits {
  std::vector<SegmentPair> train;
  std::vector<SegmentPair> valid;
  std::vector<SegmentPair> test;
};

// Orders pairs by a hash of their source and cuts off the test and the validation pairs, held_out
// each. Throws Error where not even one pair is left to train on.
SegmentSplits split_by_hash(std::vector<SegmentPair> pairs, size_t held_out);

}  // namespace alinea
