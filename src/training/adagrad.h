// Adagrad with a diagonal (Duchi, Hazan & Singer 2011, figure 1, without regularisation):
//
//   G = G + g²,  θ = θ - η g / (√G + ε)
#pragma once

#include <cmath>

#include "autograd/parallel.h"
#include "training/optimizer.h"

namespace alinea {

class Adagrad : public Optimizer {
 public:
  explicit Adagrad(int64_t parameter_count, const OptimizerOptions& options = {})
      : Optimizer(parameter_count),
        epsilon_(static_cast<float>(options.epsilon == 0 ? 1e-10 : options.epsilon)),
        sum_(static_cast<size_t>(parameter_count)) {}
  std::vector<std::span<float>> state() override { return {sum_}; }

 private:
  void step(const Part& part, double learning_rate) override {
    const auto rate = static_cast<float>(learning_rate);
    const float epsilon = epsilon_;
    const int64_t count = std::ssize(part.parameters);
    const float* g = part.gradients.data();
    const float scale = part.scale;
    float* theta = part.parameters.data();
    float* sum = sum_.data() + part.begin;  // G
#pragma omp parallel for simd schedule(static) if (parallel : count >= kWorthThreads)
    for (int64_t i = 0; i < count; ++i) {
      const float g_i = scale * g[i];
      sum[i] += g_i * g_i;
      theta[i] -= rate * g_i / (std::sqrt(sum[i]) + epsilon);
    }
  }

  float epsilon_;
  std::vector<float> sum_;
};

}  // namespace alinea
