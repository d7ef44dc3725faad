// Convolution over one axis or two: every output cell sees a window of the input's cells.
#pragma once

#include "autograd/tape.h"

namespace alinea::ops {

// How windows lie along an axis: the cells that each sees, the distance between two of them, and
// zeros before the first cell and behind the last.
struct ConvolutionAxis {
  int64_t kernel;
  int64_t stride = 1, before = 0, after = 0;

  // How many windows there are over so many cells; less than 1 where none fits.
  int64_t outputs(int64_t cells) const {
    return cells + before + after < kernel ? 0 : (cells + before + after - kernel) / stride + 1;
  }
  bool operator==(const ConvolutionAxis&) const = default;
};

// x [N, S, I], weight [k, I, O], bias [O] or none -> y [N, outputs(S), O]:
//   y_t = Σ_j x_{t stride - before + j} W_j + b,  x = 0 outside
Variable convolution(Tape& tape, const Variable& x, const Variable& weight, const Variable& bias,
                     const ConvolutionAxis& axis);

// x [N, H, W, I], weight [k_h, k_w, I, O] -> [N, rows.outputs(H), columns.outputs(W), O]: the same
// over both axes. `rows` says how windows lie from the top down, `columns` from left to right.
Variable convolution(Tape& tape, const Variable& x, const Variable& weight, const Variable& bias,
                     const ConvolutionAxis& rows, const ConvolutionAxis& columns);

}  // namespace alinea::ops
