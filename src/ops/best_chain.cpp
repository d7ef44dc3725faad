#include <algorithm>

#include "ops/chain.h"

namespace alinea::ops {

std::vector<int32_t> best_chain(const ChainScores& scores, const PackedSteps& packed) {
  check_scores(scores, "best_chain");
  const Chain chain(scores);
  const int64_t count = chain.tags, rows = scores.emissions.rows();
  std::vector<int32_t> best(static_cast<size_t>(rows)), before(static_cast<size_t>(rows * count));
  std::vector<double> highest(static_cast<size_t>(count)), next(highest);
  const auto steps = std::ssize(packed.first);
  for (int64_t n = 0; n < packed.present[0]; ++n) {
    int64_t t = 0;
    for (; t < steps && packed.present[t] > n; ++t) {
      const int64_t r = packed.first[t] + n;
      for (int64_t j = 0; j < count; ++j) {
        int32_t from = 0;
        const auto through = [&](int64_t i) {
          return highest[i] + static_cast<double>(chain.from(i)[j]);
        };
        for (int32_t i = 1; t > 0 && i < count; ++i)
          if (through(i) > through(from)) from = i;
        before[r * count + j] = from;
        next[j] = (t > 0 ? through(from) : static_cast<double>(chain.start[j])) +
                  static_cast<double>(chain.emission(r)[j]);
      }
      highest.swap(next);
    }
    for (int64_t j = 0; j < count; ++j) highest[j] += static_cast<double>(chain.end[j]);
    auto tag = static_cast<int32_t>(std::ranges::max_element(highest) - highest.begin());
    while (t-- > 0) {
      const int64_t r = packed.first[t] + n;
      best[r] = tag;
      tag = before[r * count + tag];
    }
  }
  return best;
}

}  // namespace alinea::ops
