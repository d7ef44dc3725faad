#include "ops/cross_entropy.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "autograd/parallel.h"
#include "ops/check.h"
#include "ops/row_math.h"
#include "ops/vector_math.h"

namespace alinea::ops {

namespace {

// dlogits_v = softmax_v - ε / V - (1 - ε) [v = target]
void cross_entropy_row_backward(const float* logits, float normaliser, float uniform, float scale,
                                float* dlogits, float beta, int64_t columns) {
  if (beta == 0) {  // NOLINT(bugprone-branch-clone): one assigns, the other adds
#pragma omp simd
    for (int64_t v = 0; v < columns; ++v)
      dlogits[v] = scale * (ops::exp(logits[v] - normaliser) - uniform);
  } else {
#pragma omp simd
    for (int64_t v = 0; v < columns; ++v)
      dlogits[v] += scale * (ops::exp(logits[v] - normaliser) - uniform);
  }
}

}  // namespace

CrossEntropy cross_entropy(Tape& tape, const Variable& logits, std::span<const int32_t> targets,
                           float label_smoothing, std::span<const float> row_weights) {
  const OperationTimer timer(tape, "cross_entropy");
  const int64_t rows = logits.rows(), columns = logits.columns();
  check(static_cast<int64_t>(targets.size()) == rows, "cross_entropy", "the number of targets",
        rows, static_cast<int64_t>(targets.size()));
  const std::span<int32_t> kept = tape.arena().copy(targets);
  const std::span<float> weights = tape.arena().copy(row_weights);
  check(weights.empty() || static_cast<int64_t>(weights.size()) == rows, "cross_entropy",
        "the number of row weights", rows, static_cast<int64_t>(weights.size()));
  for (int32_t target : kept)
    check(target >= 0 && target < columns, "cross_entropy", "a target below", columns, target);
  const std::span<float> normalisers = tape.arena().zeros(rows);
  const std::span<float> log_probabilities = tape.arena().zeros(rows);
  const std::span<float> losses = tape.arena().zeros(rows);
#pragma omp parallel for if (parallel : rows * columns > kWorthThreads)
  for (int64_t r = 0; r < rows; ++r) {
    const float* row = logits.value() + r * columns;
    normalisers[r] = log_sum_exp(row, columns);
    log_probabilities[r] = row[kept[r]] - normalisers[r];
    losses[r] = -(1.0F - label_smoothing) * log_probabilities[r];
    if (label_smoothing != 0) losses[r] -= label_smoothing * (mean(row, columns) - normalisers[r]);
    if (!weights.empty()) losses[r] *= weights[r];
  }
  Variable loss = tape.result({1}, {logits});
  loss.value()[0] = static_cast<float>(std::accumulate(losses.begin(), losses.end(), 0.0));

  tape.record([=] {
    if (!loss.has_gradient() || !logits.requires_gradient()) return;
    const float seed = loss.gradient()[0];
    const auto accumulator = logits.accumulator_in_place();
    const float uniform = label_smoothing / static_cast<float>(columns);
#pragma omp parallel for if (parallel : rows * columns > kWorthThreads)
    for (int64_t r = 0; r < rows; ++r) {
      float* row = accumulator.data + r * columns;
      const float scale = seed * (weights.empty() ? 1.0F : weights[r]);
      cross_entropy_row_backward(logits.value() + r * columns, normalisers[r], uniform, scale, row,
                                 accumulator.beta, columns);
      row[kept[r]] -= scale * (1.0F - label_smoothing);
    }
  });
  return {loss, log_probabilities};
}

void log_softmax(Tensor logits) {
  const int64_t rows = logits.shape.rows(), columns = logits.shape.columns();
#pragma omp parallel for if (parallel : rows * columns > kWorthThreads)
  for (int64_t r = 0; r < rows; ++r) {
    float* row = logits.data + r * columns;
    const float normaliser = log_sum_exp(row, columns);
#pragma omp simd
    for (int64_t v = 0; v < columns; ++v) row[v] -= normaliser;
  }
}

}  // namespace alinea::ops
