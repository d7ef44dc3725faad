// What a recurrent layer does before it has learned anything.
#include <catch2/catch.hpp>
#include <cmath>

#include "layers/recurrent.h"
#include "models/near.h"

namespace alinea {
namespace {

// The last state of one step over an input of zeros from h = 0 and c, with the biases that training
// starts from and weights of 0.
struct FirstStep {
  std::vector<float> h, c;

  FirstStep(const std::string& cell, float before) {
    constexpr int64_t kInputs = 5, kHidden = 3;
    ParameterStore store;
    const Recurrent layer(store, "layer",
                          {.cell = cell_from_name(cell), .inputs = kInputs, .hidden = kHidden});
    store.allocate(ParameterStore::Gradients::kNone);
    Random random(1);
    store.initialize(random);
    for (const char* weights : {"layer.input", "layer.recurrent"})
      std::ranges::fill(store.at(weights).value(), 0.0F);
    store.changed();
    Arena arena;
    Tape tape(arena, Tape::Mode::kInference);
    RecurrentState state = layer.zero_state(tape, 1);
    if (state.c) std::ranges::fill(state.c.values(), before);
    const std::vector<int64_t> active = {1};
    const RecurrentResult result = layer(tape, tape.zeros({1, kInputs}), active, state);
    h.assign(result.last.h.values().begin(), result.last.h.values().end());
    if (state.c) c.assign(result.last.c.values().begin(), result.last.c.values().end());
  }
};

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

TEST_CASE("an LSTM starts out remembering: its forget gate has the bias 1, no other gate has one") {
  for (const float before : {0.0F, 2.0F, -0.5F}) {
    const FirstStep step("lstm", before);
    // c = σ(1) c + σ(0) tanh(0), h = σ(0) tanh(c)
    const double c = sigmoid(1) * static_cast<double>(before), h = 0.5 * std::tanh(c);
    for (size_t i = 0; i < 3; ++i) {
      CHECK(step.c.at(i) == near(c, 1e-6));
      CHECK(step.h.at(i) == near(h, 1e-6));
    }
  }
}

TEST_CASE("the gates of a GRU have no bias to start with") {
  const std::string cell = GENERATE("gru", "lbr-gru");
  CHECK(FirstStep(cell, 0).h == std::vector<float>(3, 0));
}

}  // namespace
}  // namespace alinea
