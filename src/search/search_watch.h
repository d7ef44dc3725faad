// Searches that are watched while they run, and that can be given up.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <stdexcept>

#include "search/state.h"

namespace alinea {

// What SearchWatch::is_cancelled asked for.
class SearchCancelled : public std::runtime_error {
 public:
  SearchCancelled() : std::runtime_error("the search was cancelled") {}
};

// The best hypothesis of a sentence while it is searched for.
struct GrowingHypothesis {
  std::span<const int32_t> tokens;  // without <s>
  const KeptAttention& attention;   // a row for each of them; nothing where the search keeps none
};

// Both functions may be missing. They are called once a step of a batch, from the thread that
// translates it: several batches may be translated at once.
struct SearchWatch {
  // The best hypothesis alive of a sentence, each time it has a token more. Which one is best may
  // change from step to step unless the beam has size 1. A list of n best may be searched for more
  // than once (distinct.h), and then starts over.
  std::function<void(int64_t sentence, const GrowingHypothesis& best)> on_step;
  // Where it says true, the search throws SearchCancelled.
  std::function<bool()> is_cancelled;

  explicit operator bool() const { return on_step || is_cancelled; }
};

// The state, watched. `sentences` says what the watch calls each sentence of the batch; both must
// outlive the state.
std::unique_ptr<State> watched(std::unique_ptr<State> state, const SearchWatch& watch,
                               std::span<const int64_t> sentences);

}  // namespace alinea
