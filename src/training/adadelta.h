// Adadelta (Zeiler 2012, algorithm 1), the optimizer of Bahdanau, Cho & Bengio (2015, appendix
// B.2):
//
//   E[g²] = ρ E[g²] + (1 - ρ) g²
//   Δ = √(E[Δ²] + ε) / √(E[g²] + ε) · g,  E[Δ²] = ρ E[Δ²] + (1 - ρ) Δ²
//   θ = θ - η Δ
//
// The paper has no rate: there η is 1.
#pragma once

#include <cmath>

#include "autograd/parallel.h"
#include "training/optimizer.h"

namespace alinea {

class Adadelta : public Optimizer {
 public:
  explicit Adadelta(int64_t parameter_count, const OptimizerOptions& options = {})
      : Optimizer(parameter_count),
        rho_(options.rho == 0 ? 0.95 : options.rho),
        epsilon_(options.epsilon == 0 ? 1e-6 : options.epsilon),
        squared_gradient_(static_cast<size_t>(parameter_count)),
        squared_step_(static_cast<size_t>(parameter_count)) {}
  std::vector<std::span<float>> state() override { return {squared_gradient_, squared_step_}; }

 private:
  void step(const Part& part, double learning_rate) override {
    const auto rate = static_cast<float>(learning_rate);
    const auto rho = static_cast<float>(rho_);
    const auto rest = static_cast<float>(1 - rho_);
    const auto epsilon = static_cast<float>(epsilon_);
    const int64_t count = std::ssize(part.parameters);
    const float* g = part.gradients.data();
    const float scale = part.scale;
    float* theta = part.parameters.data();
    float* squared_g = squared_gradient_.data() + part.begin;
    float* squared_delta = squared_step_.data() + part.begin;
#pragma omp parallel for simd schedule(static) if (parallel : count >= kWorthThreads)
    for (int64_t i = 0; i < count; ++i) {
      const float g_i = scale * g[i];
      squared_g[i] = rho * squared_g[i] + rest * g_i * g_i;
      const float delta =
          std::sqrt(squared_delta[i] + epsilon) / std::sqrt(squared_g[i] + epsilon) * g_i;
      squared_delta[i] = rho * squared_delta[i] + rest * delta * delta;
      theta[i] -= rate * delta;
    }
  }

  double rho_;
  double epsilon_;
  std::vector<float> squared_gradient_;  // E[g²]
  std::vector<float> squared_step_;      // E[Δ²]
};

}  // namespace alinea
