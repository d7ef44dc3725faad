// Gradients of weights, which many steps may share. Every product with the rows of one step would
// read and write all of the gradient, more memory than the step itself; so rows are gathered and
// multiplied together.
#pragma once

#include <initializer_list>

#include "autograd/tape.h"

namespace alinea::ops {

struct Rows {
  const float* data;
  int64_t columns;
  int64_t stride;  // between rows
};

// Adds aᵀ b to the gradient of `weight`, a matrix with a row for every column of a and as many
// columns as b; or several such products, side by side. For a parameter and few rows that is done
// at the end of the way back, or once enough rows have come together: a and b lie in the arena and
// stay as they are.
struct GradientProduct {
  Rows a, b;
};
void add_weight_gradient(Tape& tape, const Variable& weight, int64_t rows,
                         std::initializer_list<GradientProduct> products);

// Adds the rows up, to so many columns of the gradient of `bias` from `first_column` on.
void add_bias_gradient(const Variable& bias, int64_t row_count, const Rows& rows,
                       int64_t first_column = 0);

}  // namespace alinea::ops
