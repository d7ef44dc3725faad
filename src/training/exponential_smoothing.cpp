#include "training/exponential_smoothing.h"

#include <algorithm>

#include "autograd/parallel.h"

namespace alinea {

ExponentialSmoothing::ExponentialSmoothing(double factor, int64_t parameter_count)
    : factor_(factor), average_(static_cast<size_t>(parameter_count)) {}

void ExponentialSmoothing::begin(std::span<const float> parameters) {
  std::ranges::copy(parameters, average_.begin());
}

void ExponentialSmoothing::update(std::span<const float> parameters, int64_t t) {
  const double early = 9 / (static_cast<double>(t) + 10);
  const auto share = static_cast<float>(std::max(factor_, early));
  const int64_t count = std::ssize(parameters);
  const float* theta = parameters.data();
  float* average = average_.data();
#pragma omp parallel for simd schedule(static) if (parallel : count >= kWorthThreads)
  for (int64_t i = 0; i < count; ++i) average[i] += share * (theta[i] - average[i]);
}

AverageInPlace::AverageInPlace(ParameterStore& parameters, ExponentialSmoothing* smoothing)
    : parameters_(parameters), smoothing_(smoothing) {
  exchange();
}

AverageInPlace::~AverageInPlace() { exchange(); }

void AverageInPlace::exchange() {
  if (smoothing_ == nullptr) return;
  std::ranges::swap_ranges(parameters_.values(), smoothing_->average());
  parameters_.changed();
}

}  // namespace alinea
