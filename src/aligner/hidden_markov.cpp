#include "aligner/hidden_markov.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace alinea {

namespace {

// Of all jumps, what is spread evenly over them.
constexpr double kEven = 0.05;

// Divides the values by their sum, which it returns.
float normalize_sum(std::span<float> values) {
  const float sum = std::accumulate(values.begin(), values.end(), 0.0F);
  for (float& value : values) value /= sum;
  return sum;
}

}  // namespace

JumpTable::JumpTable() : weights_(static_cast<size_t>(size()), 1.0) {}

int64_t JumpTable::index(int64_t jump) { return std::clamp(jump, -kLongest, kLongest) + kLongest; }

void JumpTable::estimate(std::span<const double> counts) {
  const double sum = std::accumulate(counts.begin(), counts.end(), 0.0);
  if (sum == 0) return;
  for (size_t i = 0; i < counts.size(); ++i)
    weights_[i] = (1 - kEven) * counts[i] / sum + kEven / static_cast<double>(size());
}

std::vector<float> JumpTable::transitions(int64_t length, float none) const {
  std::vector<float> table;
  for (int64_t from = 0; from <= length; ++from) {
    double sum = 0;
    for (int64_t to = 1; to <= length; ++to) sum += weights_[static_cast<size_t>(index(to - from))];
    for (int64_t to = 1; to <= length; ++to)
      table.push_back((1 - none) *
                      static_cast<float>(weights_[static_cast<size_t>(index(to - from))] / sum));
  }
  return table;
}

const std::vector<float>& HiddenMarkovModel::transitions(int64_t length) {
  if (std::ssize(transitions_) <= length) transitions_.resize(static_cast<size_t>(length) + 1);
  std::vector<float>& found = transitions_[static_cast<size_t>(length)];
  if (found.empty()) found = jumps_.transitions(length, none_);
  return found;
}

// Forwards and backwards over the positions i = 0 ... I that a word leaves: where its own is, or
// for none the one before. Every step is scaled to a sum of 1.
PairPosteriors HiddenMarkovModel::posteriors(std::span<const float> probabilities, int64_t length,
                                             std::span<double> jump_counts) {
  const int64_t width = length + 1, steps = std::ssize(probabilities) / width;
  const float* const t = probabilities.data();
  const float* const jump = transitions(length).data();  // [I + 1, I]
  PairPosteriors result;
  // Of the words so far: p(a_j = i), and at i = 0 nothing; p(none, after i); their sum.
  std::vector<float> word(static_cast<size_t>(steps * width)), none = word;
  std::vector<float> left(static_cast<size_t>((steps + 1) * width));
  std::vector<float> scales(static_cast<size_t>(steps));
  left[0] = 1;
  for (int64_t j = 0; j < steps; ++j) {
    const float *before = &left[j * width], *of_word = t + j * width;
    float *here = &word[j * width], *skipped = &none[j * width], *after = &left[(j + 1) * width];
    for (int64_t from = 0; from <= length; ++from) {
      const float p = before[from];
      const float* row = jump + from * length;
#pragma omp simd
      for (int64_t i = 0; i < length; ++i) here[i + 1] += p * row[i];
    }
    for (int64_t i = 0; i <= length; ++i) {
      here[i] *= of_word[i];
      skipped[i] = none_ * of_word[0] * before[i];
      after[i] = here[i] + skipped[i];
    }
    here[0] = 0;
    scales[j] = normalize_sum({after, static_cast<size_t>(width)});
    result.log_probability += std::log(static_cast<double>(scales[j]));
  }

  result.links.resize(static_cast<size_t>(steps * width));
  std::vector<float> behind(static_cast<size_t>(width), 1.0F), next = behind,
                                                               arriving(static_cast<size_t>(width));
  std::vector<float> moves(static_cast<size_t>(width * length));  // expected, over the transitions
  for (int64_t j = steps - 1; j >= 0; --j) {
    const float *before = &left[j * width], *of_word = t + j * width;
    const float share = 1.0F / scales[j];
    float* links = &result.links[j * width];
    for (int64_t i = 1; i <= length; ++i) {
      arriving[i] = of_word[i] * behind[i] * share;
      links[i] = word[j * width + i] * behind[i] * share;
    }
    for (int64_t i = 0; i <= length; ++i) links[0] += none[j * width + i] * behind[i] * share;
    for (int64_t from = 0; from <= length; ++from) {
      const float *row = jump + from * length, *to = arriving.data() + 1;
      float* move = &moves[from * length];
      const float p = before[from];
      float sum = 0;
#pragma omp simd reduction(+ : sum)
      for (int64_t i = 0; i < length; ++i) {
        sum += row[i] * to[i];
        move[i] += p * to[i];
      }
      next[from] = sum + none_ * of_word[0] * behind[from] * share;
    }
    std::swap(behind, next);
  }
  if (jump_counts.empty()) return result;
  for (int64_t from = 0; from <= length; ++from)
    for (int64_t i = 0; i < length; ++i)
      jump_counts[JumpTable::index(i + 1 - from)] +=
          static_cast<double>(moves[from * length + i] * jump[from * length + i]);
  return result;
}

PairPosteriors model_1_posteriors(std::span<const float> probabilities, int64_t length,
                                  float none) {
  const int64_t width = length + 1, steps = std::ssize(probabilities) / width;
  PairPosteriors result;
  result.links.resize(probabilities.size());
  for (int64_t j = 0; j < steps; ++j) {
    const std::span<float> row(&result.links[j * width], static_cast<size_t>(width));
    const float each = (1 - none) / static_cast<float>(length);
    for (int64_t i = 0; i <= length; ++i)
      row[i] = (i == 0 ? none : each) * probabilities[j * width + i];
    result.log_probability += std::log(static_cast<double>(normalize_sum(row)));
  }
  return result;
}

}  // namespace alinea
