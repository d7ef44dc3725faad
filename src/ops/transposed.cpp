#include "ops/transposed.h"

#include <algorithm>

#include "autograd/parallel.h"

namespace alinea::ops {

namespace {

constexpr int64_t kTile = 16;  // floats of a cache line

// One tile of rows x columns, which reads and writes whole cache lines: they turn in between.
void transpose_tile(const float* from, int64_t from_stride, float* to, int64_t to_stride) {
  float turned[kTile][kTile];
  for (int64_t r = 0; r < kTile; ++r)
    for (int64_t c = 0; c < kTile; ++c) turned[c][r] = from[r * from_stride + c];
  for (int64_t c = 0; c < kTile; ++c) std::copy_n(turned[c], kTile, to + c * to_stride);
}

void transpose(const float* weights, int64_t inputs, int64_t outputs, float* transposed) {
#pragma omp parallel for if (parallel : inputs * outputs > kWorthThreads)
  for (int64_t o = 0; o < outputs; o += kTile)
    for (int64_t i = 0; i < inputs; i += kTile) {
      const float* from = weights + i * outputs + o;
      float* to = transposed + o * inputs + i;
      if (o + kTile <= outputs && i + kTile <= inputs) {
        transpose_tile(from, outputs, to, inputs);
        continue;
      }
      for (int64_t r = 0; r < std::min(kTile, inputs - i); ++r)
        for (int64_t c = 0; c < std::min(kTile, outputs - o); ++c)
          to[c * inputs + r] = from[r * outputs + c];
    }
}

// What is no parameter is turned over once a tape: steps that come one by one share their weights.
struct Turned : Tape::Deferred {
  const float* weights;
  int64_t inputs, outputs;
  float* transposed;
};
void keep(Tape::Deferred* /*self*/) {}

float* turned(Tape& tape, const Variable& weights, int64_t inputs, int64_t outputs) {
  for (Tape::Deferred* one = tape.deferred(); one != nullptr; one = one->next)
    if (one->run == keep) {
      const auto* found = static_cast<Turned*>(one);
      if (found->weights == weights.value() && found->inputs == inputs && found->outputs == outputs)
        return found->transposed;
    }
  auto* made = tape.arena().make<Turned>();
  made->run = keep;
  made->weights = weights.value();
  made->inputs = inputs;
  made->outputs = outputs;
  made->transposed = tape.arena().floats(weights.elements()).data();
  transpose(weights.value(), inputs, outputs, made->transposed);
  tape.defer(*made);
  return made->transposed;
}

}  // namespace

const float* transposed(Tape& tape, const Variable& weights) {
  const Parameter* parameter = weights.parameter();
  if (parameter == nullptr)
    return turned(tape, weights, weights.shape()[0], weights.elements() / weights.shape()[0]);
  const auto make = [](const Parameter& of, std::byte* copy) {
    const int64_t inputs = of.shape()[0];
    transpose(of.value().data(), inputs, of.shape().elements() / inputs,
              reinterpret_cast<float*>(copy));
  };
  return reinterpret_cast<const float*>(parameter->copy(make, parameter->value().size_bytes()));
}

}  // namespace alinea::ops
