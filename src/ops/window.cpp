#include "ops/window.h"

#include <algorithm>

#include "autograd/parallel.h"
#include "ops/check.h"
#include "ops/vector_math.h"

namespace alinea::ops {

namespace {

void softmax_row(const float* energies, const Window& window, float* weights, int64_t width) {
  std::fill_n(weights, width, 0.0F);
  const float highest = *std::max_element(energies + window.begin, energies + window.end);
  float sum = 0;
#pragma omp simd reduction(+ : sum)
  for (int64_t s = window.begin; s < window.end; ++s) {
    weights[s] = ops::exp(energies[s] - highest);
    sum += weights[s];
  }
  const float scale = 1.0F / sum;
#pragma omp simd
  for (int64_t s = window.begin; s < window.end; ++s) weights[s] *= scale;
}

// de_s = w_s (dw_s - Σ_r w_r dw_r)
void softmax_row_backward(const float* weights, const float* dweights, const Window& window,
                          float* denergies) {
  float mean = 0;
#pragma omp simd reduction(+ : mean)
  for (int64_t s = window.begin; s < window.end; ++s) mean += weights[s] * dweights[s];
#pragma omp simd
  for (int64_t s = window.begin; s < window.end; ++s)
    denergies[s] += weights[s] * (dweights[s] - mean);
}

float bell(float distance, float sigma) {
  return ops::exp(-distance * distance / (2.0F * sigma * sigma));
}

}  // namespace

Variable window_softmax(Tape& tape, const Variable& energies, std::span<const Window> windows) {
  const OperationTimer timer(tape, "window_softmax");
  const int64_t rows = energies.rows(), width = energies.columns();
  check(static_cast<int64_t>(windows.size()) == rows, "window_softmax", "the number of windows",
        rows, static_cast<int64_t>(windows.size()));
  const std::span<Window> kept = tape.arena().copy(windows);
  for (const Window& window : kept)
    check(0 <= window.begin && window.begin < window.end && window.end <= width, "window_softmax",
          "a window inside", width, window.end);
  Variable weights = tape.result(energies.shape(), {energies});
#pragma omp parallel for if (parallel : rows * width > kWorthThreads)
  for (int64_t r = 0; r < rows; ++r)
    softmax_row(energies.value() + r * width, kept[r], weights.value() + r * width, width);

  tape.record([=] {
    if (!weights.has_gradient() || !energies.requires_gradient()) return;
    const float* dweights = weights.gradient();
    float* denergies = energies.gradient();
#pragma omp parallel for if (parallel : rows * width > kWorthThreads)
    for (int64_t r = 0; r < rows; ++r)
      softmax_row_backward(weights.value() + r * width, dweights + r * width, kept[r],
                           denergies + r * width);
  });
  return weights;
}

Variable softmax_within(Tape& tape, const Variable& energies, std::span<const int64_t> lengths) {
  const int64_t rows = energies.rows(), steps = rows / static_cast<int64_t>(lengths.size());
  std::vector<Window> windows;
  windows.reserve(static_cast<size_t>(rows));
  for (int64_t r = 0; r < rows; ++r)
    windows.push_back({0, std::max<int64_t>(lengths[static_cast<size_t>(r / steps)], 1)});
  return window_softmax(tape, energies, windows);
}

Variable gaussian(Tape& tape, const Variable& weights, const Variable& centres, float sigma) {
  const OperationTimer timer(tape, "gaussian");
  const int64_t rows = weights.rows(), width = weights.columns();
  check(centres.elements() == rows, "gaussian", "the number of centres", rows, centres.elements());
  Variable y = tape.result(weights.shape(), {weights, centres});
#pragma omp parallel for if (parallel : rows * width > kWorthThreads)
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t s = 0; s < width; ++s)
      y.value()[r * width + s] = weights.value()[r * width + s] *
                                 bell(static_cast<float>(s + 1) - centres.value()[r], sigma);

  tape.record([=] {
    if (!y.has_gradient()) return;
    const float* dy = y.gradient();
    float* dweights = weights.requires_gradient() ? weights.gradient() : nullptr;
    float* dcentres = centres.requires_gradient() ? centres.gradient() : nullptr;
#pragma omp parallel for if (parallel : rows * width > kWorthThreads)
    for (int64_t r = 0; r < rows; ++r) {
      float dcentre = 0;
      for (int64_t i = r * width; i < (r + 1) * width; ++i) {
        const float distance = static_cast<float>(i - r * width + 1) - centres.value()[r];
        if (dweights != nullptr) dweights[i] += dy[i] * bell(distance, sigma);
        dcentre += dy[i] * y.value()[i] * distance / (sigma * sigma);
      }
      if (dcentres != nullptr) dcentres[r] += dcentre;
    }
  });
  return y;
}

}  // namespace alinea::ops
