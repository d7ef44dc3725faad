#include "ops/comparison.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "ops/operation_check.h"

namespace alinea {

TEST_CASE("comparison puts two vectors, their distance and their product side by side") {
  constexpr int64_t kRows = 3, kSize = 5;
  std::vector<TestTensor> in{TestTensor({kRows, kSize}, 1), TestTensor({kRows, kSize}, 2)};
  const Computation computation = [](Tape& tape, const std::vector<Variable>& x) {
    return std::vector{ops::comparison(tape, x[0], x[1])};
  };
  std::vector<double> expected;
  for (int64_t r = 0; r < kRows; ++r)
    for (int part = 0; part < 4; ++part)
      for (int64_t c = 0; c < kSize; ++c) {
        const double x = at(in[0], r * kSize + c), y = at(in[1], r * kSize + c);
        expected.push_back(part == 0 ? x : part == 1 ? y : part == 2 ? std::abs(x - y) : x * y);
      }
  check_forward(in, computation, expected);
  check_backward(in, computation);
}

}  // namespace alinea
