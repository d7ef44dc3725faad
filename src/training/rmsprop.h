// RMSprop (Tieleman & Hinton 2012, lecture 6.5), in the form without momentum, without centring and
// with ε outside of the root:
//
//   v = ρ v + (1 - ρ) g²,  θ = θ - η g / (√v + ε)
#pragma once

#include <cmath>

#include "autograd/parallel.h"
#include "training/optimizer.h"

namespace alinea {

class RmsProp : public Optimizer {
 public:
  explicit RmsProp(int64_t parameter_count, const OptimizerOptions& options = {})
      : Optimizer(parameter_count),
        rho_(options.rho == 0 ? 0.9 : options.rho),
        epsilon_(static_cast<float>(options.epsilon == 0 ? 1e-8 : options.epsilon)),
        mean_square_(static_cast<size_t>(parameter_count)) {}
  std::vector<std::span<float>> state() override { return {mean_square_}; }

 private:
  void step(const Part& part, double learning_rate) override {
    const auto rate = static_cast<float>(learning_rate);
    const auto rho = static_cast<float>(rho_);
    const auto rest = static_cast<float>(1 - rho_);
    const float epsilon = epsilon_;
    const int64_t count = std::ssize(part.parameters);
    const float* g = part.gradients.data();
    const float scale = part.scale;
    float* theta = part.parameters.data();
    float* v = mean_square_.data() + part.begin;
#pragma omp parallel for simd schedule(static) if (parallel : count >= kWorthThreads)
    for (int64_t i = 0; i < count; ++i) {
      const float g_i = scale * g[i];
      v[i] = rho * v[i] + rest * g_i * g_i;
      theta[i] -= rate * g_i / (std::sqrt(v[i]) + epsilon);
    }
  }

  double rho_;
  float epsilon_;
  std::vector<float> mean_square_;
};

}  // namespace alinea
