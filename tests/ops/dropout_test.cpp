// Inverted dropout.
#include "ops/dropout.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "autograd/parallel.h"
#include "ops/operation_check.h"

namespace alinea {

namespace {

constexpr int64_t kCount = 100'000;

// What becomes of ones: the mask.
std::vector<float> mask(Random& random, float probability, int64_t count = kCount) {
  std::vector<float> ones(static_cast<size_t>(count), 1.0F);
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining, &random);
  const Variable y = ops::dropout(tape, tape.constant({ones.data(), {count}}), probability);
  return {y.values().begin(), y.values().end()};
}

// The share of the elements that `holds` is true of, checked to about five standard deviations.
template <typename Holds>
void check_share(int64_t count, double expected, Holds holds) {
  int64_t found = 0;
  for (int64_t i = 0; i < count; ++i) found += holds(static_cast<size_t>(i)) ? 1 : 0;
  const double n = static_cast<double>(count);
  CHECK(static_cast<double>(found) / n ==
        Approx(expected).margin(5 * std::sqrt(expected * (1 - expected) / n)));
}

}  // namespace

TEST_CASE("dropout drops its share and scales the rest") {
  const float probability = GENERATE(0.1F, 0.3F, 0.5F, 0.9F);
  Random random(GENERATE(1, 2, 3));
  const std::vector<float> y = mask(random, probability);
  for (float value : y)
    if (value != 0) REQUIRE(value == Approx(1.0F / (1.0F - probability)));
  check_share(kCount, static_cast<double>(probability), [&](size_t i) { return y[i] == 0; });
}

TEST_CASE("dropout drops every element apart from the others, and from other masks") {
  const double p = 0.3;
  Random random(5);
  const std::vector<float> y = mask(random, 0.3F), next = mask(random, 0.3F);
  for (size_t lag : {1U, 2U, 16U, 512U})
    check_share(kCount - static_cast<int64_t>(lag), p * p,
                [&](size_t i) { return y[i] == 0 && y[i + lag] == 0; });
  check_share(kCount, p * p, [&](size_t i) { return y[i] == 0 && next[i] == 0; });
}

TEST_CASE("dropout's mask is a function of the key") {
  Random one(7), same(7), other(8);
  const std::vector<float> y = mask(one, 0.5F, 1001);
  CHECK(mask(same, 0.5F, 1001) == y);
  CHECK(mask(other, 0.5F, 1001) != y);
  CHECK(mask(one, 0.5F, 1001) != y);
}

TEST_CASE("dropout's mask depends on no thread") {
  REQUIRE(kCount > kWorthThreads);
  std::vector<std::vector<float>> masks;
  for (int threads : {1, 2, 5}) {
    const Threads scope(threads);
    Random random(7);
    masks.push_back(mask(random, 0.3F));
  }
  CHECK(masks[1] == masks[0]);
  CHECK(masks[2] == masks[0]);
}

TEST_CASE("dropout's gradient passes where its value did, and adds up") {
  TestTensor x({3, 5, 7}, 1, 0.5F, 1);
  TestTensor weights({3, 5, 7}, 2);
  Random random(3);
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining, &random);
  const Variable in = tape.input(x.tensor());
  const Variable y = ops::dropout(tape, in, 0.4F), z = ops::dropout(tape, in, 0.4F);
  const Variable loss = tape.result({1}, {y, z});
  tape.record([=, w = weights.tensor()] {
    std::copy_n(w.data, w.shape.elements(), y.gradient());
    std::copy_n(w.data, w.shape.elements(), z.gradient());
  });
  tape.backward(loss);
  bool differ = false;
  for (int64_t i = 0; i < in.elements(); ++i) {
    const double masks = (y.value()[i] + z.value()[i]) / x.values()[static_cast<size_t>(i)];
    CHECK(in.gradient()[i] == Approx(masks * at(weights, i)));
    differ = differ || y.value()[i] != z.value()[i];
  }
  CHECK(differ);
}

TEST_CASE("dropout by sentence drops the same elements at all steps of a sentence") {
  const std::vector<int64_t> active = {3, 3, 2, 1};
  std::vector<TestTensor> in{TestTensor({9, 67}, 1, 1, 1)};
  const auto dropped = [&](uint64_t key) {
    Arena arena;
    Tape tape(arena, Tape::Mode::kTraining);
    const Variable x = tape.input(in[0].tensor());
    const Variable y = ops::dropout_by_sentence(tape, x, 0.4F, key, active);
    std::vector<float> mask;
    for (int64_t i = 0; i < y.elements(); ++i) {
      mask.push_back(y.value()[i] / x.value()[i]);
      REQUIRE((mask.back() == 0 || mask.back() == Approx(1 / 0.6)));
    }
    return mask;
  };
  const std::vector<float> mask = dropped(7);
  const auto row = [&](size_t r) {
    return std::vector<float>(mask.begin() + static_cast<int64_t>(r) * 67,
                              mask.begin() + static_cast<int64_t>(r + 1) * 67);
  };
  CHECK(std::ranges::count(mask, 0.0F) > 180);
  CHECK(std::ranges::count(mask, 0.0F) < 301);
  for (size_t n : {0U, 1U, 2U}) CHECK(row(n) == row(3 + n));
  CHECK(row(6) == row(0));
  CHECK(row(7) == row(1));
  CHECK(row(8) == row(0));
  CHECK(row(0) != row(1));
  CHECK(row(1) != row(2));
  CHECK(dropped(7) == mask);
  CHECK(dropped(8) != mask);
  // One step's rows are dropped as they are among the others.
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  const Variable x = tape.input({in[0].tensor().data + 6 * 67, {2, 67}});
  const Variable y = ops::dropout_by_sentence(tape, x, 0.4F, 7, std::vector<int64_t>{2});
  for (int64_t i = 0; i < 2 * 67; ++i)
    CHECK((y.value()[i] == 0) == (mask[6 * 67 + static_cast<size_t>(i)] == 0));
}

TEST_CASE("dropout by sentence hands its gradient back where its value passed") {
  std::vector<TestTensor> in{TestTensor({6, 7}, 1)};
  const Computation computation = [](Tape& tape, const std::vector<Variable>& x) {
    return std::vector{
        ops::dropout_by_sentence(tape, x[0], 0.4F, 3, std::vector<int64_t>{3, 2, 1})};
  };
  check_backward(in, computation);
}

TEST_CASE("dropout returns its argument where nothing is dropped") {
  TestTensor x({3, 5}, 1);
  Arena arena;
  Random random(1);
  Tape without(arena, Tape::Mode::kTraining), with(arena, Tape::Mode::kTraining, &random);
  const Variable in = with.input(x.tensor());
  CHECK(ops::dropout(without, in, 0.5F).value() == in.value());
  CHECK(ops::dropout(with, in, 0).value() == in.value());
  CHECK(random.state() == Random(1).state());
  CHECK(ops::dropout(with, in, 0.5F).value() != in.value());
}

}  // namespace alinea
