// Luong, Pham & Manning (2015), section 3.1, location (equation 8): the query alone says where to
// look, by the number of the position.
//   e_ts = (W q_t)_s,  s = 1 ... L
// L is the longest source of training. What lies beyond is never looked at.
#pragma once

#include <algorithm>

#include "attention/score.h"
#include "layers/linear.h"
#include "ops/rows.h"
#include "support/error.h"

namespace alinea {

class LocationScore : public Score {
 public:
  // Parameter: `prefix`.location.weight [Q, L].
  LocationScore(ParameterStore& store, const std::string& prefix, const AttentionSizes& sizes)
      : positions_(sizes.positions),
        location_(store, prefix + ".location", sizes.query, sizes.positions, Bias::kNone) {
    if (positions_ < 1)
      throw UsageError("expected the score location to know at least 1 source position, got {}",
                       positions_);
    location_.weight().scale_normalized_rate(rate_share(64, sizes.query));
  }

  // There are no keys that coverage could change.
  int64_t key_size() const override { return 0; }
  bool compares_keys() const override { return false; }

  std::span<const int64_t> within_reach(Tape& tape,
                                        std::span<const int64_t> lengths) const override {
    if (std::ranges::max(lengths) <= positions_) return lengths;
    const std::span<int64_t> known = tape.arena().copy(lengths);
    for (int64_t& length : known) length = std::min(length, positions_);
    return known;
  }

  Variable energies(Tape& tape, const Variable& query, const Variable& keys) const override {
    return ops::columns(tape, location_(tape, query), 0, keys.shape()[1]);  // [N, T, S]
  }

 private:
  int64_t positions_;  // L
  Linear location_;
};

}  // namespace alinea
