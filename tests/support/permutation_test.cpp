#include "support/permutation.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <vector>

#include "support/shuffle.h"

namespace alinea {
namespace {

using Order = std::vector<int64_t>;

Order order(int64_t size, uint64_t seed) {
  std::mt19937_64 random = generator(seed, 0);
  const Permutation permutation(size, random);
  Order order;
  for (int64_t place = 0; place < size; ++place) order.push_back(permutation(place));
  return order;
}

Order in_sequence(int64_t size) {
  Order order;
  for (int64_t i = 0; i < size; ++i) order.push_back(i);
  return order;
}

}  // namespace

TEST_CASE("every number has one place") {
  const int64_t size = GENERATE(0, 1, 2, 3, 7, 100, 255, 256, 257, 4096, 65537, 262145);
  CAPTURE(size);
  Order numbers = order(size, 1);
  CHECK((size < 7 || !std::ranges::is_sorted(numbers)));
  std::ranges::sort(numbers);
  CHECK(numbers == in_sequence(size));
}

TEST_CASE("other keys make another order, the same ones the same") {
  for (const int64_t size : {7, 257, 65537}) {
    CHECK(order(size, 3) == order(size, 3));
    CHECK(order(size, 3) != order(size, 4));
  }
}

TEST_CASE("an order is fixed for all platforms") {
  CHECK(order(8, 7) == Order{6, 4, 1, 5, 3, 0, 2, 7});
  std::mt19937_64 random = generator(7, 1);
  const Permutation large(int64_t{1} << 62, random);
  CHECK(large(0) == 1583260349864833527);
  CHECK(large(123456789) == 960373376018878058);
}

// χ² of as many counts, as far above its mean as its standard deviation.
template <typename Counts>
double excess(const Counts& counts, double expected, double freedom) {
  double sum = 0;
  for (const double count : counts) sum += (count - expected) * (count - expected) / expected;
  return (sum - freedom) / std::sqrt(2 * freedom);
}

TEST_CASE("of few numbers every order is as probable as another") {
  constexpr int kKeys = 60'000;
  const auto [size, orders] = GENERATE(table<int64_t, int>({{2, 2}, {3, 6}, {4, 24}, {5, 120}}));
  CAPTURE(size);
  std::map<Order, double> times;
  for (int key = 0; key < kKeys; ++key) ++times[order(size, key)];
  REQUIRE(std::ssize(times) == orders);
  std::vector<double> counts;
  counts.reserve(times.size());
  for (const auto& [which, count] : times) counts.push_back(count);
  CHECK(excess(counts, kKeys / static_cast<double>(orders), orders - 1) < 4);
}

TEST_CASE("at every place, and behind every number, each is as probable as another") {
  constexpr int kKeys = 5'000;
  const int64_t size = GENERATE(7, 17, 100, 300);
  CAPTURE(size);
  const auto count = static_cast<size_t>(size);
  std::vector<double> at(count * count), behind(count * count);
  for (int key = 0; key < kKeys; ++key) {
    const Order numbers = order(size, key);
    for (size_t i = 0; i < count; ++i) {
      ++at[i * count + static_cast<size_t>(numbers[i])];
      const int64_t before = numbers[(i + count - 1) % count];
      ++behind[static_cast<size_t>(before) * count + static_cast<size_t>(numbers[i])];
    }
  }
  std::erase(behind, 0);  // no number is behind itself
  const auto n = static_cast<double>(size);
  CHECK(excess(at, kKeys / n, (n - 1) * (n - 1)) < 4);
  CHECK(std::ssize(behind) == size * (size - 1));
  CHECK(excess(behind, kKeys / (n - 1), n * (n - 2)) < 4);
}

}  // namespace alinea
