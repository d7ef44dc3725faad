#include "ops/layer_norm.h"

#include <algorithm>
#include <cmath>

#include "autograd/parallel.h"
#include "ops/check.h"

namespace alinea::ops {

namespace {

// A row becomes (x - μ) / √(σ² + ε); returns 1 / √(σ² + ε).
float normalise(const float* x, int64_t columns, float* normal) {
  const float share = 1.0F / static_cast<float>(columns);
  float sum = 0, squares = 0;
#pragma omp simd reduction(+ : sum)
  for (int64_t c = 0; c < columns; ++c) sum += x[c];
  const float mean = sum * share;
#pragma omp simd reduction(+ : squares)
  for (int64_t c = 0; c < columns; ++c) squares += (x[c] - mean) * (x[c] - mean);
  const float scale = 1.0F / std::sqrt(squares * share + kLayerNormEpsilon);
#pragma omp simd
  for (int64_t c = 0; c < columns; ++c) normal[c] = (x[c] - mean) * scale;
  return scale;
}

// With n = (x - μ) / √(σ² + ε) and g = dy ∘ gain: dx = (g - mean(g) - n mean(g ∘ n)) / √(σ² + ε)
void row_back(const float* dy, const float* gain, const float* normal, float scale, int64_t columns,
              float* dx) {
  const float share = 1.0F / static_cast<float>(columns);
  float mean = 0, along = 0;
#pragma omp simd reduction(+ : mean, along)
  for (int64_t c = 0; c < columns; ++c) {
    mean += dy[c] * gain[c];
    along += dy[c] * gain[c] * normal[c];
  }
  mean *= share;
  along *= share;
#pragma omp simd
  for (int64_t c = 0; c < columns; ++c)
    dx[c] += (dy[c] * gain[c] - mean - normal[c] * along) * scale;
}

// dgain = Σ dy ∘ n and dbias = Σ dy over the rows in order, a block of columns at a time.
void weights_back(const float* dy, const float* normal, int64_t rows, int64_t columns, float* dgain,
                  float* dbias) {
  constexpr int64_t kBlock = 64;
#pragma omp parallel for if (parallel : rows * columns > kWorthThreads)
  for (int64_t begin = 0; begin < columns; begin += kBlock) {
    const int64_t width = std::min(kBlock, columns - begin);
    float gain[kBlock] = {}, bias[kBlock] = {};
    for (int64_t r = 0; r < rows; ++r) {
      const float *d = dy + r * columns + begin, *n = normal + r * columns + begin;
#pragma omp simd
      for (int64_t c = 0; c < width; ++c) {
        gain[c] += d[c] * n[c];
        bias[c] += d[c];
      }
    }
    for (int64_t c = 0; c < width && dgain != nullptr; ++c) dgain[begin + c] += gain[c];
    for (int64_t c = 0; c < width && dbias != nullptr; ++c) dbias[begin + c] += bias[c];
  }
}

}  // namespace

Variable layer_norm(Tape& tape, const Variable& x, const Variable& gain, const Variable& bias) {
  const OperationTimer timer(tape, "layer_norm");
  const int64_t rows = x.rows(), columns = x.columns();
  check(gain.elements() == columns, "layer_norm", "the gain", columns, gain.elements());
  check(bias.elements() == columns, "layer_norm", "the bias", columns, bias.elements());
  Variable y = tape.result(x.shape(), {x, gain, bias});
  float* normal = tape.arena().floats(rows * columns).data();
  float* scales = tape.arena().floats(rows).data();
#pragma omp parallel for if (parallel : rows * columns > kWorthThreads)
  for (int64_t r = 0; r < rows; ++r) {
    float *n = normal + r * columns, *out = y.value() + r * columns;
    scales[r] = normalise(x.value() + r * columns, columns, n);
#pragma omp simd
    for (int64_t c = 0; c < columns; ++c) out[c] = gain.value()[c] * n[c] + bias.value()[c];
  }

  tape.record([=] {
    if (!y.has_gradient()) return;
    const float* dy = y.gradient();
    if (x.requires_gradient()) {
      float* dx = x.gradient();
#pragma omp parallel for if (parallel : rows * columns > kWorthThreads)
      for (int64_t r = 0; r < rows; ++r)
        row_back(dy + r * columns, gain.value(), normal + r * columns, scales[r], columns,
                 dx + r * columns);
    }
    weights_back(dy, normal, rows, columns, gain.requires_gradient() ? gain.gradient() : nullptr,
                 bias.requires_gradient() ? bias.gradient() : nullptr);
  });
  return y;
}

}  // namespace alinea::ops
