// Operations small enough to see through, for the tests of the tape itself.
#pragma once

#include <vector>

#include "autograd/tape.h"

namespace alinea {

inline std::vector<float> gradient(const Variable& x) {
  return {x.gradient(), x.gradient() + x.elements()};
}

// y = factor * x
inline Variable scale(Tape& tape, const Variable& x, float factor) {
  Variable y = tape.result(x.shape(), {x});
  for (int64_t i = 0; i < x.elements(); ++i) y.value()[i] = factor * x.value()[i];
  tape.record([=] {
    if (!y.has_gradient() || !x.requires_gradient()) return;
    for (int64_t i = 0; i < x.elements(); ++i) x.gradient()[i] += factor * y.gradient()[i];
  });
  return y;
}

// y = a * b, elementwise
inline Variable multiply(Tape& tape, const Variable& a, const Variable& b) {
  Variable y = tape.result(a.shape(), {a, b});
  for (int64_t i = 0; i < a.elements(); ++i) y.value()[i] = a.value()[i] * b.value()[i];
  tape.record([=] {
    if (!y.has_gradient()) return;
    for (int64_t i = 0; i < a.elements(); ++i) {
      if (a.requires_gradient()) a.gradient()[i] += b.value()[i] * y.gradient()[i];
      if (b.requires_gradient()) b.gradient()[i] += a.value()[i] * y.gradient()[i];
    }
  });
  return y;
}

}  // namespace alinea
