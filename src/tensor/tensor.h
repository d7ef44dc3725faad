// A row-major block of floats that somebody else owns (an arena, the parameters, a caller).
#pragma once

#include <span>

#include "tensor/shape.h"

namespace alinea {

struct Tensor {
  float* data = nullptr;
  Shape shape;

  std::span<float> values() const { return {data, static_cast<size_t>(shape.elements())}; }
};

}  // namespace alinea
