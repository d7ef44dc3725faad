#include "training/memory_plan.h"

#include <catch2/catch.hpp>
#include <numeric>
#include <utility>

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

// Examples of very different sizes, each of so many floats.
struct UnequalTask : ToyTask {
  explicit UnequalTask(std::vector<int64_t> given, int64_t floats_of_cost = 1)
      : sizes(std::move(given)), each(floats_of_cost) {}

  std::vector<int64_t> sizes;  // costs
  int64_t each;                // floats that a unit of cost takes
  mutable int64_t most = 0;    // bytes that one loss took

  int64_t size() const override { return std::ssize(sizes); }
  int64_t line(int64_t example) const override { return 10 * example; }
  int64_t cost(std::span<const int64_t> examples) const override {
    int64_t sum = 0;
    for (const int64_t i : examples) sum += sizes.at(static_cast<size_t>(i));
    return sum;
  }
  BatchLoss loss(Tape& tape, std::span<const int64_t> examples) const override {
    const int64_t floats = each * cost(examples);
    most = std::max(most, floats * 4);
    tape.arena().floats(floats);
    const Variable loss = tape.result({1}, {tape.use(weight())});
    loss.value()[0] = 0;
    return {loss, 0, std::ssize(examples)};
  }
};

const std::vector<int64_t> kSizes = {20'000, 100, 90'000, 500, 50'000'000, 3'000, 40'000'000};

TEST_CASE("a limit holds for what is measured too, and examples that break it are refused") {
  UnequalTask task(kSizes);
  CHECK_THROWS_WITH(MemoryPlan(task, 1'000'000),
                    Catch::Contains("2 of 7 examples need more than the 1.0 MB") &&
                        Catch::Contains("the first on line 40, the longest about 220.0 MB") &&
                        Catch::Contains("raise --memory by 220"));
  CHECK(task.most > 100'000);
  CHECK(task.most <= 1'000'000);
  UnequalTask alone({50'000'000});
  CHECK_THROWS_WITH(MemoryPlan(alone, 1'000'000), Catch::Contains("1 of 1 examples"));
  CHECK(alone.most == 0);
}

TEST_CASE("within a limit the need is measured, where a cost takes more than was assumed too") {
  std::vector<int64_t> sizes = kSizes;
  sizes[4] = 5'000;
  sizes[6] = 50'000;
  UnequalTask task(sizes, 2);
  const MemoryPlan plan(task, 1'000'000);
  CHECK(plan.bytes(std::vector<int64_t>{2}) == Approx(1.1 * 2 * 4 * 90'000).epsilon(0.01));
  CHECK(task.most <= 1'000'000);
  UnequalTask fits_once({150'000});
  CHECK(MemoryPlan(fits_once, 1'000'000).bytes(std::vector<int64_t>{0}) ==
        Approx(1.1 * 600'000).epsilon(0.01));
  CHECK(fits_once.most == 600'000);
}

}  // namespace
}  // namespace alinea
