// The few most probable tokens out of a whole vocabulary: the hot loop of the search.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace alinea {

struct ScoredToken {
  int32_t token;
  float log_probability;
};

// Leaves in `best` the (at most) `count` most probable tokens of one row [V], best first and of two
// equal ones the lower first; never `excluded`, never a token of log-probability -inf. One pass
// that sorts only what it keeps. False where the row holds NaN or +inf (not thrown, so that threads
// can share the rows); `best` is then unspecified. With room reserved for `count`, it allocates
// nothing.
[[nodiscard]] bool best_tokens(std::span<const float> row, int64_t count, int32_t excluded,
                               std::vector<ScoredToken>& best);

}  // namespace alinea
