#include "ops/linear_chain_crf.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "autograd/parallel.h"
#include "ops/chain.h"
#include "ops/packed_rows.h"
#include "ops/row_math.h"
#include "ops/vector_math.h"

namespace alinea::ops {

namespace {

// Shares of the sentences that are summed one after the other, however many threads there are.
constexpr int64_t kShares = 8;

// log Σ_i exp(x_i + y_i)
float log_sum_exp_of_sums(const float* x, const float* y, int64_t count) {
  float top = x[0] + y[0], sum = 0;
#pragma omp simd reduction(max : top)
  for (int64_t i = 0; i < count; ++i) top = top < x[i] + y[i] ? x[i] + y[i] : top;
#pragma omp simd reduction(+ : sum)
  for (int64_t i = 0; i < count; ++i) sum += ops::exp(x[i] + y[i] - top);
  return top + std::log(sum);
}

// alpha_j = e_j + log Σ_i exp(before_i + T_ij). `room` has 2 C numbers.
void forward_step(const Chain& chain, const float* before, const float* emission, float* room,
                  float* alpha) {
  const int64_t count = chain.tags;
  float *top = room, *sum = room + count;
  std::fill_n(sum, count, 0.0F);
  for (int64_t i = 0; i < count; ++i) {
    const float* row = chain.from(i);
#pragma omp simd
    for (int64_t j = 0; j < count; ++j) {
      const float value = before[i] + row[j];
      top[j] = i == 0 || top[j] < value ? value : top[j];
    }
  }
  for (int64_t i = 0; i < count; ++i) {
    const float* row = chain.from(i);
#pragma omp simd
    for (int64_t j = 0; j < count; ++j) sum[j] += ops::exp(before[i] + row[j] - top[j]);
  }
  for (int64_t j = 0; j < count; ++j) alpha[j] = emission[j] + top[j] + std::log(sum[j]);
}

// Writes α_t(j) = log p(y_t = j | x_1 ... x_t) into the rows of `alpha` and returns the logarithm
// of the sum over all tag sequences. Each step is divided by its sum, so that long sentences lose
// no precision.
double forward(const Chain& chain, const PackedRows& rows, int64_t sentence, float* alpha,
               float* room) {
  const int64_t count = chain.tags;
  double total = 0;
  const float* before = nullptr;
  rows.each_row(sentence, [&](int64_t r) {
    float* now = alpha + r * count;
    const float* emission = chain.emission(r);
    if (before == nullptr) {
      for (int64_t j = 0; j < count; ++j) now[j] = chain.start[j] + emission[j];
    } else {
      forward_step(chain, before, emission, room, now);
    }
    const float sum = log_sum_exp(now, count);
    for (int64_t j = 0; j < count; ++j) now[j] -= sum;
    total += static_cast<double>(sum);
    before = now;
  });
  return total + static_cast<double>(log_sum_exp_of_sums(before, chain.end, count));
}

// s(x, y)
double score_of(const Chain& chain, const PackedRows& rows, int64_t sentence, const int32_t* tags) {
  double score = 0;
  int32_t before = -1;
  rows.each_row(sentence, [&](int64_t r) {
    const int32_t tag = tags[r];
    score += static_cast<double>(before < 0 ? chain.start[tag] : chain.from(before)[tag]);
    score += static_cast<double>(chain.emission(r)[tag]);
    before = tag;
  });
  return score + static_cast<double>(chain.end[before]);
}

// Where gradients are added; nullptr where none is wanted. Those of a share of the sentences lie
// apart from those of the others.
struct ChainGradients {
  float *emissions, *transitions, *start, *end;
};

void add_to(float* sum, const float* x, float scale, int64_t count) {
  if (sum == nullptr) return;
#pragma omp simd
  for (int64_t j = 0; j < count; ++j) sum[j] += scale * x[j];
}

void add_to(float* sum, int64_t place, float x) {
  if (sum != nullptr) sum[place] += x;
}

class BackwardPass {
 public:
  // `room` has C² + 4 C numbers.
  BackwardPass(const Chain& chain, const float* alpha, float seed, const ChainGradients& gradients,
               float* room)
      : chain_(chain),
        alpha_(alpha),
        seed_(seed),
        gradients_(gradients),
        pairs_(room),
        beta_(room + chain.tags * chain.tags),
        behind_(beta_ + chain.tags),
        tops_(behind_ + chain.tags),
        posterior_(tops_ + chain.tags) {}

  // The gradient of -log p is what the model expects of every score less what the tags have.
  void operator()(const PackedRows& rows, int64_t sentence, const int32_t* tags) {
    const int64_t last = rows.length(sentence) - 1;
    std::copy_n(chain_.end, chain_.tags, beta_);
    for (int64_t t = last; t >= 0; --t) {
      const int64_t r = rows.row(sentence, t);
      if (t < last) step(r, rows.row(sentence, t + 1), tags);
      expect_tags(r);
      add_expected(
          gradients_.emissions == nullptr ? nullptr : gradients_.emissions + r * chain_.tags,
          tags[r]);
      if (t == last) add_expected(gradients_.end, tags[r]);
      if (t == 0) add_expected(gradients_.start, tags[r]);
    }
  }

 private:
  // β_t(i) = log Σ_j exp(T_ij + e_{t+1, j} + β_{t+1}(j)), and with it p(y_t = i, y_{t+1} = j).
  void step(int64_t row, int64_t next, const int32_t* tags) {
    const int64_t count = chain_.tags;
    const float* emission = chain_.emission(next);
    for (int64_t j = 0; j < count; ++j) behind_[j] = emission[j] + beta_[j];
    for (int64_t i = 0; i < count; ++i) {
      const float* from = chain_.from(i);
      float top = from[0] + behind_[0], sum = 0;
#pragma omp simd reduction(max : top)
      for (int64_t j = 0; j < count; ++j)
        top = top < from[j] + behind_[j] ? from[j] + behind_[j] : top;
      float* pair = pairs_ + i * count;
#pragma omp simd reduction(+ : sum)
      for (int64_t j = 0; j < count; ++j) sum += pair[j] = ops::exp(from[j] + behind_[j] - top);
      tops_[i] = top;
      beta_[i] = top + std::log(sum);
    }
    if (gradients_.transitions != nullptr) add_pairs(row, tags[row], tags[next]);
    const float highest = *std::max_element(beta_, beta_ + count);
    for (int64_t i = 0; i < count; ++i) beta_[i] -= highest;
  }

  void add_pairs(int64_t row, int32_t tag, int32_t next) {
    const int64_t count = chain_.tags;
    const float* alpha = alpha_ + row * count;
    const float all = log_sum_exp_of_sums(alpha, beta_, count);
    for (int64_t i = 0; i < count; ++i)
      add_to(gradients_.transitions + i * count, pairs_ + i * count,
             seed_ * ops::exp(alpha[i] + tops_[i] - all), count);
    gradients_.transitions[tag * count + next] -= seed_;
  }

  // p(y_t = i | x)
  void expect_tags(int64_t row) {
    const float* alpha = alpha_ + row * chain_.tags;
    const float all = log_sum_exp_of_sums(alpha, beta_, chain_.tags);
#pragma omp simd
    for (int64_t i = 0; i < chain_.tags; ++i) posterior_[i] = ops::exp(alpha[i] + beta_[i] - all);
  }

  void add_expected(float* gradient, int32_t tag) const {
    add_to(gradient, posterior_, seed_, chain_.tags);
    add_to(gradient, tag, -seed_);
  }

  Chain chain_;
  const float* alpha_;
  float seed_;
  ChainGradients gradients_;
  float *pairs_, *beta_, *behind_, *tops_, *posterior_;
};

float* wanted_gradient(const Variable& x) { return x.requires_gradient() ? x.gradient() : nullptr; }

// Adds the sums of all shares, each of `size` numbers, to a gradient.
void add_shares(float* gradient, const float* first, int64_t count, int64_t shares, int64_t size) {
  for (int64_t share = 0; share < shares; ++share)
    add_to(gradient, first + share * size, 1.0F, count);
}

}  // namespace

ChainLikelihood chain_likelihood(Tape& tape, const ChainScores& scores,
                                 std::span<const int32_t> tags, const PackedSteps& packed) {
  const OperationTimer timer(tape, "linear_chain_crf");
  check_scores(scores, "chain_likelihood");
  const Chain chain(scores);
  const int64_t rows = scores.emissions.rows(), count = chain.tags, work = rows * count * count;
  const PackedRows steps(tape, packed, "chain_likelihood", rows);
  check(std::ssize(tags) == rows, "chain_likelihood", "the number of tags", rows, std::ssize(tags));
  for (const int32_t tag : tags)
    check(tag >= 0 && tag < count, "chain_likelihood", "a tag below", count, tag);
  Arena* arena = &tape.arena();
  const std::span<int32_t> kept = arena->copy(tags);
  const int64_t sentences = steps.sequences(), shares = std::min(sentences, kShares);
  float* alpha = arena->zeros(rows * count).data();
  float* room = arena->floats(shares * 2 * count).data();
  const std::span<double> log_probabilities = arena->array<double>(sentences);
#pragma omp parallel for if (parallel : work > kWorthThreads)
  for (int64_t share = 0; share < shares; ++share)
    for (int64_t n = share; n < sentences; n += shares)
      log_probabilities[n] = score_of(chain, steps, n, kept.data()) -
                             forward(chain, steps, n, alpha, room + share * 2 * count);
  Variable loss =
      tape.result({1}, {scores.emissions, scores.transitions, scores.start, scores.end});
  loss.value()[0] =
      static_cast<float>(-std::accumulate(log_probabilities.begin(), log_probabilities.end(), 0.0));

  tape.record([=] {
    if (!loss.has_gradient()) return;
    const float seed = loss.gradient()[0];
    float* const emissions = wanted_gradient(scores.emissions);
    float* const transitions = wanted_gradient(scores.transitions);
    float *const start = wanted_gradient(scores.start), *const end = wanted_gradient(scores.end);
    const Arena::Temporary temporary(*arena);
    const int64_t size = count * count + 2 * count, needed = count * count + 4 * count;
    float* sums = arena->zeros(shares * size).data();
    float* places = arena->floats(shares * needed).data();
#pragma omp parallel for if (parallel : work > kWorthThreads)
    for (int64_t share = 0; share < shares; ++share) {
      float* sum = sums + share * size;
      BackwardPass pass(chain, alpha, seed,
                        {emissions, sum, sum + count * count, sum + count * count + count},
                        places + share * needed);
      for (int64_t n = share; n < sentences; n += shares) pass(steps, n, kept.data());
    }
    add_shares(transitions, sums, count * count, shares, size);
    add_shares(start, sums + count * count, count, shares, size);
    add_shares(end, sums + count * count + count, count, shares, size);
  });
  return {loss, log_probabilities};
}

}  // namespace alinea::ops
