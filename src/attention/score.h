// A score compares a query with every encoder state. One file a score; this folder's scores.cpp
// names them.
#pragma once

#include <algorithm>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "autograd/tape.h"

namespace alinea {

struct AttentionSizes {
  int64_t query;          // Q, the decoder's hidden size
  int64_t states;         // K, what the encoder puts out for a word
  int64_t attention;      // A, the size in which additive and concat compare and local-p predicts
  int64_t positions = 0;  // L, as many source positions as location knows
};

// The share of the learning rate for parameters of which `width` together move one energy or one
// centre: one step of Adam moves each by about the rate, however small its gradient, so that in
// wide models attention would be saturated within a few updates, on whatever looks best before
// anything else is learned. Up to `narrow` of them nothing needs to be done (docs/decisions/0009).
inline double rate_share(int64_t narrow, int64_t width) {
  return std::min(1.0, static_cast<double>(narrow) / static_cast<double>(width));
}

class Score {
 public:
  virtual ~Score() = default;

  // A, the size of a key.
  virtual int64_t key_size() const = 0;
  // Whether the energies depend on what is looked at, not on its position alone.
  virtual bool compares_keys() const { return true; }

  // The lengths N of the sources, or, for a score that does not know all positions, as much of them
  // as it does: what lies beyond is never looked at.
  virtual std::span<const int64_t> within_reach(Tape& /*tape*/,
                                                std::span<const int64_t> lengths) const {
    return lengths;
  }

  // What can be computed of the states [N, S, K] once a sentence: by default, the states.
  virtual Variable keys(Tape& /*tape*/, const Variable& states) const { return states; }

  // query [N, T, Q], keys [N, S, A] -> energies [N, T, S]
  virtual Variable energies(Tape& tape, const Variable& query, const Variable& keys) const = 0;
};

// The score of that name, its parameters under `prefix`. Throws UsageError for an unknown name,
// and where the sizes do not suit the score.
std::unique_ptr<Score> make_score(std::string_view name, ParameterStore& store,
                                  const std::string& prefix, const AttentionSizes& sizes);
// All names that make_score knows.
std::vector<std::string> score_names();

}  // namespace alinea
