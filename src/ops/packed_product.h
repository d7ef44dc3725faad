// Products with weights that are packed once into the layout, and the precision, in which oneDNN
// multiplies fastest: for a few rows a product that packs them each time takes up to twice as long.
// A model that learns has to pack them after each update, which pays in bfloat16 alone.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "autograd/tape.h"

namespace alinea::ops {

// Columns [first, first + outputs) of weights [inputs, stride]; or, for products with the weights
// turned over, columns [first, first + inputs) of [outputs, stride].
struct WeightPart {
  Variable weight;
  int64_t inputs, outputs, stride;
  int64_t first = 0;
  bool turned = false;
};

// Whether the product of so many rows with the weight, of a parameter in whole, is to be packed.
bool is_packed(const Tape& tape, const Variable& weight, int64_t rows);

// y [rows, outputs] = x [rows, inputs] W + b, or added to y. The rows of x lie `x_stride` apart,
// which with kF32 is `inputs`. The bias [outputs] may be nullptr.
struct PackedProduct {
  int64_t rows;
  const float* x;
  int64_t x_stride;
  const float* bias;
  bool add;
  float* y;
};
void multiply_packed(const WeightPart& part, const PackedProduct& product);

// c [a columns, b columns], rows so far apart, = aᵀ b + beta c for `rows` rows of both sides,
// rounded to bfloat16: the gradient of weights.
struct RowsProduct {
  int64_t rows;
  const float* a;
  int64_t a_columns, a_stride;
  const float* b;
  int64_t b_columns, b_stride;
  float beta;
  float* c;
  int64_t c_stride;
};
void multiply_rows_in_bf16(const RowsProduct& product);

std::vector<std::string> precision_names();
// Throws std::invalid_argument for a name that is not one of precision_names(), Error where the CPU
// has no instructions for it.
Precision precision_from_name(const std::string& name);

}  // namespace alinea::ops
