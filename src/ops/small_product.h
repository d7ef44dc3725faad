// Products of matrices that are too small for a primitive to pay: those of attention, of one head
// and one sentence. A call of oneDNN costs about as much as a product of 16 rows and columns.
#pragma once

#include <cstdint>

namespace alinea::ops {

// Read-only: element (i, j) is data[i * row + j * column].
struct StridedMatrix {
  const float* data;
  int64_t row, column = 1;

  StridedMatrix transposed() const { return {data, column, row}; }
};

// c [rows, columns] = a [rows, inner] b [inner, columns], or that added to c. The rows of b and c
// are contiguous; c may not overlap a or b. Sums are taken in the order of `inner`, whatever the
// other sizes are. Large products go to oneDNN's matmul.
struct SmallProduct {
  int64_t rows, columns, inner;
  StridedMatrix a;
  const float* b;
  int64_t b_row;
  float* c;
  int64_t c_row;
  bool add = false;
};
void multiply_small(const SmallProduct& product);

}  // namespace alinea::ops
