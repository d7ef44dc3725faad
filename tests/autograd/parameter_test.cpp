// The store of what training learns.
#include "autograd/parameter.h"

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <cmath>

namespace alinea {

namespace {

using Gradients = ParameterStore::Gradients;

// Three parameters of odd sizes.
void fill(ParameterStore& store, Gradients gradients = Gradients::kKept) {
  store.add("weight", {3, 7}, 0.5F);
  store.add("bias", {5}, 0);
  store.add("table", {11, 3, 5}, 0.1F);
  store.allocate(gradients);
}

std::vector<float> initialized(uint64_t seed) {
  ParameterStore store;
  fill(store);
  Random random(seed);
  store.initialize(random);
  return {store.values().begin(), store.values().end()};
}

// Where a parameter's span must begin: after those before it, each padded to 64 bytes.
void check_layout(std::span<float> whole, std::span<float> part, size_t& offset) {
  CHECK(part.data() == whole.data() + offset);
  CHECK(reinterpret_cast<uintptr_t>(part.data()) % 64 == 0);
  offset += (part.size() + 15) / 16 * 16;
}

}  // namespace

TEST_CASE("parameters lie one behind the other, aligned, in the order of add") {
  ParameterStore store;
  fill(store);
  size_t value = 0, gradient = 0;
  for (const Parameter& parameter : store.parameters()) {
    CHECK(static_cast<int64_t>(parameter.value().size()) == parameter.shape().elements());
    CHECK(parameter.gradient().size() == parameter.value().size());
    check_layout(store.values(), parameter.value(), value);
    check_layout(store.gradients(), parameter.gradient(), gradient);
  }
  CHECK(store.values().size() == value);
  CHECK(store.gradients().size() == gradient);
  CHECK(store.parameters()[0].name() == "weight");
  CHECK(store.parameters()[2].shape() == Shape{11, 3, 5});
}

TEST_CASE("the number of parameters does not count the padding") {
  ParameterStore store;
  fill(store);
  CHECK(store.count() == 21 + 5 + 165);
  CHECK(store.values().size() > static_cast<size_t>(store.count()));
}

TEST_CASE("a store starts with zeros everywhere") {
  ParameterStore store;
  fill(store);
  CHECK(std::ranges::count(store.values(), 0.0F) == static_cast<int64_t>(store.values().size()));
  CHECK(std::ranges::count(store.gradients(), 0.0F) ==
        static_cast<int64_t>(store.gradients().size()));
}

TEST_CASE("references from add stay valid") {
  ParameterStore store;
  Parameter& first = store.add("first", {3}, 1);
  for (int i = 0; i < 1000; ++i) store.add("another", {1}, 1);
  store.allocate(Gradients::kKept);
  CHECK(&first == &store.parameters().front());
  CHECK(first.value().data() == store.values().data());
}

TEST_CASE("initialize stays within every parameter's limit, and uses it") {
  ParameterStore store;
  Parameter& wide = store.add("wide", {31, 37}, 0.5F);
  Parameter& narrow = store.add("narrow", {1001}, 0.01F);
  Parameter& none = store.add("none", {7}, 0);
  store.allocate(Gradients::kKept);
  Random random(1);
  store.initialize(random);
  for (const auto& [parameter, limit] : {std::pair(&wide, 0.5F), std::pair(&narrow, 0.01F)}) {
    const auto [low, high] = std::ranges::minmax(parameter->value());
    CHECK(low >= -limit);
    CHECK(low < -0.98F * limit);
    CHECK(high <= limit);
    CHECK(high > 0.98F * limit);
  }
  CHECK(std::ranges::count(none.value(), 0.0F) == 7);
}

TEST_CASE("initialize is a function of the seed and leaves the padding 0") {
  CHECK(initialized(7) == initialized(7));
  CHECK(initialized(7) != initialized(8));
  const std::vector<float> values = initialized(7);
  for (size_t i = 21; i < 32; ++i) CHECK(values[i] == 0);
}

TEST_CASE("the version changes when the values do") {
  ParameterStore store;
  fill(store);
  const Parameter& parameter = store.parameters()[1];
  const uint64_t first = parameter.version();
  CHECK(parameter.packed(0).version != first);  // no copy was made yet
  Random random(1);
  store.initialize(random);
  const uint64_t second = parameter.version();
  CHECK(second != first);
  store.changed();
  CHECK(parameter.version() != second);
  CHECK(parameter.version() == store.version());
  const uint64_t third = store.version();
  store.clear_gradients();
  CHECK(store.version() == third);
}

// Twice the first number of a parameter, and how often that was found.
std::atomic<int> doubled_count = 0;
void double_first(const Parameter& parameter, std::byte* copy) {
  ++doubled_count;
  *reinterpret_cast<float*>(copy) = 2 * parameter.value()[0];
}

TEST_CASE("a copy is made once for each version of the values, by who asks or by all threads") {
  ParameterStore store;
  fill(store);
  const Parameter &first = store.parameters()[0], &second = store.parameters()[1];
  const auto doubled = [](const Parameter& parameter) {
    return *reinterpret_cast<const float*>(parameter.copy(double_first, sizeof(float)));
  };
  doubled_count = 0;
  const auto change = [&](float value) {
    first.value()[0] = value;
    store.changed();
  };
  change(3);
  store.refresh();
  CHECK(doubled_count == 0);  // nobody asked for any yet
  CHECK(doubled(first) == 6);
  CHECK(doubled(first) == 6);
  CHECK(doubled_count == 1);
  change(4);
  CHECK(doubled(first) == 8);
  CHECK(doubled_count == 2);
  change(5);
  store.refresh();
  CHECK(doubled_count == 3);
  CHECK(doubled(first) == 10);
  CHECK(doubled_count == 3);
  change(6);
  store.refresh();
  CHECK(doubled_count == 4);
  change(7);
  store.refresh();
  CHECK(doubled_count == 4);  // nobody asked for it again
  CHECK(doubled(first) == 14);
  second.value()[0] = 8;
  CHECK(doubled(second) == 16);
  second.value()[0] = 9;
  change(8);
  doubled_count = 0;
  store.refresh();
  CHECK(doubled_count == 2);
  CHECK(doubled(first) == 16);
  CHECK(doubled(second) == 18);
  CHECK(doubled_count == 2);
}

TEST_CASE("nothing learns in 8-bit integers") {
  ParameterStore store;
  fill(store);
  CHECK_THROWS_AS(store.compute_in(Precision::kInt8), std::logic_error);
  CHECK_NOTHROW(store.compute_in(Precision::kBf16));
}

TEST_CASE("a store without gradients has none") {
  ParameterStore store;
  fill(store, Gradients::kNone);
  CHECK(store.gradients().empty());
  for (const Parameter& parameter : store.parameters()) CHECK(parameter.gradient().empty());
  store.clear_gradients();
  CHECK(store.values().size() == 32 + 16 + 176);
}

TEST_CASE("an empty store is legal") {
  ParameterStore store;
  store.allocate(Gradients::kKept);
  CHECK(store.values().empty());
  CHECK(store.count() == 0);
}

TEST_CASE("clear_gradients clears all gradients and no value") {
  ParameterStore store;
  fill(store);
  std::ranges::fill(store.values(), 2.0F);
  std::ranges::fill(store.gradients(), 3.0F);
  store.clear_gradients();
  CHECK(std::ranges::count(store.gradients(), 0.0F) ==
        static_cast<int64_t>(store.gradients().size()));
  CHECK(std::ranges::count(store.values(), 2.0F) == static_cast<int64_t>(store.values().size()));
}

TEST_CASE("glorot_limit is the square root of 6 over the sum of both fans") {
  CHECK(glorot_limit(2, 4) == Approx(1));
  CHECK(glorot_limit(100, 50) == Approx(0.2));
}

TEST_CASE("a parameter is found by its name") {
  ParameterStore store;
  store.add("one", {2}, 0);
  Parameter& two = store.add("two", {3}, 0);
  CHECK(&store.at("two") == &two);
  CHECK_THROWS_WITH(store.at("three"), "there is no parameter called three");
}

TEST_CASE("a part of a parameter may start from one value") {
  ParameterStore store;
  Parameter& parameter = store.add("bias", {4, 3}, 0.5F);
  parameter.start_from(1, 3, 3);
  store.allocate(ParameterStore::Gradients::kNone);
  Random random(5);
  store.initialize(random);
  for (size_t i = 0; i < 12; ++i) {
    const bool fixed = i >= 3 && i < 6;
    CHECK((parameter.value()[i] == 1.0F) == fixed);
  }
}

}  // namespace alinea
