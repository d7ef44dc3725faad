#include "ops/masked_sum.h"

#include <catch2/catch.hpp>

#include "ops/operation_check.h"

namespace alinea {

// Lengths 3, 0, 1 and 4 with two masks: the last one stands for all places beyond.
TEST_CASE("masked_sum sums the rows of each sequence under the masks of their places") {
  constexpr int64_t kSize = 3, kMasks = 2;
  const std::vector<int64_t> lengths = {3, 0, 1, 4};
  std::vector<TestTensor> in{TestTensor({8, kSize}, 1), TestTensor({kMasks, kSize}, 2)};
  const Computation computation = [&](Tape& tape, const std::vector<Variable>& x) {
    return std::vector{ops::masked_sum(tape, x[0], x[1], lengths)};
  };
  std::vector<double> expected;
  int64_t row = 0;
  for (const int64_t length : lengths) {
    for (int64_t c = 0; c < kSize; ++c) {
      double sum = 0;
      for (int64_t j = 0; j < length; ++j)
        sum += at(in[0], (row + j) * kSize + c) * at(in[1], (j == 0 ? 0 : kSize) + c);
      expected.push_back(sum);
    }
    row += length;
  }
  check_forward(in, computation, expected);
  check_backward(in, computation);
}

TEST_CASE("masked_sum with fewer masks than words has the gradient of all of them") {
  const std::vector<int64_t> lengths = {2, 1};
  std::vector<TestTensor> in{TestTensor({3, 5}, 3), TestTensor({1, 5}, 4)};
  check_backward(in, [&](Tape& tape, const std::vector<Variable>& x) {
    return std::vector{ops::masked_sum(tape, x[0], x[1], lengths)};
  });
}

}  // namespace alinea
