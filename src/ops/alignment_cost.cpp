#include "ops/alignment_cost.h"

#include <cmath>

#include "ops/check.h"

namespace alinea::ops {

namespace {

// What is smaller is taken for 0: one through it might not be finite.
constexpr float kReached = 1e-30F;

// One row: its weights, how many they are, and which of them are linked.
struct LinkedRow {
  const float* weights;
  int64_t width;
  std::span<const int32_t> sources;

  float share() const { return 1.0F / static_cast<float>(sources.size()); }
  float linked() const {
    float sum = 0;
    for (const int32_t s : sources) sum += weights[s];
    return sum;
  }
};

double cost_of(const LinkedRow& row, AlignmentCost cost) {
  double sum = 0;
  const auto add_log = [&](float weight, float share) {
    if (weight > kReached)
      sum -= static_cast<double>(share) * std::log(static_cast<double>(weight));
  };
  switch (cost) {
    case AlignmentCost::kCrossEntropy:
      for (const int32_t s : row.sources) add_log(row.weights[s], row.share());
      break;
    case AlignmentCost::kSquaredError:  // ½ Σ α² - Σ A α + ½ Σ A²
      for (int64_t s = 0; s < row.width; ++s)
        sum += 0.5 * static_cast<double>(row.weights[s]) * static_cast<double>(row.weights[s]);
      sum += static_cast<double>(row.share()) * (0.5 - static_cast<double>(row.linked()));
      break;
    case AlignmentCost::kProduct:
      add_log(row.linked(), 1);
      break;
  }
  return sum;
}

// Adds the gradient of the row's cost, times `seed`.
void cost_backward(const LinkedRow& row, AlignmentCost cost, float seed, float* dweights) {
  const float linked = row.linked();
  if (cost == AlignmentCost::kSquaredError)
    for (int64_t s = 0; s < row.width; ++s) dweights[s] += seed * row.weights[s];
  for (const int32_t s : row.sources) {
    if (cost == AlignmentCost::kSquaredError) {
      dweights[s] -= seed * row.share();
    } else if (cost == AlignmentCost::kProduct && linked > kReached) {
      dweights[s] -= seed / linked;
    } else if (cost == AlignmentCost::kCrossEntropy && row.weights[s] > kReached) {
      dweights[s] -= seed * row.share() / row.weights[s];
    }
  }
}

}  // namespace

Variable alignment_cost(Tape& tape, std::span<const Variable> weights, const LinkedRows& links,
                        AlignmentCost cost, float scale) {
  const OperationTimer timer(tape, "alignment_cost");
  const std::span<Variable> parts = tape.arena().copy(weights);
  const std::span<LinkedRows::Row> rows = tape.arena().copy(std::span(links.rows));
  const std::span<int32_t> sources = tape.arena().copy(std::span(links.sources));
  const auto linked_row = [=](const LinkedRows::Row& row) {
    const Variable& part = parts[static_cast<size_t>(row.part)];
    return LinkedRow{
        part.value() + row.row * part.columns(), part.columns(),
        sources.subspan(static_cast<size_t>(row.begin), static_cast<size_t>(row.end - row.begin))};
  };
  double sum = 0;
  for (const LinkedRows::Row& row : rows) {
    const int64_t height = parts[static_cast<size_t>(row.part)].rows();
    check(row.row < height, "alignment_cost", "a row below", height, row.row);
    for (const int32_t s : linked_row(row).sources)
      check(s < linked_row(row).width, "alignment_cost", "a source word below",
            linked_row(row).width, s);
    sum += cost_of(linked_row(row), cost);
  }
  Variable loss = tape.result({1}, weights);
  loss.value()[0] = scale * static_cast<float>(sum);
  tape.record([=] {
    if (!loss.has_gradient()) return;
    const float seed = scale * loss.gradient()[0];
    for (const LinkedRows::Row& row : rows) {
      const Variable& part = parts[static_cast<size_t>(row.part)];
      if (part.requires_gradient())
        cost_backward(linked_row(row), cost, seed, part.gradient() + row.row * part.columns());
    }
  });
  return loss;
}

}  // namespace alinea::ops
