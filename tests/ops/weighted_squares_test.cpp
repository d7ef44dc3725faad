#include "ops/weighted_squares.h"

#include <catch2/catch.hpp>

#include "ops/operation_check.h"

namespace alinea {

TEST_CASE("weighted squares: Σ w |x - t|² over rows, with weights of any sign, and its gradient") {
  const std::vector<float> targets = {0.5F, -1, 2, 0, 0.25F, 3}, weights = {2, -0.75F, 0};
  std::vector<TestTensor> in{TestTensor({3, 2}, 1)};
  double expected = 0;
  for (size_t i = 0; i < 6; ++i) {
    const double distance = at(in[0], static_cast<int64_t>(i)) - static_cast<double>(targets[i]);
    expected += static_cast<double>(weights[i / 2]) * distance * distance;
  }
  const Computation computation = [&](Tape& tape, const std::vector<Variable>& x) {
    return std::vector{ops::weighted_squares(tape, x[0], targets, weights)};
  };
  check_forward(in, computation, {expected});
  check_backward(in, computation);
}

}  // namespace alinea
