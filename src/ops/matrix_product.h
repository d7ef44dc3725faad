// c = a b: one product of two matrices on oneDNN's matmul.
#pragma once

#include <cstdint>

namespace alinea::ops {

// A number rounded to bfloat16, the upper half of a float.
using Bf16 = uint16_t;

enum class Transpose : char { kNo, kYes };

// Row-major, and read transposed where it says so.
template <typename Number>
struct MatrixView {
  const Number* data;
  int64_t stride;  // between rows as they lie in memory
  Transpose transpose = Transpose::kNo;
};
using FloatView = MatrixView<float>;
using Bf16View = MatrixView<Bf16>;

struct GemmSize {
  int64_t rows, columns, inner;
};

// Where a product goes.
struct Sum {
  float* data;
  int64_t stride;    // between rows
  bool add = false;  // to what is there
};

// c [rows, columns] = a [rows, inner] b [inner, columns] + bias, row-major; sums are floats. The
// bias, one number a column, may be nullptr; where there is one, nothing is added to c.
void gemm(const GemmSize& size, const FloatView& a, const FloatView& b, const Sum& c,
          const float* bias = nullptr);
void gemm(const GemmSize& size, const Bf16View& a, const Bf16View& b, const Sum& c,
          const float* bias = nullptr);

}  // namespace alinea::ops
