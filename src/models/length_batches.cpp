#include "models/length_batches.h"

#include <algorithm>
#include <numeric>

namespace alinea {

namespace {

constexpr int64_t kMostWords = 1 << 14;  // in a batch of more than one

}  // namespace

std::vector<std::vector<int64_t>> batches_by_length(std::span<const int64_t> lengths,
                                                    int64_t size) {
  std::vector<int64_t> order(lengths.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, {}, [&](int64_t i) { return lengths[i]; });
  std::vector<std::vector<int64_t>> batches;
  int64_t words = 0;
  for (const int64_t i : order) {
    words += lengths[i];
    if (batches.empty() || std::ssize(batches.back()) >= size || words > kMostWords) {
      batches.emplace_back();
      words = lengths[i];
    }
    batches.back().push_back(i);
  }
  return batches;
}

}  // namespace alinea
