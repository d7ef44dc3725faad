// The score of docs/tour.md: what the page prints computes and learns.
#include "models/squashed_score.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "autograd/gradient_check.h"
#include "models/near.h"
#include "ops/engine.h"

namespace alinea {
namespace {

TEST_CASE("the score that the tour adds is q · tanh(h W + b), with its gradient") {
  ops::set_threads(1);
  constexpr int64_t kQuery = 3, kStates = 5;
  ParameterStore store;
  const SquashedScore score(store, "attention", {kQuery, kStates, /*attention=*/7});
  Parameter& states = store.add("states", {1, 2, kStates}, 0);
  Parameter& query = store.add("query", {1, 1, kQuery}, 0);
  store.allocate(ParameterStore::Gradients::kKept);
  Random random(3);
  for (float& value : store.values()) value = 2 * random.uniform() - 1;
  store.changed();
  REQUIRE(store.at("attention.key.weight").shape() == Shape{kStates, kQuery});
  CHECK(score.key_size() == kQuery);

  const std::span<const float> W = store.at("attention.key.weight").value(),
                               b = store.at("attention.key.bias").value();
  Arena arena;
  const auto energies = [&](bool backward) {
    arena.reset();
    Tape tape(arena, Tape::Mode::kTraining);
    const Variable e = score.energies(tape, tape.use(query), score.keys(tape, tape.use(states)));
    if (backward) tape.backward(e);
    return std::vector<float>(e.values().begin(), e.values().end());
  };
  const std::vector<float> found = energies(false);
  REQUIRE(found.size() == 2);
  for (size_t s = 0; s < 2; ++s) {
    double expected = 0;
    for (size_t q = 0; q < kQuery; ++q) {
      double key = static_cast<double>(b[q]);
      for (size_t k = 0; k < kStates; ++k)
        key += static_cast<double>(states.value()[s * kStates + k]) *
               static_cast<double>(W[k * kQuery + q]);
      expected += static_cast<double>(query.value()[q]) * std::tanh(key);
    }
    CHECK(found[s] == near(expected, 1e-6));
  }
  const auto sum = [&](bool backward) {
    const std::vector<float> e = energies(backward);
    return static_cast<double>(e[0]) + static_cast<double>(e[1]);
  };
  check_parameter_gradients(store, sum, /*samples=*/4, {5e-3F, 4e-3});
}

}  // namespace
}  // namespace alinea
