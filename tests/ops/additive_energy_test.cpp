// The energies of additive attention.
#include "ops/additive_energy.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "autograd/parallel.h"
#include "ops/operation_check.h"

namespace alinea {

namespace {

struct Sizes {
  int64_t batch, steps, width, size;
};

std::vector<TestTensor> tensors(const Sizes& s) {
  return {TestTensor({s.batch, s.steps, s.size}, 1), TestTensor({s.batch, s.width, s.size}, 2),
          TestTensor({s.size}, 3)};
}

const Computation kEnergy = [](Tape& tape, const std::vector<Variable>& in) {
  return std::vector{ops::additive_energy(tape, in[0], in[1], in[2])};
};

// e_nts = Σ_a v_a tanh(q_nta + k_nsa)
std::vector<double> oracle(const Sizes& s, std::vector<TestTensor>& in) {
  std::vector<double> energies;
  for (int64_t n = 0; n < s.batch; ++n)
    for (int64_t t = n * s.steps; t < (n + 1) * s.steps; ++t)
      for (int64_t r = n * s.width; r < (n + 1) * s.width; ++r) {
        double energy = 0;
        for (int64_t a = 0; a < s.size; ++a)
          energy += at(in[2], a) * std::tanh(at(in[0], t * s.size + a) + at(in[1], r * s.size + a));
        energies.push_back(energy);
      }
  return energies;
}

// The gradients by query, keys and v, one after the other.
std::vector<float> gradients(std::vector<TestTensor>& in, int threads) {
  const Threads scope(threads);
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  std::vector<Variable> variables;
  variables.reserve(in.size());
  for (TestTensor& tensor : in) variables.push_back(tape.input(tensor.tensor()));
  tape.backward(kEnergy(tape, variables)[0]);
  std::vector<float> all;
  for (const Variable& variable : variables)
    all.insert(all.end(), variable.gradient(), variable.gradient() + variable.elements());
  return all;
}

}  // namespace

TEST_CASE("additive_energy computes its equation and its gradients") {
  const Sizes s = GENERATE(Sizes{3, 2, 5, 7}, Sizes{1, 3, 5, 2}, Sizes{5, 1, 3, 7},
                           Sizes{1, 1, 1, 1}, Sizes{2, 3, 1, 19});
  std::vector<TestTensor> in = tensors(s);
  check_forward(in, kEnergy, oracle(s, in));
  check_backward(in, kEnergy);
}

TEST_CASE("additive_energy's gradients are the same bits whatever the threads") {
  std::vector<TestTensor> in = tensors({7, 13, 15, 33});  // enough to be worth threads
  REQUIRE(7 * 13 * 15 * 33 > kWorthThreads);
  const std::vector<float> alone = gradients(in, 1);
  CHECK(gradients(in, 2) == alone);
  CHECK(gradients(in, 5) == alone);
}

TEST_CASE("additive_energy refuses wrong shapes") {
  TestTensor query({3, 2, 7}, 1), v({7}, 2), short_v({5}, 3);
  TestTensor keys({3, 5, 7}, 4), other_batch({2, 5, 7}, 5), other_size({3, 7, 5}, 6);
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  const auto energy = [&](TestTensor& k, TestTensor& weight) {
    return ops::additive_energy(tape, tape.input(query.tensor()), tape.input(k.tensor()),
                                tape.input(weight.tensor()));
  };
  CHECK_NOTHROW(energy(keys, v));
  CHECK_THROWS_AS(energy(other_batch, v), std::logic_error);
  CHECK_THROWS_AS(energy(other_size, v), std::logic_error);
  CHECK_THROWS_AS(energy(keys, short_v), std::logic_error);
}

}  // namespace alinea
