// How much memory a batch needs, and how it is cut so that it stays within a limit.
//
// Nearly all that a batch puts into the arena is in proportion to its cost, as the task has it. So
// two small batches of copies of the costliest example tell how much that is, for any model:
//
//   bytes = base + cost * slope
//
// Layers over few short sequences compute otherwise than over many. So where more copies take
// little memory, they are measured, too, and the larger estimate counts.
//
// Within a limit, measuring keeps to it as well: it goes from the cheapest example to the costliest
// that fits, and what does not is told by that line alone.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "training/task.h"

namespace alinea {

class MemoryPlan {
 public:
  // Runs the task on small batches, which leaves nothing behind but gradients. limit: bytes for a
  // batch, 0 for none. Throws Error that counts the examples that may need more by themselves.
  MemoryPlan(Task& task, int64_t limit);

  // From now on a part takes at most a quarter more than batches do in the mean, so many bytes: a
  // few long batches do not decide how much memory a training has. For that nothing is cut into
  // parts of fewer than `least` examples, nor what two of the costliest examples fit into.
  void even_out(double mean, int64_t least);

  // An estimate, rather too large than too small.
  int64_t bytes(std::span<const int64_t> examples) const;

  // The batch in as few parts of about the same size as stay within the limits, in its order.
  std::vector<std::span<const int64_t>> parts(std::span<const int64_t> batch) const;

 private:
  struct Line {
    double base, slope;
    double bytes(double cost) const { return base + slope * cost; }
  };
  Line measure(int64_t example, size_t fewer, size_t more) const;
  void measure_within_limit();
  void measure_more(int64_t example);
  double room(double bytes) const;
  [[noreturn]] void refuse_examples() const;

  Task& task_;
  int64_t limit_;
  int64_t even_ = 0;            // another limit, of bytes as well; 0: none
  int64_t least_examples_ = 1;  // that a part has because of it
  int64_t costliest_ = 0;       // bytes for that example
  Line few_, many_;
};

}  // namespace alinea
