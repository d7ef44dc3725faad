#include "layers/packing.h"

#include <algorithm>
#include <cassert>
#include <functional>

#include "ops/rows.h"

namespace alinea {

Packing::Packing(std::span<const int64_t> lengths) : lengths_(lengths.begin(), lengths.end()) {
  assert(std::is_sorted(lengths.begin(), lengths.end(), std::greater<>()));
  auto present = static_cast<int64_t>(lengths_.size());
  for (int64_t t = 0; t < lengths_.front(); ++t) {
    while (lengths_[present - 1] <= t) --present;
    active_.push_back(present);
    offsets_.push_back(rows_);
    rows_ += active_.back();
  }
}

std::vector<int64_t> Packing::reversed() const {
  std::vector<int64_t> rows(static_cast<size_t>(rows_));
  for (size_t n = 0; n < lengths_.size(); ++n)
    for (int64_t t = 0; t < lengths_[n]; ++t)
      rows[row(static_cast<int64_t>(n), t)] = row(static_cast<int64_t>(n), lengths_[n] - 1 - t);
  return rows;
}

std::vector<int64_t> Packing::padded() const {
  const int64_t width = lengths_.front();
  std::vector<int64_t> rows(lengths_.size() * static_cast<size_t>(width), ops::kNoRow);
  for (size_t n = 0; n < lengths_.size(); ++n)
    for (int64_t t = 0; t < lengths_[n]; ++t)
      rows[static_cast<int64_t>(n) * width + t] = row(static_cast<int64_t>(n), t);
  return rows;
}

std::vector<int64_t> Packing::cells() const {
  const int64_t width = lengths_.front();
  std::vector<int64_t> cells(static_cast<size_t>(rows_));
  for (size_t n = 0; n < lengths_.size(); ++n)
    for (int64_t t = 0; t < lengths_[n]; ++t)
      cells[row(static_cast<int64_t>(n), t)] = static_cast<int64_t>(n) * width + t;
  return cells;
}

}  // namespace alinea
