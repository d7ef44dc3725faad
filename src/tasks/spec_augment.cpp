#include "tasks/spec_augment.h"

#include <algorithm>
#include <vector>

#include "options/field_list.h"
#include "options/limits.h"

namespace alinea {

namespace {

struct Masked {
  int64_t begin, end;
};

int64_t below(int64_t count, Random& random) {
  return static_cast<int64_t>(random.next() % static_cast<uint64_t>(count));
}

// At most `width` of `size`.
Masked draw(int64_t size, int64_t width, Random& random) {
  const int64_t masked = below(std::min(width, size - 1) + 1, random);
  const int64_t begin = below(size - masked + 1, random);
  return {begin, begin + masked};
}

// The row `from` moves to `to`; both have rows on either side.
void warp(std::span<float> values, int64_t columns, int64_t from, int64_t to) {
  const std::vector<float> before(values.begin(), values.end());
  const int64_t last = std::ssize(values) / columns - 1;
  for (int64_t row = 0; row <= last; ++row) {
    const double place =
        row <= to ? static_cast<double>(row * from) / static_cast<double>(to)
                  : static_cast<double>(from) + static_cast<double>((row - to) * (last - from)) /
                                                    static_cast<double>(last - to);
    const auto lower = static_cast<int64_t>(place);
    const auto share = static_cast<float>(place - static_cast<double>(lower));
    const float* one = before.data() + lower * columns;
    const float* next = before.data() + std::min(lower + 1, last) * columns;
    for (int64_t c = 0; c < columns; ++c)
      values[static_cast<size_t>(row * columns + c)] = (1 - share) * one[c] + share * next[c];
  }
}

}  // namespace

void SpecAugmentOptions::visit(FieldList& fields) {
  constexpr int64_t kMostMasks = 100;
  fields.group("SpecAugment")
      .add("time-warp", time_warp,
           "rows that a row of each example moves by, at most, those around it in proportion; 0: "
           "none does")
      .range<int64_t>(0, kNoLimit)
      .newer()
      .needs("source-type", {"features"})
      .add("time-masks", time_masks, "stretches of rows of each example that training sets to 0")
      .range<int64_t>(0, kMostMasks)
      .needs("source-type", {"features"})
      .add("time-mask-width", time_mask_width, "rows of such a stretch, at most")
      .range<int64_t>(0, kNoLimit)
      .needs("time-masks")
      .add("frequency-masks", frequency_masks,
           "stretches of columns of each example that training sets to 0")
      .range<int64_t>(0, kMostMasks)
      .needs("source-type", {"features"})
      .add("frequency-mask-width", frequency_mask_width, "columns of such a stretch, at most")
      .range<int64_t>(0, kNoLimit)
      .needs("frequency-masks");
}

void spec_augment(std::span<float> values, int64_t columns, const SpecAugmentOptions& options,
                  Random& random) {
  const int64_t rows = std::ssize(values) / columns;
  if (rows == 0) return;
  if (const int64_t most = std::min(options.time_warp, (rows - 3) / 2); most > 0) {
    const int64_t from = most + 1 + below(rows - 2 - 2 * most, random);
    warp(values, columns, from, from - most + below(2 * most + 1, random));
  }
  for (int64_t i = 0; i < options.time_masks; ++i) {
    const auto [begin, end] = draw(rows, options.time_mask_width, random);
    std::fill(values.begin() + begin * columns, values.begin() + end * columns, 0.0F);
  }
  for (int64_t i = 0; i < options.frequency_masks; ++i) {
    const auto [begin, end] = draw(columns, options.frequency_mask_width, random);
    for (int64_t row = 0; row < rows; ++row)
      std::fill(values.begin() + row * columns + begin, values.begin() + row * columns + end, 0.0F);
  }
}

}  // namespace alinea
