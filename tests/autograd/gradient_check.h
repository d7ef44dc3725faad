// One checker for every operation and every model: compares the gradients that a tape hands back
// with central differences of the loss.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "autograd/tape.h"

namespace alinea {

// A tensor that a test fills and differentiates by.
class TestTensor {
 public:
  // Values uniform in [low, high), a function of the seed.
  TestTensor(Shape shape, uint64_t seed, float low = -1, float high = 1);
  Tensor tensor() { return {values_.data(), shape_}; }
  std::vector<float>& values() { return values_; }
  const Shape& shape() const { return shape_; }

 private:
  Shape shape_;
  std::vector<float> values_;
};

// Rebuilds the computation on a fresh tape from the current values and returns its outputs; the
// loss is a fixed random projection of all of them. `inputs` are put on the tape in order and
// passed in.
using Computation =
    std::function<std::vector<Variable>(Tape&, const std::vector<Variable>& inputs)>;

struct GradientCheck {
  float step = 1e-2F;
  double tolerance = 2e-3;  // of |analytic - numeric|, relative to the gradient's largest element
};

// Checks every element of every input by Catch2's CHECK.
void check_gradients(std::vector<TestTensor>& inputs, const Computation& computation,
                     const GradientCheck& options = {});

// Checks the gradient of a loss by parameters: at most `samples` elements of each, spread evenly.
// `loss` computes the loss and, where asked, also plays the tape backwards into the store.
void check_parameter_gradients(ParameterStore& store, const std::function<double(bool)>& loss,
                               int64_t samples, const GradientCheck& options = {});

}  // namespace alinea
