#include "ops/sum_at.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "ops/operation_check.h"

namespace alinea {

TEST_CASE("log_sum_at sums some elements of each row") {
  std::vector<TestTensor> in{TestTensor({3, 5}, 1, 0.1F, 0.9F)};
  const std::vector<int64_t> columns = {0, 3, 4, 2, 1, 2}, ends = {3, 4, 6};
  const Computation computation = [&](Tape& tape, const std::vector<Variable>& x) {
    return std::vector{ops::log_sum_at(tape, x[0], {columns, ends}).loss};
  };
  const double loss = -std::log(at(in[0], 0) + at(in[0], 3) + at(in[0], 4)) -
                      std::log(at(in[0], 5 + 2)) - std::log(at(in[0], 10 + 1) + at(in[0], 10 + 2));
  check_forward(in, computation, {loss});
  check_backward(in, computation);
}

TEST_CASE("log_sum_at of nothing and of 0 is finite") {
  std::vector<float> values = {0, 0.5F, 0.5F, 0};
  const std::vector<int64_t> columns = {1}, ends = {0, 1};
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  const Variable p = tape.input({values.data(), {2, 2}});
  const std::vector<int64_t> zero = {0}, last = {1, 1};
  CHECK(ops::log_sum_at(tape, p, {columns, ends}).log_probabilities[0] == Approx(std::log(1e-30)));
  CHECK(ops::log_sum_at(tape, p, {zero, last}).log_probabilities[0] == Approx(std::log(1e-30)));
}

}  // namespace alinea
