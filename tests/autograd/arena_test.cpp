// The memory that tapes live in.
#include "tensor/arena.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <vector>

namespace alinea {

namespace {

constexpr int64_t kMegabyte = int64_t{1} << 18;  // in floats

bool aligned(const void* address) {
  return reinterpret_cast<uintptr_t>(address) % Arena::kAlignment == 0;
}

// The addresses of one update's worth of odd sizes, 11 MiB in all.
std::vector<float*> update(Arena& arena) {
  std::vector<float*> places;
  for (int64_t size :
       {int64_t{3}, kMegabyte + 5, int64_t{700}, 7 * kMegabyte, int64_t{1}, 3 * kMegabyte})
    places.push_back(arena.floats(size).data());
  return places;
}

}  // namespace

TEST_CASE("everything in the arena is aligned, whatever lies before it") {
  Arena arena;
  for (int64_t count : {1, 3, 0, 17, 5, 16, 7}) {
    CHECK(aligned(arena.floats(count).data()));
    CHECK(aligned(arena.array<char>(count).data()));
    CHECK(aligned(arena.make<int16_t>(int16_t{7})));
  }
}

TEST_CASE("allocations do not overlap and outlive the arena's growth") {
  Arena arena;
  std::vector<std::span<float>> spans;
  for (int64_t i = 0; i < 300; ++i) {
    spans.push_back(arena.floats(i * 97));
    std::ranges::fill(spans.back(), static_cast<float>(i));
  }
  for (size_t i = 0; i < spans.size(); ++i)
    CHECK(std::ranges::count(spans[i], static_cast<float>(i)) == static_cast<int64_t>(i) * 97);
}

TEST_CASE("zeros are zero where something else was before") {
  Arena arena;
  std::ranges::fill(arena.floats(1000), 9.0F);
  arena.reset();
  CHECK(std::ranges::count(arena.zeros(1000), 0.0F) == 1000);
}

TEST_CASE("make and copy put values in the arena") {
  struct Pair {
    int first, second;
  };
  Arena arena;
  const std::vector<int32_t> values{3, 5, 7};
  const std::span<int32_t> copied = arena.copy(std::span(values));
  const Pair* pair = arena.make<Pair>(2, 3);
  CHECK(std::ranges::equal(copied, values));
  CHECK(copied.data() != values.data());
  CHECK(pair->first == 2);
  CHECK(pair->second == 3);
}

TEST_CASE("used counts what was handed out since the last reset, rounded up") {
  Arena arena;
  CHECK(arena.used() == 0);
  arena.floats(1);
  arena.floats(17);
  CHECK(arena.used() == 64 + 128);
  arena.floats(3 * kMegabyte);  // in a block of its own
  CHECK(arena.used() == 64 + 128 + 3 * (size_t{1} << 20));
  arena.reset();
  CHECK(arena.used() == 0);
}

TEST_CASE("the high-water mark is the most ever used, not what is used now") {
  Arena arena;
  arena.floats(160);
  CHECK(arena.high_water() == 640);
  arena.reset();
  CHECK(arena.high_water() == 640);
  arena.floats(16);
  CHECK(arena.high_water() == 640);
  arena.reset();
  arena.floats(320);
  CHECK(arena.high_water() == 1280);
}

TEST_CASE("after a reset everything fits in one block") {
  Arena arena;
  update(arena);
  arena.reset();
  const std::vector<float*> places = update(arena);
  const int64_t span = places.back() + 3 * kMegabyte - places.front();
  CHECK(static_cast<size_t>(span) * sizeof(float) == arena.used());
  CHECK(std::ranges::is_sorted(places));
}

TEST_CASE("what was released comes back as one block, and the high-water mark stays") {
  Arena arena;
  arena.floats(1 << 20);
  arena.floats(3 << 20);
  arena.release();
  CHECK(arena.used() == 0);
  CHECK(arena.high_water() == size_t{4} << 22);
  const float* first = arena.floats(1 << 20).data();
  const float* second = arena.floats(3 << 20).data();
  CHECK(second == first + (1 << 20));
}

TEST_CASE("in the steady state the memory is the same every time") {
  Arena arena;
  update(arena);
  arena.reset();
  const std::vector<float*> places = update(arena);
  const size_t high_water = arena.high_water();
  for (int round = 0; round < 5; ++round) {
    arena.reset();
    CHECK(update(arena) == places);
    CHECK(arena.high_water() == high_water);
  }
}

TEST_CASE("what was handed out for a moment is handed out again") {
  Arena arena;
  arena.floats(16);
  float* first = nullptr;
  {
    const Arena::Temporary outer(arena);
    first = arena.floats(160).data();
    {
      const Arena::Temporary inner(arena);
      arena.floats(320);
    }
    CHECK(arena.used() == 64 + 640);
  }
  CHECK(arena.used() == 64);
  CHECK(arena.high_water() == 64 + 640 + 1280);
  CHECK(arena.floats(16).data() == first);

  const size_t before = arena.used();
  {
    const Arena::Temporary temporary(arena);
    arena.floats(3 * kMegabyte);  // in a block of its own, which waits for the reset
  }
  CHECK(arena.used() > before);
  arena.reset();
  arena.floats(16);
  {
    const Arena::Temporary temporary(arena);
    arena.floats(3 * kMegabyte);
  }
  CHECK(arena.used() == 64);
}

TEST_CASE("needs that grow step by step find a larger block only now and then") {
  Arena arena;
  int64_t scattered = 0;
  for (int64_t pieces = 1; pieces <= 40; ++pieces) {
    arena.reset();
    const float* first = arena.floats(kMegabyte).data();
    const float* last = first;
    for (int64_t i = 1; i < pieces; ++i) last = arena.floats(kMegabyte).data();
    if (last != first + (pieces - 1) * kMegabyte) ++scattered;
  }
  CHECK(scattered <= 6);  // from 1 MiB to 40 MiB by doubling
}

}  // namespace alinea
