// How much memory a batch needs, and how it is cut so that it stays within a limit.
//
// Nearly all that a batch puts into the arena is in proportion to its cost, as the task has it. So
// two small batches of the costliest example tell how much that is, for any model:
//
//   bytes = base + cost * slope
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "training/task.h"

namespace alinea {

class MemoryPlan {
 public:
  // Runs the task on two small batches, which leaves nothing behind but gradients. limit: bytes for
  // a batch, 0 for none. Throws Error where a single example may need more.
  MemoryPlan(Task& task, int64_t limit);

  // From now on no part takes more than a quarter more than these batches take in the mean: a few
  // long batches do not decide how much memory a training has. What two of the costliest examples
  // fit into is not cut.
  void even_out(std::span<const std::vector<int64_t>> batches);

  // An estimate, rather too large than too small.
  int64_t bytes(std::span<const int64_t> examples) const;

  // The batch in as few parts of about the same size as stay within the limit, in its order.
  std::vector<std::span<const int64_t>> parts(std::span<const int64_t> batch) const;

 private:
  const Task& task_;
  int64_t limit_;
  int64_t least_ = 0;  // for the costliest example
  double base_ = 0;
  double slope_ = 0;
};

}  // namespace alinea
