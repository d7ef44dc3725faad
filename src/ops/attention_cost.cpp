#include "ops/attention_cost.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "ops/check.h"
#include "ops/choose_positions.h"

namespace alinea::ops {

namespace {

// A logarithm of what is smaller counts as that of this: one through it must be finite.
constexpr float kLeastWeight = 1e-30F;

double log_weight(float weight) {
  return std::log(static_cast<double>(std::max(weight, kLeastWeight)));
}

// The rows of several variables.
class WeightRows {
 public:
  WeightRows(Tape& tape, std::span<const Variable> parts) : parts_(tape.arena().copy(parts)) {}

  std::span<const float> values(const WeightRow& row) const {
    const Variable& part = parts_[static_cast<size_t>(row.part)];
    check(row.row < part.rows(), "attention_cost", "a row below", part.rows(), row.row);
    return part.values().subspan(static_cast<size_t>(row.row * part.columns()),
                                 static_cast<size_t>(part.columns()));
  }
  // Nothing where none is wanted.
  float* gradient(const WeightRow& row) const {
    const Variable& part = parts_[static_cast<size_t>(row.part)];
    return part.requires_gradient() ? part.gradient() + row.row * part.columns() : nullptr;
  }

 private:
  std::span<Variable> parts_;
};

double entropy_of(std::span<const float> weights) {
  double sum = 0;
  for (const float weight : weights)
    if (weight > 0) sum -= static_cast<double>(weight) * log_weight(weight);
  return sum;
}

// 1 - share Σ_i α_is of every word of every sentence, those of one behind those of another.
std::span<float> unlooked(Tape& tape, const WeightRows& all, std::span<const LookingRow> rows,
                          float share, std::span<const int64_t> begins, int64_t words) {
  const std::span<float> missing = tape.arena().array<float>(words);
  std::ranges::fill(missing, 1.0F);
  for (const LookingRow& row : rows) {
    const std::span<const float> alpha = all.values(row.weights);
    float* of = missing.data() + begins[static_cast<size_t>(row.sentence)];
    for (int64_t s = 0; s < row.length; ++s) of[s] -= share * alpha[static_cast<size_t>(s)];
  }
  return missing;
}

}  // namespace

Variable reinforcement(Tape& tape, std::span<const Variable> weights,
                       std::span<const Reinforcement> chosen, float entropy) {
  const OperationTimer timer(tape, "reinforcement");
  const WeightRows all(tape, weights);
  const std::span<Reinforcement> kept = tape.arena().copy(chosen);
  double sum = 0;
  for (const Reinforcement& one : kept) {
    const std::span<const float> alpha = all.values(one.weights);
    check(one.position < std::ssize(alpha), "reinforcement", "a position below", std::ssize(alpha),
          static_cast<int64_t>(one.position));
    if (one.position != kNoPosition)
      sum -= static_cast<double>(one.reward) * log_weight(alpha[static_cast<size_t>(one.position)]);
    if (entropy != 0) sum -= static_cast<double>(entropy) * entropy_of(alpha);
  }
  const Variable cost = tape.result({1}, weights);
  cost.value()[0] = static_cast<float>(sum);
  tape.record([=] {
    if (!cost.has_gradient()) return;
    const float seed = cost.gradient()[0];
    for (const Reinforcement& one : kept) {
      const std::span<const float> alpha = all.values(one.weights);
      float* dalpha = all.gradient(one.weights);
      if (dalpha == nullptr) continue;
      if (one.position != kNoPosition) {
        const float weight = alpha[static_cast<size_t>(one.position)];
        dalpha[one.position] -= seed * one.reward / std::max(weight, kLeastWeight);
      }
      if (entropy == 0) continue;
      for (size_t s = 0; s < alpha.size(); ++s)
        if (alpha[s] > 0)
          dalpha[s] += seed * entropy * (static_cast<float>(log_weight(alpha[s])) + 1);
    }
  });
  return cost;
}

Variable uneven_attention(Tape& tape, std::span<const Variable> weights,
                          std::span<const LookingRow> rows, float share, float scale) {
  const OperationTimer timer(tape, "uneven_attention");
  const WeightRows all(tape, weights);
  const std::span<LookingRow> kept = tape.arena().copy(rows);
  std::vector<int64_t> ends;  // of each sentence's words
  for (const LookingRow& row : rows) {
    if (std::ssize(ends) <= row.sentence) ends.resize(static_cast<size_t>(row.sentence) + 1);
    ends[static_cast<size_t>(row.sentence)] = row.length;
  }
  std::vector<int64_t> firsts;
  int64_t words = 0;
  for (const int64_t length : ends) {
    firsts.push_back(words);
    words += length;
  }
  const std::span<int64_t> begins = tape.arena().copy(std::span<const int64_t>(firsts));
  const std::span<float> left = unlooked(tape, all, kept, share, begins, words);
  double sum = 0;
  for (const float one : left) sum += static_cast<double>(one) * static_cast<double>(one);
  const Variable cost = tape.result({1}, weights);
  cost.value()[0] = scale * static_cast<float>(sum);
  tape.record([=] {
    if (!cost.has_gradient()) return;
    const float factor = -2 * scale * share * cost.gradient()[0];
    for (const LookingRow& row : kept) {
      float* dalpha = all.gradient(row.weights);
      const float* of = left.data() + begins[static_cast<size_t>(row.sentence)];
      for (int64_t s = 0; dalpha != nullptr && s < row.length; ++s) dalpha[s] += factor * of[s];
    }
  });
  return cost;
}

}  // namespace alinea::ops
