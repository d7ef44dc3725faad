// The running average of the parameters, which translates better than where the last updates led
// them (Polyak & Juditsky 1992, there all weigh the same):
//
//   θ̄ = (1 - x_t) θ̄ + x_t θ,  x_t = max(x, 9 / (t + 10)) after update t
//
// so that the first updates do not weigh longer than they should.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "autograd/parameter.h"

namespace alinea {

class ExponentialSmoothing {
 public:
  // factor: x, above 0 and at most 1.
  ExponentialSmoothing(double factor, int64_t parameter_count);

  // Before the first update.
  void begin(std::span<const float> parameters);
  // After update t, counted from 1.
  void update(std::span<const float> parameters, int64_t t);

  // What a checkpoint has to keep.
  std::span<float> average() { return average_; }

 private:
  double factor_;
  std::vector<float> average_;
};

// While it lives, parameters and their average have changed places. Nothing happens without one.
class AverageInPlace {
 public:
  AverageInPlace(ParameterStore& parameters, ExponentialSmoothing* smoothing);
  ~AverageInPlace();
  AverageInPlace(const AverageInPlace&) = delete;
  AverageInPlace& operator=(const AverageInPlace&) = delete;

 private:
  void exchange();

  ParameterStore& parameters_;
  ExponentialSmoothing* smoothing_;
};

}  // namespace alinea
