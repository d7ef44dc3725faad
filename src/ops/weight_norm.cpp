#include "ops/weight_norm.h"

#include <algorithm>
#include <cmath>

#include "autograd/parallel.h"
#include "ops/check.h"
#include "ops/vector_math.h"
#include "ops/weight_gradient.h"

namespace alinea::ops {

namespace {

// Keeps the scale of a column of zeros finite.
constexpr float kSmallestNorm = 1e-12F;

void norms_of_columns(const float* v, int64_t inputs, int64_t outputs, float* norms) {
  std::fill_n(norms, outputs, 0.0F);
  for (int64_t i = 0; i < inputs; ++i) {
    const float* row = v + i * outputs;
#pragma omp simd
    for (int64_t o = 0; o < outputs; ++o) norms[o] += row[o] * row[o];
  }
  for (int64_t o = 0; o < outputs; ++o) norms[o] = std::max(std::sqrt(norms[o]), kSmallestNorm);
}

// |v_o|, of a parameter once for each of its versions.
const float* norms_of_columns(Tape& tape, const Variable& v) {
  if (v.parameter() == nullptr) {
    float* norms = tape.arena().floats(v.columns()).data();
    norms_of_columns(v.value(), v.rows(), v.columns(), norms);
    return norms;
  }
  const auto make = [](const Parameter& of, std::byte* copy) {
    norms_of_columns(of.value().data(), of.shape().rows(), of.shape().columns(),
                     reinterpret_cast<float*>(copy));
  };
  const auto bytes = static_cast<size_t>(v.columns()) * sizeof(float);
  return reinterpret_cast<const float*>(v.parameter()->copy(make, bytes));
}

// The gradients of y = x ∘ scale + bias, given dy.
void scale_columns_backward(const float* dy, const Variable& x, const Variable& scale,
                            const Variable& bias) {
  const int64_t rows = x.rows(), columns = x.columns();
  if (x.requires_gradient()) {
    const Variable::Accumulator dx = x.accumulator();
    const float* s = scale.value();
#pragma omp parallel for if (parallel : rows * columns > kWorthThreads)
    for (int64_t r = 0; r < rows; ++r) {
      const float* d = dy + r * columns;
      float* to = dx.data + r * columns;
      if (dx.beta == 0) {  // NOLINT(bugprone-branch-clone): one assigns, the other adds
#pragma omp simd
        for (int64_t c = 0; c < columns; ++c) to[c] = d[c] * s[c];
      } else {
#pragma omp simd
        for (int64_t c = 0; c < columns; ++c) to[c] += d[c] * s[c];
      }
    }
  }
  if (bias.requires_gradient()) add_bias_gradient(bias, rows, {dy, columns, columns});
  if (!scale.requires_gradient()) return;
  constexpr int64_t kBlock = 64;
  float* dscale = scale.gradient();
#pragma omp parallel for if (parallel : rows * columns > kWorthThreads)
  for (int64_t begin = 0; begin < columns; begin += kBlock) {
    const int64_t width = std::min(kBlock, columns - begin);
    float total[kBlock] = {};
    for (int64_t r = 0; r < rows; ++r) {
      const float *d = dy + r * columns + begin, *in = x.value() + r * columns + begin;
#pragma omp simd
      for (int64_t c = 0; c < width; ++c) total[c] += d[c] * in[c];
    }
    for (int64_t c = 0; c < width; ++c) dscale[begin + c] += total[c];
  }
}

}  // namespace

Variable weight_scale(Tape& tape, const Variable& v, const Variable& gain) {
  const OperationTimer timer(tape, "weight_norm");
  const int64_t inputs = v.rows(), outputs = v.columns();
  check(gain.elements() == outputs, "weight_scale", "the gain", outputs, gain.elements());
  const float* norms = norms_of_columns(tape, v);
  Variable s = tape.result({outputs}, {v, gain});
  for (int64_t o = 0; o < outputs; ++o) s.value()[o] = gain.value()[o] / norms[o];

  tape.record([=, arena = &tape.arena()] {
    if (!s.has_gradient()) return;
    const float* ds = s.gradient();
    if (gain.requires_gradient())
      for (int64_t o = 0; o < outputs; ++o) gain.gradient()[o] += ds[o] / norms[o];
    if (!v.requires_gradient()) return;
    float* dv = v.gradient();
    const Arena::Temporary temporary(*arena);
    // dv_o = -ds_o g_o v_o / |v_o|³
    float* factors = arena->floats(outputs).data();
    for (int64_t o = 0; o < outputs; ++o)
      factors[o] = -ds[o] * gain.value()[o] / (norms[o] * norms[o] * norms[o]);
#pragma omp parallel for if (parallel : inputs * outputs > kWorthThreads)
    for (int64_t i = 0; i < inputs; ++i) {
      const float* in = v.value() + i * outputs;
      float* to = dv + i * outputs;
#pragma omp simd
      for (int64_t o = 0; o < outputs; ++o) to[o] += factors[o] * in[o];
    }
  });
  return s;
}

Variable scale_columns(Tape& tape, const Variable& x, const Variable& scale, const Variable& bias) {
  const OperationTimer timer(tape, "weight_norm");
  const int64_t rows = x.rows(), columns = x.columns();
  check(scale.elements() == columns, "scale_columns", "the scale", columns, scale.elements());
  check(bias.elements() == columns, "scale_columns", "the bias", columns, bias.elements());
  Variable y = tape.result(x.shape(), {x, scale, bias});
#pragma omp parallel for if (parallel : rows * columns > kWorthThreads)
  for (int64_t r = 0; r < rows; ++r) {
    const float* in = x.value() + r * columns;
    float* out = y.value() + r * columns;
#pragma omp simd
    for (int64_t c = 0; c < columns; ++c) out[c] = in[c] * scale.value()[c] + bias.value()[c];
  }
  tape.record([=] {
    if (y.has_gradient()) scale_columns_backward(y.gradient(), x, scale, bias);
  });
  return y;
}

Variable gated_linear_unit(Tape& tape, const Variable& x, const Variable& scale,
                           const Variable& bias) {
  const OperationTimer timer(tape, "gated_linear_unit");
  const int64_t rows = x.rows(), columns = x.columns(), half = columns / 2;
  check(columns % 2 == 0, "gated_linear_unit", "the parity of the last axis", 0, columns % 2);
  check(scale.elements() == columns, "gated_linear_unit", "the scale", columns, scale.elements());
  check(bias.elements() == columns, "gated_linear_unit", "the bias", columns, bias.elements());
  Variable y = tape.result(with_columns(x.shape(), half), {x, scale, bias});
  float* gates = tape.arena().floats(rows * half).data();
#pragma omp parallel for if (parallel : rows * columns > kWorthThreads)
  for (int64_t r = 0; r < rows; ++r) {
    const float *a = x.value() + r * columns, *b = a + half, *s = scale.value(), *t = bias.value();
    float *out = y.value() + r * half, *gate = gates + r * half;
#pragma omp simd
    for (int64_t c = 0; c < half; ++c) {
      gate[c] = logistic(b[c] * s[half + c] + t[half + c]);
      out[c] = (a[c] * s[c] + t[c]) * gate[c];
    }
  }

  tape.record([=, arena = &tape.arena()] {
    if (!y.has_gradient()) return;
    const float* dy = y.gradient();
    float* dsum = arena->floats(rows * columns).data();  // of x ∘ scale + bias
#pragma omp parallel for if (parallel : rows * columns > kWorthThreads)
    for (int64_t r = 0; r < rows; ++r) {
      const float *d = dy + r * half, *out = y.value() + r * half, *gate = gates + r * half;
      float *da = dsum + r * columns, *db = da + half;
#pragma omp simd
      for (int64_t c = 0; c < half; ++c) {
        da[c] = d[c] * gate[c];
        db[c] = d[c] * out[c] * (1.0F - gate[c]);
      }
    }
    scale_columns_backward(dsum, x, scale, bias);
  });
  return y;
}

}  // namespace alinea::ops
