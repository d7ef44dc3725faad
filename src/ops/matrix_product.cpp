#include "ops/matrix_product.h"

#include <algorithm>
#include <array>
#include <optional>

#include "ops/onednn.h"

namespace alinea::ops {

namespace {

using dnnl::memory;
using Type = memory::data_type;

constexpr int64_t kAny = DNNL_RUNTIME_DIM_VAL;

memory::desc matrix(int64_t rows, int64_t columns, int64_t stride, Transpose transpose, Type type) {
  const bool transposed = transpose == Transpose::kYes;
  return {{rows, columns}, type, memory::dims{transposed ? 1 : stride, transposed ? stride : 1}};
}

struct ProductKind {
  Type type;
  Transpose a, b;
  bool bias, add;

  size_t index() const {
    return (type == Type::bf16 ? 16 : 0) + (a == Transpose::kYes ? 8 : 0) +
           (b == Transpose::kYes ? 4 : 0) + (bias ? 2 : 0) + (add ? 1 : 0);
  }
};

dnnl::matmul make_product(const ProductKind& kind) {
  const memory::desc a = matrix(kAny, kAny, kAny, kind.a, kind.type),
                     b = matrix(kAny, kAny, kAny, kind.b, kind.type),
                     bias = matrix(1, kAny, kAny, Transpose::kNo, Type::f32),
                     c = matrix(kAny, kAny, kAny, Transpose::kNo, Type::f32);
  const dnnl::primitive_attr attributes = summed(kind.add);
  return dnnl::matmul(kind.bias ? describe<dnnl::matmul>(attributes, a, b, bias, c)
                                : describe<dnnl::matmul>(attributes, a, b, c));
}

// One primitive for matrices of all sizes: making one for each would cost more than they save.
const dnnl::matmul& product(const ProductKind& kind) {
  thread_local std::array<std::optional<dnnl::matmul>, 32> made;
  std::optional<dnnl::matmul>& found = made[kind.index()];
  if (!found) found = make_product(kind);
  return *found;
}

// What c is where `inner` is 0, at which oneDNN leaves it as it is.
void set_to_empty_sum(const GemmSize& size, const float* bias, const Sum& c) {
  if (c.add) return;
  for (int64_t r = 0; r < size.rows; ++r) {
    float* row = c.data + r * c.stride;
    if (bias != nullptr) {
      std::copy_n(bias, size.columns, row);
    } else {
      std::fill_n(row, size.columns, 0.0F);
    }
  }
}

template <typename Number>
void multiply(Type type, const GemmSize& size, const MatrixView<Number>& a,
              const MatrixView<Number>& b, const Sum& c, const float* bias) {
  if (size.rows == 0 || size.columns == 0) return;
  if (size.inner == 0) return set_to_empty_sum(size, bias, c);
  const auto bind = [](const memory::desc& description, const void* data) {
    return memory(description, cpu(), const_cast<void*>(data));
  };
  std::unordered_map<int, memory> arguments = {
      {DNNL_ARG_SRC, bind(matrix(size.rows, size.inner, a.stride, a.transpose, type), a.data)},
      {DNNL_ARG_WEIGHTS,
       bind(matrix(size.inner, size.columns, b.stride, b.transpose, type), b.data)},
      {DNNL_ARG_DST,
       bind(matrix(size.rows, size.columns, c.stride, Transpose::kNo, Type::f32), c.data)}};
  if (bias != nullptr)
    arguments.emplace(DNNL_ARG_BIAS,
                      bind(matrix(1, size.columns, size.columns, Transpose::kNo, Type::f32), bias));
  product({type, a.transpose, b.transpose, bias != nullptr, c.add}).execute(stream(), arguments);
}

}  // namespace

void gemm(const GemmSize& size, const FloatView& a, const FloatView& b, const Sum& c,
          const float* bias) {
  multiply(Type::f32, size, a, b, c, bias);
}

void gemm(const GemmSize& size, const Bf16View& a, const Bf16View& b, const Sum& c,
          const float* bias) {
  multiply(Type::bf16, size, a, b, c, bias);
}

}  // namespace alinea::ops
