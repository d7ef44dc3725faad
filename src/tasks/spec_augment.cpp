#include "tasks/spec_augment.h"

#include <algorithm>

#include "options/field_list.h"
#include "options/limits.h"

namespace alinea {

namespace {

struct Masked {
  int64_t begin, end;
};

// At most `width` of `size`.
Masked draw(int64_t size, int64_t width, Random& random) {
  const auto below = [&](int64_t count) {
    return static_cast<int64_t>(random.next() % static_cast<uint64_t>(count));
  };
  const int64_t masked = below(std::min(width, size - 1) + 1);
  const int64_t begin = below(size - masked + 1);
  return {begin, begin + masked};
}

}  // namespace

void SpecAugmentOptions::visit(FieldList& fields) {
  constexpr int64_t kMostMasks = 100;
  fields.group("SpecAugment")
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
