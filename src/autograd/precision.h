// The arithmetic of a product with weights. Whatever is not such a product, the sums of one, the
// gradients and the weights that learn stay 32-bit floats.
#pragma once

namespace alinea {

enum class Precision {
  kF32,
  kBf16,  // both sides rounded to bfloat16
  kInt8,  // both sides to 8-bit integers: weights by a scale a column, the other side by one a row
};

}  // namespace alinea
