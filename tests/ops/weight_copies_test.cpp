// Copies of weights that learn: where their elements lie, and when they are made anew.
#include "ops/weight_copies.h"

#include <catch2/catch.hpp>

namespace alinea {
namespace {

TEST_CASE("rows of a good stride are whole cache lines, and no multiple of 256 floats apart") {
  CHECK(ops::good_stride(1) == 16);
  CHECK(ops::good_stride(48) == 48);
  CHECK(ops::good_stride(255) == 272);
  CHECK(ops::good_stride(512) == 528);
  CHECK(ops::good_stride(2040) == 2064);
}

TEST_CASE("copies hold the weights of now, padded and transposed") {
  constexpr int64_t kInputs = 19, kOutputs = 2 * 256;
  ParameterStore store;
  const Parameter& parameter = store.add("w", {kInputs, 2, 256}, 0.5F);
  store.allocate(ParameterStore::Gradients::kKept);
  Random random(3);
  Arena arena;
  const bool is_parameter = GENERATE(true, false);
  for (int version = 0; version < 2; ++version) {
    store.initialize(random);
    Tape tape(arena, Tape::Mode::kTraining);
    const Variable weights = is_parameter
                                 ? tape.use(parameter)
                                 : tape.constant({parameter.value().data(), parameter.shape()});
    const auto padded = ops::padded(tape, weights), transposed = ops::transposed(tape, weights);
    CHECK(padded.stride == kOutputs + 16);
    CHECK(transposed.stride == 32);
    for (int64_t i = 0; i < kInputs; ++i)
      for (int64_t o = 0; o < kOutputs; ++o) {
        const float expected = parameter.value()[static_cast<size_t>(i * kOutputs + o)];
        REQUIRE(padded.data[i * padded.stride + o] == expected);
        REQUIRE(transposed.data[o * transposed.stride + i] == expected);
      }
    CHECK(ops::padded(tape, weights).data == padded.data);
    CHECK(ops::transposed(tape, weights).data == transposed.data);
  }
}

TEST_CASE("weights whose rows lie well are their own copy") {
  std::vector<float> values(3 * 48, 1.0F);
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  const Variable weights = tape.constant({values.data(), {3, 48}});
  CHECK(ops::padded(tape, weights).data == values.data());
}

}  // namespace
}  // namespace alinea
