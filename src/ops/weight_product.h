// Products with weights, there and on the way back, and in which arithmetic they are computed:
//
// - Where nothing is learned the weights are packed once (packed_product.h).
// - Weights that learn are multiplied as they are; in kBf16 both sides are rounded before (bf16.h),
//   the weights once an update. Sums, gradients and the weights themselves stay 32-bit floats, and
//   so do products with what is no whole parameter: a part of one, or weights that dropout has
//   changed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "autograd/tape.h"

namespace alinea::ops {

// Columns [first, first + outputs) of weights [inputs, stride]; or, where the weights lie the other
// way round, columns [first, first + inputs) of [outputs, stride].
struct WeightPart {
  Variable weight;
  int64_t inputs, outputs, stride;
  int64_t first = 0;
  bool transposed = false;
};

// y [rows, outputs] = x [rows, inputs] W + b, or x W added to y. Rows lie so many floats apart. The
// bias [outputs] may be nullptr.
struct WeightProduct {
  int64_t rows;
  const float* x;
  int64_t x_stride;
  const float* bias = nullptr;
  bool add = false;
  float* y;
  int64_t y_stride;
};
void multiply(Tape& tape, const WeightPart& part, const WeightProduct& product);

// What is handed back: y [rows, inputs] = x [rows, outputs] Wᵀ, or that added to y. No bias.
void multiply_backward(Tape& tape, const WeightPart& part, const WeightProduct& product);

// Whether products with the weight, which learns, are those of rounded sides.
bool is_rounded(const Variable& weight);

std::vector<std::string> precision_names();
std::vector<std::string> learning_precision_names();  // those of weights that learn
// Throws UsageError for a name that is not one of precision_names(), Error where the CPU has no
// instructions for it.
Precision precision_from_name(const std::string& name);

}  // namespace alinea::ops
