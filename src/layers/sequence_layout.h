// Sequences of any lengths, in any order and empty ones among them, as the rows of a packing.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "layers/packing.h"

namespace alinea {

class SequenceLayout {
 public:
  explicit SequenceLayout(std::span<const int64_t> lengths);

  // None where every sequence is empty.
  const std::optional<Packing>& packing() const { return packing_; }
  // How many sequences there are, empty ones counted.
  int64_t size() const { return static_cast<int64_t>(places_.size()); }
  // The row of each sequence in the packing; ops::kNoRow if it is empty.
  std::span<const int64_t> places() const { return places_; }
  // Of the sequences, in their order.
  std::span<const int64_t> lengths() const { return lengths_; }
  // For each cell of [sequences, longest length], its packed row, or ops::kNoRow on padding.
  std::vector<int64_t> padded() const;
  // The packed row of a sequence's step.
  int64_t row(int64_t sequence, int64_t step) const {
    return packing_->row(places_[static_cast<size_t>(sequence)], step);
  }

 private:
  std::vector<int64_t> lengths_, places_;
  std::optional<Packing> packing_;
};

}  // namespace alinea
