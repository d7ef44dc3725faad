// Sentences of a batch without their padding: time-major, at each time only those that have not
// ended. Row numbers are the positions of the words of the batch.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace alinea {

class Packing {
 public:
  // Lengths in descending order, none below 1.
  explicit Packing(std::span<const int64_t> lengths);

  // How many sentences are present at each time, S entries.
  std::span<const int64_t> active() const { return active_; }
  // The first row of each time.
  std::span<const int64_t> offsets() const { return offsets_; }
  int64_t rows() const { return rows_; }
  std::span<const int64_t> lengths() const { return lengths_; }
  // The row of word `t` of sentence `n`, both counted from 0.
  int64_t row(int64_t n, int64_t t) const { return offsets_[t] + n; }

  // For each packed row, the row of the word as far from the sentence's end as this one is from
  // its start: reverses every sentence within its own length.
  std::vector<int64_t> reversed() const;
  // For each cell of [N, S], its packed row, or ops::kNoRow on padding.
  std::vector<int64_t> padded() const;
  // For each packed row, its cell in a padded matrix [N, S].
  std::vector<int64_t> cells() const;

 private:
  std::vector<int64_t> lengths_, active_, offsets_;
  int64_t rows_ = 0;
};

}  // namespace alinea
