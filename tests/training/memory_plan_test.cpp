#include "training/memory_plan.h"

#include <catch2/catch.hpp>
#include <numeric>

#include "support/error.h"
#include "training/toy_task.h"

namespace alinea {
namespace {

constexpr int64_t kEach = 400'000;  // bytes of an example

std::vector<size_t> sizes(const MemoryPlan& plan, const std::vector<int64_t>& batch) {
  std::vector<size_t> sizes;
  std::vector<int64_t> joined;
  for (const std::span<const int64_t> part : plan.parts(batch)) {
    sizes.push_back(part.size());
    joined.insert(joined.end(), part.begin(), part.end());
  }
  CHECK(joined == batch);
  return sizes;
}

TEST_CASE("what a batch needs is known before it is learned from") {
  ToyTask task;
  const std::vector<float> before = task.weights();
  const MemoryPlan plan(task, 0);
  for (const size_t count : {1, 2, 5, 13})
    CHECK(plan.bytes(std::vector<int64_t>(count)) ==
          Approx(1.1 * static_cast<double>(count * kEach)).epsilon(0.01));
  CHECK(task.weights() == before);
}

TEST_CASE("a batch is cut into as few parts as fit") {
  ToyTask task;
  std::vector<int64_t> batch(7);
  std::iota(batch.begin(), batch.end(), 3);
  CHECK(sizes(MemoryPlan(task, 0), batch) == std::vector<size_t>{7});
  CHECK(sizes(MemoryPlan(task, 8 * kEach), batch) == std::vector<size_t>{7});
  CHECK(sizes(MemoryPlan(task, 5 * kEach), batch) == std::vector<size_t>{3, 4});
  CHECK(sizes(MemoryPlan(task, 3 * kEach), batch) == std::vector<size_t>{1, 2, 2, 2});
  CHECK(sizes(MemoryPlan(task, kEach + kEach / 2), batch) == std::vector<size_t>(7, 1));
  CHECK_THROWS_WITH(MemoryPlan(task, kEach / 2),
                    Catch::Contains("0.4 MB") && Catch::Contains("raise --memory"));
}

}  // namespace
}  // namespace alinea
