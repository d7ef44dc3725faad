#include "ops/bf16.h"

#include <array>
#include <bit>
#include <optional>

#include "autograd/parallel.h"

namespace alinea::ops {

namespace {

using dnnl::memory;

Bf16 to_bf16(float value) {
  constexpr uint32_t kQuietNan = 0x7fc0;
  const auto bits = std::bit_cast<uint32_t>(value);
  const uint32_t rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
  return static_cast<Bf16>(value != value ? kQuietNan : rounded);
}

// One primitive for matrices of all sizes: making one for each would cost more than they save.
constexpr int64_t kAny = DNNL_RUNTIME_DIM_VAL;

memory::desc matrix(int64_t rows, int64_t columns, int64_t stride, Transpose transpose,
                    memory::data_type type) {
  const bool turned = transpose == Transpose::kYes;
  return {{rows, columns}, type, memory::dims{turned ? 1 : stride, turned ? stride : 1}};
}

dnnl::matmul make_bf16_product(Transpose a, Transpose b, bool bias, bool add) {
  using Type = memory::data_type;
  const memory::desc left = matrix(kAny, kAny, kAny, a, Type::bf16),
                     right = matrix(kAny, kAny, kAny, b, Type::bf16),
                     row = matrix(1, kAny, kAny, Transpose::kNo, Type::f32),
                     sum = matrix(kAny, kAny, kAny, Transpose::kNo, Type::f32);
  const dnnl::primitive_attr attributes = summed(add);
  return dnnl::matmul(bias ? describe<dnnl::matmul>(attributes, left, right, row, sum)
                           : describe<dnnl::matmul>(attributes, left, right, sum));
}

const dnnl::matmul& bf16_product(Transpose a, Transpose b, bool bias, bool add) {
  thread_local std::array<std::optional<dnnl::matmul>, 16> made;
  const size_t index = (a == Transpose::kYes ? 8 : 0) + (b == Transpose::kYes ? 4 : 0) +
                       (bias ? 2 : 0) + (add ? 1 : 0);
  if (!made[index]) made[index] = make_bf16_product(a, b, bias, add);
  return *made[index];
}

}  // namespace

void round_rows(const float* x, int64_t rows, int64_t columns, int64_t stride, Bf16* rounded) {
  if (stride == columns) {
    const int64_t count = rows * columns;
#pragma omp parallel for simd if (parallel : count > kWorthThreads)
    for (int64_t i = 0; i < count; ++i) rounded[i] = to_bf16(x[i]);
    return;
  }
#pragma omp parallel for if (parallel : rows * columns > kWorthThreads)
  for (int64_t r = 0; r < rows; ++r) {
#pragma omp simd
    for (int64_t c = 0; c < columns; ++c) rounded[r * columns + c] = to_bf16(x[r * stride + c]);
  }
}

Bf16View rounded_rows(Arena& arena, const float* x, int64_t rows, int64_t columns, int64_t stride) {
  Bf16* rounded = arena.array<Bf16>(rows * columns).data();
  round_rows(x, rows, columns, stride, rounded);
  return {rounded, columns};
}

void gemm(const GemmSize& size, const Bf16View& a, const Bf16View& b, const float* bias, bool add,
          const Sum& c) {
  if (size.rows == 0 || size.columns == 0) return;
  if (size.inner == 0) return set_to_empty_sum(size, bias, add, c.data, c.stride);
  using Type = memory::data_type;
  const auto bind = [](const memory::desc& description, const void* data) {
    return memory(description, cpu(), const_cast<void*>(data));
  };
  std::unordered_map<int, memory> arguments = {
      {DNNL_ARG_SRC,
       bind(matrix(size.rows, size.inner, a.stride, a.transpose, Type::bf16), a.data)},
      {DNNL_ARG_WEIGHTS,
       bind(matrix(size.inner, size.columns, b.stride, b.transpose, Type::bf16), b.data)},
      {DNNL_ARG_DST,
       bind(matrix(size.rows, size.columns, c.stride, Transpose::kNo, Type::f32), c.data)}};
  if (bias != nullptr)
    arguments.emplace(DNNL_ARG_BIAS,
                      bind(matrix(1, size.columns, size.columns, Transpose::kNo, Type::f32), bias));
  bf16_product(a.transpose, b.transpose, bias != nullptr, add).execute(stream(), arguments);
}

}  // namespace alinea::ops
