#include "training/optimizer.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>

#include "support/error.h"

namespace alinea {
namespace {

// Below this many values a team of threads costs more than it saves.
constexpr int64_t kParallelFrom = 16384;

int64_t size_of(std::span<const float> values) { return static_cast<int64_t>(values.size()); }

// The order of the additions is written out, so that no alignment or vector width changes it.
double sum_of_squares(std::span<const float> values) {
  constexpr size_t kLanes = 8;
  std::array<double, kLanes> sums{};
  size_t i = 0;
  for (; i + kLanes <= values.size(); i += kLanes) {
    for (size_t lane = 0; lane < kLanes; ++lane) {
      const double value = values[i + lane];
      sums[lane] += value * value;
    }
  }
  for (; i < values.size(); ++i) sums[0] += static_cast<double>(values[i]) * values[i];
  double total = 0;
  for (const double sum : sums) total += sum;
  return total;
}

}  // namespace

void Optimizer::update(std::span<float> parameters, std::span<const float> gradients,
                       double learning_rate) {
  if (size_of(parameters) != parameter_count_ || size_of(gradients) != parameter_count_) {
    throw std::logic_error(
        fmt::format("{} was made for {} parameters, got {} parameters and {} gradients", name(),
                    parameter_count_, parameters.size(), gradients.size()));
  }
  ++steps_;
  const auto step_over = [&](int64_t begin, int64_t end, double rate) {
    const auto first = static_cast<size_t>(begin), count = static_cast<size_t>(end - begin);
    step({parameters.subspan(first, count), gradients.subspan(first, count), begin}, rate);
  };
  int64_t done = 0;
  for (const auto& [begin, end, factor] : scaled_) {
    step_over(done, begin, learning_rate);
    step_over(begin, end, is_normalized() ? factor * learning_rate : learning_rate);
    done = end;
  }
  step_over(done, parameter_count_, learning_rate);
}

Adam::Adam(int64_t parameter_count, const AdamOptions& options)
    : Optimizer(parameter_count),
      options_(options),
      first_moment_(static_cast<size_t>(parameter_count)),
      second_moment_(static_cast<size_t>(parameter_count)) {}

void Adam::step(const Part& part, double learning_rate) {
  const auto t = static_cast<double>(steps());
  const auto beta1 = static_cast<float>(options_.beta1);
  const auto beta2 = static_cast<float>(options_.beta2);
  const auto rest1 = static_cast<float>(1 - options_.beta1);
  const auto rest2 = static_cast<float>(1 - options_.beta2);
  const auto rate = static_cast<float>(learning_rate / (1 - std::pow(options_.beta1, t)));
  const auto unbias2 = static_cast<float>(1 / (1 - std::pow(options_.beta2, t)));
  const auto epsilon = static_cast<float>(options_.epsilon);
  const int64_t count = size_of(part.parameters);
  const float* g = part.gradients.data();
  float* theta = part.parameters.data();
  float* m = first_moment_.data() + part.begin;
  float* v = second_moment_.data() + part.begin;
#pragma omp parallel for simd schedule(static) if (parallel : count >= kParallelFrom)
  for (int64_t i = 0; i < count; ++i) {
    m[i] = beta1 * m[i] + rest1 * g[i];
    v[i] = beta2 * v[i] + rest2 * g[i] * g[i];
    theta[i] -= rate * m[i] / (std::sqrt(unbias2 * v[i]) + epsilon);
  }
}

Sgd::Sgd(int64_t parameter_count, double momentum)
    : Optimizer(parameter_count),
      momentum_(momentum),
      velocity_(momentum == 0 ? 0 : static_cast<size_t>(parameter_count)) {}

std::vector<std::span<float>> Sgd::state() {
  if (velocity_.empty()) return {};
  return {velocity_};
}

void Sgd::step(const Part& part, double learning_rate) {
  const auto rate = static_cast<float>(learning_rate);
  const auto momentum = static_cast<float>(momentum_);
  const int64_t count = size_of(part.parameters);
  const float* g = part.gradients.data();
  float* theta = part.parameters.data();
  if (velocity_.empty()) {
#pragma omp parallel for simd schedule(static) if (parallel : count >= kParallelFrom)
    for (int64_t i = 0; i < count; ++i) theta[i] -= rate * g[i];
    return;
  }
  float* v = velocity_.data() + part.begin;
#pragma omp parallel for simd schedule(static) if (parallel : count >= kParallelFrom)
  for (int64_t i = 0; i < count; ++i) {
    v[i] = momentum * v[i] + g[i];
    theta[i] -= rate * v[i];
  }
}

std::vector<std::string> optimizer_names() { return {"adam", "sgd"}; }

std::unique_ptr<Optimizer> make_optimizer(std::string_view name, int64_t parameter_count) {
  if (name == "adam") return std::make_unique<Adam>(parameter_count);
  if (name == "sgd") return std::make_unique<Sgd>(parameter_count);
  throw UsageError("expected an optimizer that is one of {}, got {:?}",
                   fmt::join(optimizer_names(), ", "), name);
}

double global_norm(std::span<const float> values) {
  constexpr size_t kBlocks = 256;
  const size_t length = (values.size() + kBlocks - 1) / kBlocks;
  std::array<double, kBlocks> sums{};
#pragma omp parallel for schedule(static) if (size_of(values) >= kParallelFrom)
  for (size_t block = 0; block < kBlocks; ++block) {
    const size_t begin = std::min(block * length, values.size());
    sums[block] = sum_of_squares(values.subspan(begin, std::min(length, values.size() - begin)));
  }
  double total = 0;
  for (const double sum : sums) total += sum;
  return std::sqrt(total);
}

void scale(std::span<float> values, float factor) {
  const int64_t count = size_of(values);
  float* value = values.data();
#pragma omp parallel for simd schedule(static) if (parallel : count >= kParallelFrom)
  for (int64_t i = 0; i < count; ++i) value[i] *= factor;
}

double clip_by_global_norm(std::span<float> gradients, double max_norm) {
  const double norm = global_norm(gradients);
  if (max_norm > 0 && norm > max_norm && std::isfinite(norm)) {
    scale(gradients, static_cast<float>(max_norm / norm));
  }
  return norm;
}

}  // namespace alinea
