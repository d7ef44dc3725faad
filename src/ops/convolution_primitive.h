// Convolution on oneDNN's primitives: the values and the gradient by the input.
#pragma once

#include "ops/convolution.h"
#include "tensor/arena.h"

namespace alinea::ops {

// Pictures [batch, height, width, inputs]; kernels [rows.kernel, columns.kernel, inputs, outputs].
struct ConvolutionSize {
  int64_t batch, height, width, inputs, outputs;
  ConvolutionAxis rows, columns;

  int64_t output_height() const { return rows.outputs(height); }
  int64_t output_width() const { return columns.outputs(width); }
  bool operator==(const ConvolutionSize&) const = default;
};

// y = x * W + b; the bias may be nullptr. The arena is for what is needed meanwhile.
void convolve(Arena& arena, const ConvolutionSize& size, const float* x, const float* weight,
              const float* bias, float* y);
// dx = what dy makes of x.
void convolve_backward(Arena& arena, const ConvolutionSize& size, const float* dy,
                       const float* weight, float* dx);

}  // namespace alinea::ops
