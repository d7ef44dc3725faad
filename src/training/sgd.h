// Stochastic gradient descent, θ = θ - η g. With momentum μ (Sutskever et al. 2013, section 2, but
// for the rate, which stands outside of the velocity): v = μ v + g, θ = θ - η v.
#pragma once

#include "autograd/parallel.h"
#include "training/optimizer.h"

namespace alinea {

class Sgd : public Optimizer {
 public:
  explicit Sgd(int64_t parameter_count, const OptimizerOptions& options = {})
      : Optimizer(parameter_count),
        momentum_(static_cast<float>(options.momentum)),
        velocity_(options.momentum == 0 ? 0 : static_cast<size_t>(parameter_count)) {}
  bool is_normalized() const override { return false; }
  std::vector<std::span<float>> state() override {
    if (velocity_.empty()) return {};
    return {velocity_};
  }

 private:
  void step(const Part& part, double learning_rate) override {
    const auto rate = static_cast<float>(learning_rate);
    const float momentum = momentum_;
    const int64_t count = std::ssize(part.parameters);
    const float* g = part.gradients.data();
    const float scale = part.scale;
    float* theta = part.parameters.data();
    if (velocity_.empty()) {
#pragma omp parallel for simd schedule(static) if (parallel : count >= kWorthThreads)
      for (int64_t i = 0; i < count; ++i) theta[i] -= rate * scale * g[i];
      return;
    }
    float* v = velocity_.data() + part.begin;
#pragma omp parallel for simd schedule(static) if (parallel : count >= kWorthThreads)
    for (int64_t i = 0; i < count; ++i) {
      v[i] = momentum * v[i] + scale * g[i];
      theta[i] -= rate * v[i];
    }
  }

  float momentum_;
  std::vector<float> velocity_;  // empty without momentum
};

}  // namespace alinea
