// The logarithm of a sum of some of a row's elements: what pointers to words are judged by.
#pragma once

#include <cstdint>
#include <span>

#include "autograd/tape.h"

namespace alinea::ops {

// Which elements of each row are summed: those of row n are columns[ends[n - 1]] ...
// columns[ends[n]
// - 1], with 0 before the first end.
struct Places {
  std::span<const int64_t> columns, ends;
};

struct LogSumAt {
  Variable loss;                             // [1], -Σ_n log Σ_i p_ni
  std::span<const float> log_probabilities;  // of each row
};

// p [N, S] of numbers that are not negative. A sum below 1e-30 counts as that, so that the loss of
// something impossible is finite.
LogSumAt log_sum_at(Tape& tape, const Variable& p, const Places& places);

}  // namespace alinea::ops
