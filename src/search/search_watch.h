// Searches that are watched while they run, and that can be given up.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "attention/weights.h"
#include "support/cancellation.h"

namespace alinea {

// The best hypothesis of a sentence while it is searched for.
struct GrowingHypothesis {
  std::vector<int32_t> tokens;  // without <s>
  KeptAttention attention;      // a row for each of them; nothing where the search keeps none
};

using BestSoFar = std::function<GrowingHypothesis()>;

// Both functions may be missing. They are called once a step of a batch, from the thread that
// translates it: several batches may be translated at once.
struct SearchWatch {
  // The best hypothesis alive of a sentence, each time it has a token more: best() copies it, and
  // is called while on_step runs or not at all. Which one is best may change from step to step
  // unless the beam has size 1. A list of n best may be searched for more than once (distinct.h),
  // and then starts over.
  std::function<void(int64_t sentence, const BestSoFar& best)> on_step = {};
  IsCancelled is_cancelled = {};
};

}  // namespace alinea
