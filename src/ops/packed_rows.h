// The rows of packed sequences, for operations that go along each of them.
#pragma once

#include <cstdint>
#include <span>

#include "ops/check.h"
#include "ops/pooling.h"

namespace alinea::ops {

// Steps whose numbers are in the arena.
class PackedRows {
 public:
  PackedRows(Tape& tape, const PackedSteps& steps, const char* operation, int64_t rows)
      : first_(tape.arena().copy(steps.first)), present_(tape.arena().copy(steps.present)) {
    check(first_.size() == present_.size() && !first_.empty(), operation, "the number of steps",
          static_cast<int64_t>(present_.size()), static_cast<int64_t>(first_.size()));
    check(first_.back() + present_.back() <= rows, operation, "the rows", rows,
          first_.back() + present_.back());
  }

  int64_t sequences() const { return present_[0]; }
  int64_t row(int64_t sequence, int64_t step) const { return first_[step] + sequence; }
  int64_t length(int64_t sequence) const {
    int64_t steps = 0;
    each_row(sequence, [&](int64_t /*row*/) { ++steps; });
    return steps;
  }

  // Calls visit(row) for the steps of a sequence, in order.
  template <typename Visit>
  void each_row(int64_t sequence, const Visit& visit) const {
    for (size_t t = 0; t < present_.size() && present_[t] > sequence; ++t)
      visit(first_[t] + sequence);
  }

 private:
  std::span<int64_t> first_, present_;
};

}  // namespace alinea::ops
