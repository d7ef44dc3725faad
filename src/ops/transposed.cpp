#include "ops/transposed.h"

#include <algorithm>

#include "autograd/parallel.h"

namespace alinea::ops {

namespace {

void transpose(const float* weights, int64_t inputs, int64_t outputs, float* transposed) {
  constexpr int64_t kTile = 16;
#pragma omp parallel for if (parallel : inputs * outputs > kWorthThreads)
  for (int64_t o = 0; o < outputs; o += kTile)
    for (int64_t i = 0; i < inputs; ++i)
      for (int64_t j = o; j < std::min(o + kTile, outputs); ++j)
        transposed[j * inputs + i] = weights[i * outputs + j];
}

}  // namespace

float* transposed(Tape& tape, const Variable& weights) {
  const int64_t inputs = weights.shape()[0];
  const int64_t outputs = weights.elements() / inputs;
  const Parameter* parameter = weights.parameter();
  if (parameter == nullptr) {
    float* copy = tape.arena().floats(weights.elements()).data();
    transpose(weights.value(), inputs, outputs, copy);
    return copy;
  }
  Parameter::Packed& packed = parameter->packed();
  if (packed.version != parameter->version()) {
    packed.values.resize(static_cast<size_t>(weights.elements()));
    transpose(weights.value(), inputs, outputs, packed.values.data());
    packed.version = parameter->version();
  }
  return packed.values.data();
}

}  // namespace alinea::ops
