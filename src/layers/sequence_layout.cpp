#include "layers/sequence_layout.h"

#include <algorithm>
#include <functional>

#include "ops/rows.h"

namespace alinea {

SequenceLayout::SequenceLayout(std::span<const int64_t> lengths)
    : lengths_(lengths.begin(), lengths.end()), places_(lengths.size(), ops::kNoRow) {
  std::vector<int64_t> order;
  for (size_t i = 0; i < lengths.size(); ++i)
    if (lengths[i] > 0) order.push_back(static_cast<int64_t>(i));
  if (order.empty()) return;
  std::ranges::stable_sort(order, std::greater<>(), [&](int64_t i) { return lengths[i]; });
  std::vector<int64_t> sorted;
  for (const int64_t i : order) {
    places_[i] = static_cast<int64_t>(sorted.size());
    sorted.push_back(lengths[i]);
  }
  packing_.emplace(sorted);
}

std::vector<int64_t> SequenceLayout::padded() const {
  const int64_t width = packing_ ? packing_->lengths().front() : 0;
  std::vector<int64_t> rows(lengths_.size() * static_cast<size_t>(width), ops::kNoRow);
  for (int64_t n = 0; n < size(); ++n)
    for (int64_t t = 0; t < lengths_[n]; ++t) rows[n * width + t] = row(n, t);
  return rows;
}

}  // namespace alinea
