#include "tasks/spec_augment.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
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

// Rows that say where they came from.
std::vector<float> warped(int64_t rows, int64_t most, uint64_t seed) {
  std::vector<float> values;
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t c = 0; c < 2; ++c) values.push_back(static_cast<float>(row + 100 * c));
  Random random(seed);
  spec_augment(values, 2, {.time_warp = most}, random);
  return values;
}

TEST_CASE("a warp moves one row by at most so many, and stretches what is around it") {
  constexpr int64_t kWarped = 21, kMost = 4;
  std::vector<bool> seen(2 * kMost + 1);
  for (uint64_t seed = 0; seed < 200; ++seed) {
    const std::vector<float> values = warped(kWarped, kMost, seed);
    CHECK(values[0] == 0);
    CHECK(values[2 * (kWarped - 1)] == kWarped - 1);
    // The place of each row rises in two straight lines, and no other column has another one.
    float steepest = 0, flattest = 100, furthest = 0;
    for (size_t row = 0; row < kWarped; ++row) {
      CHECK(values[2 * row + 1] == Approx(100 + values[2 * row]));
      const float moved = static_cast<float>(row) - values[2 * row];
      if (std::abs(moved) > std::abs(furthest)) furthest = moved;
      if (row == 0) continue;
      steepest = std::max(steepest, values[2 * row] - values[2 * row - 2]);
      flattest = std::min(flattest, values[2 * row] - values[2 * row - 2]);
    }
    CHECK(flattest > 0);
    CHECK(std::abs(furthest) <= kMost + 1e-4F);
    const auto shift = static_cast<int64_t>(std::lround(furthest));
    seen[static_cast<size_t>(shift + kMost)] = true;
    CHECK((steepest > 1.001F) == (shift != 0));
  }
  CHECK(std::ranges::count(seen, true) == 2 * kMost + 1);
}

TEST_CASE("an example with little room is warped by less, and one without stays") {
  int64_t moved = 0;
  for (uint64_t seed = 0; seed < 50; ++seed) {
    moved += warped(5, 99, seed) != warped(5, 0, seed) ? 1 : 0;
    for (const int64_t rows : {1, 2, 3, 4}) CHECK(warped(rows, 9, seed) == warped(rows, 0, seed));
    for (const float value : warped(5, 99, seed)) CHECK(std::isfinite(value));
  }
  CHECK((moved > 0 && moved < 50));
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
