#include "storage/flat_lists.h"

#include <catch2/catch.hpp>
#include <cstdint>
#include <vector>

namespace alinea {

TEST_CASE("lists are the same in memory and on disk, in whatever order they are read") {
  const Placement placement = GENERATE(Placement::kMemory, Placement::kDisk);
  const std::vector<std::vector<int32_t>> given = {{}, {1, 2, 3}, {4}, {}, {5, 6}};
  FlatLists<int32_t> lists(placement);
  for (const std::vector<int32_t>& list : given) lists.append(list);
  lists.finish();
  REQUIRE(lists.size() == given.size());
  for (const size_t i : {4, 0, 1, 3, 2, 2}) {
    const std::span<const int32_t> list = lists.at(i);
    CHECK(std::vector(list.begin(), list.end()) == given[i]);
  }
  CHECK_THROWS_AS(lists.at(5), std::out_of_range);
}

}  // namespace alinea
