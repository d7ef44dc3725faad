#include "models/sequence_layout.h"

#include <algorithm>
#include <functional>

#include "ops/rows.h"

namespace alinea {

SequenceLayout::SequenceLayout(std::span<const int64_t> lengths)
    : places_(lengths.size(), ops::kNoRow) {
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

}  // namespace alinea
