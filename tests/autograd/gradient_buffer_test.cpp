// Gradients in memory that holds anything until something is added.
#include "autograd/gradient_buffer.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <optional>
#include <vector>

#include "autograd/small_operations.h"

namespace alinea {

namespace {

constexpr float kAnything = 7;

struct Buffered {
  Buffered() {
    store.allocate(ParameterStore::Gradients::kNone);
    std::ranges::fill(used.value(), 1.0F);
    memory.assign(store.values().size(), 0.0F);
    buffer.emplace(store, memory);
    for (const Parameter& parameter : store.parameters())
      std::ranges::fill(at(parameter), kAnything);
    buffer->clear();
  }
  std::span<float> at(const Parameter& parameter) { return buffer->slot(parameter).values; }
  std::vector<float> gradient(const Parameter& parameter) {
    const std::span<float> values = at(parameter);
    return {values.begin(), values.end()};
  }

  ParameterStore store;
  Parameter &used = store.add("used", {2}, 1), &unused = store.add("unused", {3}, 1);
  std::vector<float> memory;
  std::optional<GradientBuffer> buffer;
  Arena arena;
};

using Values = std::vector<float>;

TEST_CASE("what nothing was added to is 0, once the buffer is settled") {
  Buffered b;
  Tape tape(b.arena, Tape::Mode::kTraining, nullptr, nullptr, &*b.buffer);
  tape.backward(scale(tape, tape.use(b.used), 3));
  CHECK(b.gradient(b.used) == Values{3, 3});
  CHECK(b.gradient(b.unused) == Values(3, kAnything));
  b.buffer->settle();
  CHECK(b.gradient(b.used) == Values{3, 3});
  CHECK(b.gradient(b.unused) == Values{0, 0, 0});
}

TEST_CASE("the first to add overwrites, all others add, on any tape and through any use") {
  Buffered b;
  for (int round = 0; round < 2; ++round) {
    for (int tapes = 0; tapes < 2; ++tapes) {
      b.arena.reset();
      Tape tape(b.arena, Tape::Mode::kTraining, nullptr, nullptr, &*b.buffer);
      for (int uses = 0; uses < 2; ++uses) {
        const auto [data, beta] = tape.use(b.used).accumulator();
        CHECK(data == b.at(b.used).data());
        CHECK(beta == (tapes == 0 && uses == 0 ? 0 : 1));
        for (int i = 0; i < 2; ++i) data[i] = beta * data[i] + 5;
      }
      CHECK(*tape.use(b.unused).gradient() == 0);
      CHECK(tape.use(b.unused).accumulator().beta == 1);
    }
    CHECK(b.gradient(b.used) == Values{20, 20});
    b.buffer->clear();
  }
}

TEST_CASE("who watches sees a parameter that nothing was added to as 0") {
  struct Watch : GradientWatch {
    explicit Watch(Buffered& buffered) : b(buffered) {}
    void is_final(const Parameter& parameter) override {
      CHECK(b.gradient(parameter) == Values(parameter.value().size(), 0));
      ++seen;
    }
    void operation_done() override {}
    Buffered& b;
    int seen = 0;
  };
  Buffered b;
  Watch watch(b);
  Tape tape(b.arena, Tape::Mode::kTraining, nullptr, nullptr, &*b.buffer);
  tape.tell(&watch);
  tape.use(b.unused);
  const float one = 1;
  tape.backward(scale(tape, tape.input({const_cast<float*>(&one), {1}}), 2));
  CHECK(watch.seen == 1);
}

}  // namespace

}  // namespace alinea
