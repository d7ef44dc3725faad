#include "storage/flat_array.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <fstream>
#include <string>

namespace alinea {
namespace {

FlatArray<int32_t> counted(Placement placement, int32_t size) {
  FlatArray<int32_t> array(placement);
  for (int32_t i = 0; i < size; i += 3) {
    const std::vector<int32_t> items = {i, i + 1, i + 2};
    array.append(std::span(items).first(static_cast<size_t>(std::min(3, size - i))));
  }
  array.finish();
  return array;
}

// Bytes of files, including files in memory, that are mapped into this process's memory.
int64_t mapped_memory() {
  std::ifstream status("/proc/self/status");
  int64_t kilobytes = 0;
  for (std::string word; status >> word;)
    if (int64_t number = 0; (word == "RssFile:" || word == "RssShmem:") && status >> number)
      kilobytes += number;
  return kilobytes * 1024;
}

}  // namespace

TEST_CASE("an array is the same in memory and on disk") {
  const Placement placement = GENERATE(Placement::kMemory, Placement::kDisk);
  for (const int32_t size : {0, 1, 7, 40'000}) {
    const FlatArray<int32_t> array = counted(placement, size);
    REQUIRE(array.size() == static_cast<size_t>(size));
    const std::span<const int32_t> all = array.part(0, array.size());
    for (int32_t i = 0; i < size; ++i) CHECK_FALSE(all[static_cast<size_t>(i)] != i);
    CHECK(array.part(array.size(), array.size()).empty());
    CHECK_THROWS_AS(array.part(0, array.size() + 1), std::out_of_range);
    CHECK_THROWS_AS(array.part(1, 0), std::out_of_range);
    CHECK_THROWS_AS(array.at(array.size()), std::out_of_range);
  }
}

TEST_CASE("an array on disk is moved whole, and little of what was read stays in memory") {
  constexpr int32_t kSize = 12'000'000;
  FlatArray<int32_t> first = counted(Placement::kDisk, kSize);
  const FlatArray<int32_t> array = std::move(first);
  const int64_t before = mapped_memory();
  const std::span<const int32_t> all = array.part(0, kSize);
  int64_t sum = 0;
  for (const int32_t item : all) sum += item;
  CHECK(sum == int64_t{kSize - 1} * (kSize / 2));
  CHECK(mapped_memory() > before + 40'000'000);  // as long as it is the last
  CHECK(array.at(0) == 0);
  CHECK(mapped_memory() < before + 1'000'000);
  int64_t most = 0;
  for (const int32_t stride : {1, 100'003})
    for (int32_t i = 0, at = 0; i < 1'000'000; ++i, at = (at + stride) % kSize) {
      const auto index = static_cast<size_t>(at);
      CHECK_FALSE(array.at(index) != at);
      CHECK_FALSE(array.part(index, index + 1)[0] != at);
      if (i % 1000 == 0) most = std::max(most, mapped_memory());
    }
  CHECK(most < before + 10'000'000);
  CHECK(all[5] == 5);  // it can still be read
}

TEST_CASE("an array on disk is written first and read then") {
  FlatArray<int32_t> array(Placement::kDisk);
  const std::vector<int32_t> items = {1, 2};
  array.append(items);
  CHECK_THROWS_AS(array.at(0), std::logic_error);
  array.finish();
  CHECK(array.at(1) == 2);
  CHECK_THROWS_AS(array.append(items), std::logic_error);
  FlatArray<int32_t> memory;
  memory.append(items);
  CHECK(memory.at(1) == 2);
}

}  // namespace alinea
