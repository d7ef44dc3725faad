#include "ops/copy.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "autograd/parallel.h"
#include "ops/check.h"
#include "ops/row_math.h"
#include "ops/vector_math.h"

namespace alinea::ops {

namespace {

// What probabilities of 0 count as, so that a loss stays finite.
constexpr float kLeastProbability = 1e-30F;

// What a row is made of.
struct CopyShares {
  float normaliser;    // log Σ exp(logits)
  float word, copied;  // softmax of the word, Σ of its weights
  float gate, probability;
};

CopyShares shares_of(const float* logits, int64_t columns, int32_t word, float gate, float copied) {
  CopyShares s{log_sum_exp(logits, columns), 0, copied, logistic(gate), 0};
  if (word < columns) s.word = ops::exp(logits[word] - s.normaliser);
  s.probability = s.gate * s.word + (1 - s.gate) * s.copied;
  return s;
}

float sum_of_matches(const float* alpha, const uint8_t* matches, int64_t width) {
  float sum = 0;
  for (int64_t s = 0; s < width; ++s) sum += matches[s] != 0 ? alpha[s] : 0.0F;
  return sum;
}

}  // namespace

Variable mean_of_heads(Tape& tape, const Variable& alpha) {
  const OperationTimer timer(tape, "mean_of_heads");
  const Shape& shape = alpha.shape();
  const int64_t batch = shape[0], heads = shape[1], block = shape[2] * shape[3];
  const float share = 1.0F / static_cast<float>(heads);
  Variable y = tape.result({batch * shape[2], shape[3]}, {alpha});
  for (int64_t n = 0; n < batch; ++n) {
    float* mean = y.value() + n * block;
    std::fill_n(mean, block, 0.0F);
    for (int64_t h = 0; h < heads; ++h) {
      const float* from = alpha.value() + (n * heads + h) * block;
#pragma omp simd
      for (int64_t i = 0; i < block; ++i) mean[i] += share * from[i];
    }
  }
  tape.record([=] {
    if (!y.has_gradient() || !alpha.requires_gradient()) return;
    float* dalpha = alpha.gradient();
    for (int64_t n = 0; n < batch; ++n) {
      const float* dmean = y.gradient() + n * block;
      for (int64_t h = 0; h < heads; ++h) {
        float* to = dalpha + (n * heads + h) * block;
#pragma omp simd
        for (int64_t i = 0; i < block; ++i) to[i] += share * dmean[i];
      }
    }
  });
  return y;
}

CrossEntropy copy_cross_entropy(Tape& tape, const Variable& logits, const Variable& gates,
                                const Variable& alpha, const CopyTargets& targets) {
  const OperationTimer timer(tape, "copy_cross_entropy");
  const int64_t rows = logits.rows(), columns = logits.columns(), width = alpha.columns();
  check(std::ssize(targets.words) == rows, "copy_cross_entropy", "the number of targets", rows,
        std::ssize(targets.words));
  check(gates.elements() == rows, "copy_cross_entropy", "the number of gates", rows,
        gates.elements());
  check(alpha.rows() == rows, "copy_cross_entropy", "the rows of weights", rows, alpha.rows());
  check(std::ssize(targets.matches) == rows * width, "copy_cross_entropy", "the matches",
        rows * width, std::ssize(targets.matches));
  const std::span<int32_t> words = tape.arena().copy(targets.words);
  const std::span<uint8_t> matches = tape.arena().copy(targets.matches);
  const std::span<CopyShares> shares = tape.arena().array<CopyShares>(rows);
  const std::span<float> log_probabilities = tape.arena().zeros(rows);
  const std::span<float> losses = tape.arena().zeros(rows);
  const float smoothing = targets.label_smoothing;
#pragma omp parallel for if (parallel : rows * columns > kWorthThreads)
  for (int64_t r = 0; r < rows; ++r) {
    const float* row = logits.value() + r * columns;
    const float copied =
        sum_of_matches(alpha.value() + r * width, matches.data() + r * width, width);
    shares[r] = shares_of(row, columns, words[r], gates.value()[r], copied);
    log_probabilities[r] = std::log(std::max(shares[r].probability, kLeastProbability));
    losses[r] = -(1.0F - smoothing) * log_probabilities[r];
    if (smoothing != 0) losses[r] -= smoothing * (mean(row, columns) - shares[r].normaliser);
  }
  Variable loss = tape.result({1}, {logits, gates, alpha});
  loss.value()[0] = static_cast<float>(std::accumulate(losses.begin(), losses.end(), 0.0));

  tape.record([=] {
    if (!loss.has_gradient()) return;
    const float seed = loss.gradient()[0];
    const bool learns = logits.requires_gradient();
    const Variable::Accumulator dlogits =
        learns ? logits.accumulator_in_place() : Variable::Accumulator{nullptr, 0};
    float* dgates = gates.requires_gradient() ? gates.gradient() : nullptr;
    float* dalpha = alpha.requires_gradient() ? alpha.gradient() : nullptr;
    const float uniform = smoothing / static_cast<float>(columns);
#pragma omp parallel for if (parallel : rows * columns > kWorthThreads)
    for (int64_t r = 0; r < rows; ++r) {
      const CopyShares& s = shares[r];
      // dp = -(1 - ε) / p
      const float dp =
          s.probability < kLeastProbability ? 0 : -seed * (1.0F - smoothing) / s.probability;
      if (dgates != nullptr) dgates[r] += dp * (s.word - s.copied) * s.gate * (1 - s.gate);
      if (dalpha != nullptr)
        for (int64_t i = r * width; i < (r + 1) * width; ++i)
          if (matches[i] != 0) dalpha[i] += dp * (1 - s.gate);
      if (!learns) continue;
      // The word's share of dp, times d softmax; and the smoothing of the softmax.
      const float share = dp * s.gate * s.word, rest = seed * smoothing - share;
      const float* from = logits.value() + r * columns;
      float* to = dlogits.data + r * columns;
      if (dlogits.beta == 0) {  // NOLINT(bugprone-branch-clone): one assigns, the other adds
#pragma omp simd
        for (int64_t v = 0; v < columns; ++v)
          to[v] = rest * ops::exp(from[v] - s.normaliser) - seed * uniform;
      } else {
#pragma omp simd
        for (int64_t v = 0; v < columns; ++v)
          to[v] += rest * ops::exp(from[v] - s.normaliser) - seed * uniform;
      }
      if (words[r] < columns) to[words[r]] += share;
    }
  });
  return {loss, log_probabilities};
}

Variable coverage_loss(Tape& tape, const Variable& alpha, std::span<const int64_t> first,
                       std::span<const int64_t> present) {
  const OperationTimer timer(tape, "coverage_loss");
  const int64_t width = alpha.columns(), sentences = present.empty() ? 0 : present[0];
  const std::span<int64_t> begins = tape.arena().copy(first), counts = tape.arena().copy(present);
  const int64_t steps = std::ssize(begins);
  // 1 where α is the smaller one, else 0: the gradient goes to what is smaller.
  const std::span<uint8_t> is_less = tape.arena().array<uint8_t>(alpha.elements());
  std::vector<float> covered(static_cast<size_t>(sentences * width));
  double sum = 0;
  for (int64_t t = 0; t < steps; ++t)
    for (int64_t i = 0; i < counts[t] * width; ++i) {
      const int64_t place = begins[t] * width + i;
      const float weight = alpha.value()[place];
      is_less[place] = weight < covered[i];
      sum += static_cast<double>(std::min(weight, covered[i]));
      covered[i] += weight;
    }
  Variable loss = tape.result({1}, {alpha});
  loss.value()[0] = static_cast<float>(sum);

  tape.record([=, arena = &tape.arena()] {
    if (!loss.has_gradient() || !alpha.requires_gradient()) return;
    const float seed = loss.gradient()[0];
    float* dalpha = alpha.gradient();
    const Arena::Temporary temporary(*arena);
    const std::span<float> later = arena->zeros(sentences * width);  // of the sums, from behind
    for (int64_t t = steps - 1; t >= 0; --t)
      for (int64_t i = 0; i < counts[t] * width; ++i) {
        const int64_t place = begins[t] * width + i;
        dalpha[place] += later[i] + (is_less[place] != 0 ? seed : 0.0F);
        if (is_less[place] == 0) later[i] += seed;
      }
  });
  return loss;
}

void mix_copies(const CopyMixture& from, float* mixed) {
  constexpr float kImpossible = -std::numeric_limits<float>::infinity();
#pragma omp parallel for if (parallel : from.rows * from.columns > kWorthThreads)
  for (int64_t r = 0; r < from.rows; ++r) {
    const float gate = logistic(from.gates[r]), *words = from.log_probabilities + r * from.words;
    float* row = mixed + r * from.columns;
    const float log_gate = std::log(std::max(gate, kLeastProbability));
    for (int64_t v = 0; v < from.words; ++v) row[v] = words[v] + log_gate;
    std::fill(row + from.words, row + from.columns, kImpossible);
    for (int64_t s = 0; s < from.width; ++s) {
      const int32_t column = from.copies[r * from.width + s];
      const float weight = (1 - gate) * from.alpha[r * from.width + s];
      if (column < 0 || weight <= 0) continue;
      row[column] = std::min(std::log(std::exp(row[column]) + weight), 0.0F);
    }
  }
}

}  // namespace alinea::ops
