#include "ops/covered_keys.h"

#include <algorithm>

#include "autograd/parallel.h"
#include "ops/check.h"
#include "ops/row_math.h"

namespace alinea::ops {

namespace {

struct Operands {
  Variable keys, covered, fertility, weight, y;
  int64_t batch, width, words, size;

  const float* key(int64_t n, int64_t s) const { return keys.value() + (n * words + s) * size; }
  // The position of word s of query w of sentence n in `covered`, and its row in y.
  int64_t place(int64_t n, int64_t w, int64_t s) const { return (n * width + w) * words + s; }
  float coverage(int64_t n, int64_t w, int64_t s) const {
    return covered.value()[place(n, w, s)] / fertility.value()[n * words + s];
  }
};

// Where the gradients of each operand go; nullptr where there is none.
struct Gradients {
  float *keys, *covered, *fertility, *weight;  // the weight's: a row a sentence
};

void covered_keys_backward(const Operands& o, const Gradients& d, int64_t n) {
  for (int64_t w = 0; w < o.width; ++w) {
    for (int64_t s = 0; s < o.words; ++s) {
      const float* dy = o.y.gradient() + o.place(n, w, s) * o.size;
      const float fertility = o.fertility.value()[n * o.words + s];
      const float dc = dot(dy, o.weight.value(), o.size);  // of C
      if (d.keys != nullptr) add_scaled(1, dy, d.keys + (n * o.words + s) * o.size, o.size);
      if (d.covered != nullptr) d.covered[o.place(n, w, s)] += dc / fertility;
      if (d.fertility != nullptr)
        d.fertility[n * o.words + s] -= dc * o.coverage(n, w, s) / fertility;
      add_scaled(o.coverage(n, w, s), dy, d.weight + n * o.size, o.size);
    }
  }
}

float* gradient_of(const Variable& x) { return x.requires_gradient() ? x.gradient() : nullptr; }

}  // namespace

Variable covered_keys(Tape& tape, const Variable& keys, const Variable& covered,
                      const Variable& fertility, const Variable& weight) {
  const OperationTimer timer(tape, "covered_keys");
  const Shape &shape = keys.shape(), &seen = covered.shape();
  Operands o{keys, covered, fertility, weight, {}, shape[0], seen[1], shape[1], shape[2]};
  check(seen[0] == o.batch, "covered_keys", "the batch", o.batch, seen[0]);
  check(seen[2] == o.words, "covered_keys", "the source words", o.words, seen[2]);
  check(fertility.elements() == o.batch * o.words, "covered_keys", "the fertilities",
        o.batch * o.words, fertility.elements());
  check(weight.elements() == o.size, "covered_keys", "the weight", o.size, weight.elements());
  o.y = tape.result({o.batch * o.width, o.words, o.size}, {keys, covered, fertility, weight});
  const int64_t work = o.y.elements();
#pragma omp parallel for if (parallel : work > kWorthThreads)
  for (int64_t n = 0; n < o.batch; ++n)
    for (int64_t w = 0; w < o.width; ++w)
      for (int64_t s = 0; s < o.words; ++s) {
        float* row = o.y.value() + o.place(n, w, s) * o.size;
        std::copy_n(o.key(n, s), o.size, row);
        add_scaled(o.coverage(n, w, s), o.weight.value(), row, o.size);
      }

  tape.record([=, &tape] {
    if (!o.y.has_gradient()) return;
    // One row of the weight's gradient a sentence, summed in order: the same bits whatever the
    // threads.
    float* rows = tape.arena().zeros(o.batch * o.size).data();
    const Gradients d{gradient_of(o.keys), gradient_of(o.covered), gradient_of(o.fertility), rows};
#pragma omp parallel for if (parallel : work > kWorthThreads)
    for (int64_t n = 0; n < o.batch; ++n) covered_keys_backward(o, d, n);
    if (!o.weight.requires_gradient()) return;
    for (int64_t n = 0; n < o.batch; ++n)
      add_scaled(1, rows + n * o.size, o.weight.gradient(), o.size);
  });
  return o.y;
}

}  // namespace alinea::ops
