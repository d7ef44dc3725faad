#include "ops/masked_sum.h"

#include <algorithm>
#include <numeric>

#include "ops/check.h"

namespace alinea::ops {

Variable masked_sum(Tape& tape, const Variable& x, const Variable& masks,
                    std::span<const int64_t> lengths) {
  const OperationTimer timer(tape, "masked_sum");
  const int64_t size = x.columns(), most = masks.rows();
  check(masks.columns() == size, "masked_sum", "columns of masks", size, masks.columns());
  const int64_t all = std::accumulate(lengths.begin(), lengths.end(), int64_t{0});
  check(x.rows() == all, "masked_sum", "the number of rows", all, x.rows());
  const std::span<int64_t> counts = tape.arena().copy(lengths);
  const Variable y = tape.result({std::ssize(lengths), size}, {x, masks});
  std::ranges::fill(y.values(), 0.0F);
  int64_t row = 0;
  for (int64_t n = 0; n < std::ssize(counts); ++n)
    for (int64_t j = 0; j < counts[n]; ++j, ++row) {
      const float* mask = masks.value() + std::min(j, most - 1) * size;
      for (int64_t c = 0; c < size; ++c)
        y.value()[n * size + c] += mask[c] * x.value()[row * size + c];
    }

  tape.record([=] {
    if (!y.has_gradient()) return;
    float* dx = x.requires_gradient() ? x.gradient() : nullptr;
    float* dmasks = masks.requires_gradient() ? masks.gradient() : nullptr;
    int64_t next = 0;
    for (int64_t n = 0; n < std::ssize(counts); ++n) {
      const float* dy = y.gradient() + n * size;
      for (int64_t j = 0; j < counts[n]; ++j, ++next) {
        const int64_t place = std::min(j, most - 1) * size;
        for (int64_t c = 0; c < size; ++c) {
          if (dx != nullptr) dx[next * size + c] += masks.value()[place + c] * dy[c];
          if (dmasks != nullptr) dmasks[place + c] += x.value()[next * size + c] * dy[c];
        }
      }
    }
  });
  return y;
}

}  // namespace alinea::ops
