#include "tasks/spec_augment.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

namespace alinea {

namespace {

constexpr int64_t kRows = 11, kColumns = 7;

std::vector<float> augmented(const SpecAugmentOptions& options, uint64_t seed) {
  std::vector<float> values(kRows * kColumns, 1.0F);
  Random random(seed);
  spec_augment(values, kColumns, options, random);
  return values;
}

// Rows or columns that are 0 throughout.
int64_t empty_rows(const std::vector<float>& values) {
  int64_t count = 0;
  for (int64_t row = 0; row < kRows; ++row)
    count += std::all_of(values.begin() + row * kColumns, values.begin() + (row + 1) * kColumns,
                         [](float x) { return x == 0; });
  return count;
}

}  // namespace

TEST_CASE("a time mask sets to 0 neighbouring rows, at most so many") {
  std::vector<bool> seen(5);
  for (uint64_t seed = 0; seed < 200; ++seed) {
    const std::vector<float> values = augmented({.time_masks = 1, .time_mask_width = 4}, seed);
    const int64_t masked = empty_rows(values);
    REQUIRE(masked <= 4);
    seen[static_cast<size_t>(masked)] = true;
    CHECK(std::ranges::count(values, 0.0F) == masked * kColumns);
    const auto first = std::ranges::find(values, 0.0F);
    CHECK(std::all_of(first, first + masked * kColumns, [](float x) { return x == 0; }));
  }
  CHECK(std::ranges::count(seen, true) == 5);
}

TEST_CASE("a frequency mask sets to 0 the same columns of all rows") {
  for (uint64_t seed = 0; seed < 50; ++seed) {
    const std::vector<float> values =
        augmented({.frequency_masks = 1, .frequency_mask_width = 3}, seed);
    for (int64_t i = 0; i < kRows * kColumns; ++i)
      CHECK(values[static_cast<size_t>(i)] == values[static_cast<size_t>(i % kColumns)]);
    CHECK(std::ranges::count(values, 0.0F) <= 3 * kRows);
  }
}

TEST_CASE("a mask never leaves out everything, and none changes nothing") {
  for (uint64_t seed = 0; seed < 50; ++seed) {
    const SpecAugmentOptions wide{
        .time_masks = 1, .time_mask_width = 99, .frequency_masks = 1, .frequency_mask_width = 99};
    CHECK(std::ranges::count(augmented(wide, seed), 1.0F) > 0);
  }
  CHECK(std::ranges::count(augmented({}, 1), 0.0F) == 0);
  std::vector<float> nothing;
  Random random(1);
  spec_augment(nothing, kColumns, {.time_masks = 2}, random);
}

}  // namespace alinea
