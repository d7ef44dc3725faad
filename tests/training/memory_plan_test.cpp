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

TEST_CASE("batches that are much larger than most are cut") {
  ToyTask task;
  const auto batch = [](int64_t size) { return std::vector<int64_t>(static_cast<size_t>(size)); };
  MemoryPlan plan(task, 0);
  const auto six = static_cast<double>(plan.bytes(batch(6)));
  plan.even_out(six, 1);
  CHECK(sizes(plan, batch(7)) == std::vector<size_t>{7});
  CHECK(sizes(plan, batch(8)) == std::vector<size_t>{4, 4});
  MemoryPlan tight(task, 5 * kEach);
  tight.even_out(six, 1);
  CHECK(sizes(tight, batch(12)) == std::vector<size_t>{4, 4, 4});
  // Parts are not made of fewer examples than that, but by the limit that was given.
  plan.even_out(six, 5);
  CHECK(sizes(plan, batch(9)) == std::vector<size_t>{9});
  CHECK(sizes(plan, batch(11)) == std::vector<size_t>{5, 6});
  CHECK(sizes(plan, batch(24)) == std::vector<size_t>{6, 6, 6, 6});
  tight.even_out(six, 5);
  CHECK(sizes(tight, batch(9)) == std::vector<size_t>{3, 3, 3});
  // One long example among short ones is no reason to take them one by one.
  MemoryPlan small(task, 0);
  small.even_out(six / 6, 1);
  CHECK(sizes(small, batch(4)) == std::vector<size_t>{2, 2});
}

}  // namespace
}  // namespace alinea
