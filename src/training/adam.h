// Adam (Kingma & Ba 2015, algorithm 1), with the correction of the bias:
//
//   m = β1 m + (1 - β1) g,  v = β2 v + (1 - β2) g²
//   θ = θ - η m̂ / (√v̂ + ε),  m̂ = m / (1 - β1ᵗ),  v̂ = v / (1 - β2ᵗ)
//
// AdamW (Loshchilov & Hutter 2019, algorithm 2) decays the weights apart from the gradient. The
// decay moves with the schedule of the rate, as it does there, and scales with the rate, as is
// common:
//
//   θ = θ - η λ θ before the step
#pragma once

#include <cmath>

#include "autograd/parallel.h"
#include "training/optimizer.h"

namespace alinea {

class Adam : public Optimizer {
 public:
  explicit Adam(int64_t parameter_count, const OptimizerOptions& options = {})
      : Optimizer(parameter_count),
        options_(options),
        first_moment_(static_cast<size_t>(parameter_count)),
        second_moment_(static_cast<size_t>(parameter_count)) {
    if (options_.epsilon == 0) options_.epsilon = 1e-8;
  }
  std::vector<std::span<float>> state() override { return {first_moment_, second_moment_}; }

 protected:
  const OptimizerOptions& options() const { return options_; }

  void step(const Part& part, double learning_rate) override {
    const auto t = static_cast<double>(steps());
    const auto beta1 = static_cast<float>(options_.beta1);
    const auto beta2 = static_cast<float>(options_.beta2);
    const auto rest1 = static_cast<float>(1 - options_.beta1);
    const auto rest2 = static_cast<float>(1 - options_.beta2);
    const auto rate = static_cast<float>(learning_rate / (1 - std::pow(options_.beta1, t)));
    const auto unbias2 = static_cast<float>(1 / (1 - std::pow(options_.beta2, t)));
    const auto epsilon = static_cast<float>(options_.epsilon);
    const int64_t count = std::ssize(part.parameters);
    const float* g = part.gradients.data();
    const float scale = part.scale;
    float* theta = part.parameters.data();
    float* m = first_moment_.data() + part.begin;
    float* v = second_moment_.data() + part.begin;
#pragma omp parallel for simd schedule(static) if (parallel : count >= kWorthThreads)
    for (int64_t i = 0; i < count; ++i) {
      const float g_i = scale * g[i];
      m[i] = beta1 * m[i] + rest1 * g_i;
      v[i] = beta2 * v[i] + rest2 * g_i * g_i;
      theta[i] -= rate * m[i] / (std::sqrt(unbias2 * v[i]) + epsilon);
    }
  }

 private:
  OptimizerOptions options_;
  std::vector<float> first_moment_;
  std::vector<float> second_moment_;
};

class AdamW : public Adam {
 public:
  explicit AdamW(int64_t parameter_count, const OptimizerOptions& options = {})
      : Adam(parameter_count, options) {}

 private:
  void step(const Part& part, double learning_rate) override {
    const auto kept = static_cast<float>(1 - learning_rate * options().weight_decay);
    const int64_t count = std::ssize(part.parameters);
    float* theta = part.parameters.data();
#pragma omp parallel for simd schedule(static) if (parallel : count >= kWorthThreads)
    for (int64_t i = 0; i < count; ++i) theta[i] *= kept;
    Adam::step(part, learning_rate);
  }
};

}  // namespace alinea
