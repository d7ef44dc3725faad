// Long computations that can be given up while they run.
#pragma once

#include <functional>
#include <stdexcept>

namespace alinea {

class ComputationCancelled : public std::runtime_error {
 public:
  ComputationCancelled() : std::runtime_error("the computation was cancelled") {}
};

// Asked now and then, by any of the threads that compute. Where it says true, the computation
// throws ComputationCancelled. May be empty: never.
using IsCancelled = std::function<bool()>;

inline void check_not_cancelled(const IsCancelled& is_cancelled) {
  if (is_cancelled && is_cancelled()) throw ComputationCancelled();
}

}  // namespace alinea
