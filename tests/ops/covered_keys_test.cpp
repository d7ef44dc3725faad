#include "ops/covered_keys.h"

#include <catch2/catch.hpp>

#include "ops/operation_check.h"

namespace alinea {

namespace {

const Computation kCoveredKeys = [](Tape& tape, const std::vector<Variable>& in) {
  return std::vector{ops::covered_keys(tape, in[0], in[1], in[2], in[3])};
};

}  // namespace

TEST_CASE("covered_keys computes its equation and its gradient") {
  const int64_t batch = GENERATE(1, 3), width = GENERATE(1, 2);
  constexpr int64_t kWords = 5, kSize = 7;
  std::vector<TestTensor> in{TestTensor({batch, kWords, kSize}, 1),
                             TestTensor({batch, width, kWords}, 2, 0, 3),
                             TestTensor({batch, kWords, 1}, 3, 0.5F, 2), TestTensor({kSize}, 4)};
  std::vector<double> expected;
  for (int64_t n = 0; n < batch; ++n)
    for (int64_t w = 0; w < width; ++w)
      for (int64_t s = 0; s < kWords; ++s)
        for (int64_t a = 0; a < kSize; ++a)
          expected.push_back(at(in[0], (n * kWords + s) * kSize + a) +
                             at(in[1], (n * width + w) * kWords + s) / at(in[2], n * kWords + s) *
                                 at(in[3], a));
  check_forward(in, kCoveredKeys, expected);
  check_backward(in, kCoveredKeys);
}

}  // namespace alinea
