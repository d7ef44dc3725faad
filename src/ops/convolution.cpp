#include "ops/convolution.h"

#include <algorithm>

#include "autograd/parallel.h"
#include "ops/check.h"
#include "ops/convolution_primitive.h"
#include "ops/matrix_product.h"
#include "ops/weight_gradient.h"

namespace alinea::ops {

namespace {

// The cells of x that cell (row, column) of the kernel meets, one for each output cell, [N H' W',
// I]; zeros outside.
void cells_met(const ConvolutionSize& s, const float* x, int64_t row, int64_t column,
               float* cells) {
  const int64_t width = s.output_width(), height = s.output_height();
#pragma omp parallel for if (parallel : s.batch * height * width * s.inputs > kWorthThreads)
  for (int64_t line = 0; line < s.batch * height; ++line) {
    const int64_t n = line / height, h = line % height * s.rows.stride - s.rows.before + row;
    float* to = cells + line * width * s.inputs;
    for (int64_t t = 0; t < width; ++t, to += s.inputs) {
      const int64_t w = t * s.columns.stride - s.columns.before + column;
      if (h < 0 || h >= s.height || w < 0 || w >= s.width) {
        std::fill_n(to, s.inputs, 0.0F);
      } else {
        std::copy_n(x + ((n * s.height + h) * s.width + w) * s.inputs, s.inputs, to);
      }
    }
  }
}

// dW of each cell of the kernel += (the cells that it meets)ᵀ dy: a product each, which on AVX2 is
// faster than the primitive for it (docs/decisions/0019).
void add_kernel_gradient(Arena& arena, const ConvolutionSize& s, const float* x, const float* dy,
                         const Variable& weight) {
  auto [dweight, beta] = weight.accumulator();  // which may lie in the arena
  const Arena::Temporary temporary(arena);
  const int64_t rows = s.batch * s.output_height() * s.output_width();
  float* cells = arena.floats(rows * s.inputs).data();
  for (int64_t row = 0; row < s.rows.kernel; ++row)
    for (int64_t column = 0; column < s.columns.kernel; ++column) {
      cells_met(s, x, row, column, cells);
      gemm({s.inputs, s.outputs, rows}, {cells, s.inputs, Transpose::kYes}, {dy, s.outputs},
           {dweight, s.outputs, beta != 0});
      dweight += s.inputs * s.outputs;
    }
}

void add_input_gradient(Arena& arena, const ConvolutionSize& s, const float* dy,
                        const float* weight, const Variable& x) {
  const Variable::Accumulator sum = x.accumulator();
  if (sum.beta == 0) return convolve_backward(arena, s, dy, weight, sum.data);
  const Arena::Temporary temporary(arena);
  float* more = arena.floats(x.elements()).data();
  convolve_backward(arena, s, dy, weight, more);
  const int64_t count = x.elements();
#pragma omp parallel for simd if (parallel : count > kWorthThreads)
  for (int64_t i = 0; i < count; ++i) sum.data[i] += more[i];
}

Variable convolved(Tape& tape, const ConvolutionSize& s, Shape shape, const Variable& x,
                   const Variable& weight, const Variable& bias) {
  const OperationTimer timer(tape, "convolution");
  check(weight.shape()[-2] == s.inputs, "convolution", "the inputs of the kernels", s.inputs,
        weight.shape()[-2]);
  check(s.output_height() > 0 && s.output_width() > 0, "convolution", "the windows that fit", 1, 0);
  if (bias)
    check(bias.elements() == s.outputs, "convolution", "the bias", s.outputs, bias.elements());
  Variable y = tape.result(shape, {x, weight, bias});
  convolve(tape.arena(), s, x.value(), weight.value(), bias ? bias.value() : nullptr, y.value());

  tape.record([=, arena = &tape.arena()] {
    if (!y.has_gradient()) return;
    const float* dy = y.gradient();
    if (x.requires_gradient()) add_input_gradient(*arena, s, dy, weight.value(), x);
    if (weight.requires_gradient()) add_kernel_gradient(*arena, s, x.value(), dy, weight);
    if (bias.requires_gradient()) add_bias_gradient(bias, y.rows(), {dy, s.outputs, s.outputs});
  });
  return y;
}

}  // namespace

Variable convolution(Tape& tape, const Variable& x, const Variable& weight, const Variable& bias,
                     const ConvolutionAxis& axis) {
  const Shape& in = x.shape();
  check(weight.shape()[0] == axis.kernel, "convolution", "the kernel's width", axis.kernel,
        weight.shape()[0]);
  const int64_t outputs = weight.columns();
  return convolved(tape, {in[0], 1, in[1], in[2], outputs, {.kernel = 1}, axis},
                   {in[0], axis.outputs(in[1]), outputs}, x, weight, bias);
}

Variable convolution(Tape& tape, const Variable& x, const Variable& weight, const Variable& bias,
                     const ConvolutionAxis& rows, const ConvolutionAxis& columns) {
  const Shape& in = x.shape();
  check(weight.shape()[0] == rows.kernel, "convolution", "the kernel's height", rows.kernel,
        weight.shape()[0]);
  check(weight.shape()[1] == columns.kernel, "convolution", "the kernel's width", columns.kernel,
        weight.shape()[1]);
  const int64_t outputs = weight.columns();
  return convolved(tape, {in[0], in[1], in[2], in[3], outputs, rows, columns},
                   {in[0], rows.outputs(in[1]), columns.outputs(in[2]), outputs}, x, weight, bias);
}

}  // namespace alinea::ops
