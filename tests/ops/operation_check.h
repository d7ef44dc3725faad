// What the tests of the operations share.
#pragma once

#include <vector>

#include "autograd/gradient_check.h"
#include "ops/engine.h"

namespace alinea {

// Element i of a tensor, for oracles in double precision.
double at(TestTensor& tensor, int64_t i);

// Compares all outputs, one after the other, with `expected`: on a training and an inference tape.
void check_forward(std::vector<TestTensor>& inputs, const Computation& computation,
                   const std::vector<double>& expected);

// Checks the gradients by every input: of one use of the operation, of two uses on one tape (the
// gradients add up), and of one use with each input in turn a constant.
void check_backward(std::vector<TestTensor>& inputs, const Computation& computation);

// Runs the rest of a scope on so many threads.
class Threads {
 public:
  explicit Threads(int threads) { ops::set_threads(threads); }
  ~Threads() { ops::set_threads(2); }
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;
};

}  // namespace alinea
