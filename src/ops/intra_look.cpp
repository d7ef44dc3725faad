#include "ops/intra_look.h"

#include <algorithm>

#include "autograd/parallel.h"
#include "ops/row_math.h"
#include "ops/vector_math.h"

namespace alinea::ops {

namespace {

// Calls visit(n) for every sentence.
template <typename Visit>
void for_sentences(const IntraLook& l, Visit visit) {
  const int64_t work = l.batch * std::ssize(l.past) * (l.size + l.hidden);
#pragma omp parallel for if (parallel : work > kWorthThreads)
  for (int64_t n = 0; n < l.batch; ++n) visit(n);
}

float energy_of(const float* q, const float* k, const float* v, int64_t size) {
  float sum = 0;
#pragma omp simd reduction(+ : sum)
  for (int64_t a = 0; a < size; ++a) sum += v[a] * ops::tanh(q[a] + k[a]);
  return sum;
}

// The gradients of q, k and v, given that of the energy; dk is nullptr where it is not wanted.
void add_energy_gradients(float de, const float* q, const float* k, const float* v, int64_t size,
                          float* dq, float* dk, float* dv) {
  if (dk == nullptr) {
#pragma omp simd
    for (int64_t a = 0; a < size; ++a) {
      const float t = ops::tanh(q[a] + k[a]);
      dq[a] += de * v[a] * (1.0F - t * t);
      dv[a] += de * t;
    }
    return;
  }
#pragma omp simd
  for (int64_t a = 0; a < size; ++a) {
    const float t = ops::tanh(q[a] + k[a]), d = de * v[a] * (1.0F - t * t);
    dq[a] += d;
    dk[a] += d;
    dv[a] += de * t;
  }
}

void softmax(float* x, int64_t size) {
  const float highest = *std::max_element(x, x + size);
  float sum = 0;
#pragma omp simd reduction(+ : sum)
  for (int64_t i = 0; i < size; ++i) sum += x[i] = ops::exp(x[i] - highest);
#pragma omp simd
  for (int64_t i = 0; i < size; ++i) x[i] /= sum;
}

// α_i's gradient: that of h̃ times h_i, and of an LSTM that of c̃ times c_i.
float weight_gradient(const IntraLook& l, const IntraLookGradient& d, int64_t i, int64_t at) {
  const float dw = dot(d.h + at, l.past[i].h + at, l.hidden);
  return l.c == nullptr ? dw : dw + dot(d.c + at, l.past[i].c + at, l.hidden);
}

void look_backward_of(const IntraLook& l, const IntraLookGradient& d, int64_t n) {
  const int64_t count = std::ssize(l.past), at = n * l.hidden, at_key = n * l.size;
  const float* alpha = l.weights + n * count;
  std::fill_n(d.query + at_key, l.size, 0.0F);
  float mean = 0;
  for (int64_t i = 0; i < count; ++i) {
    const LookedAt& past = l.past[i];
    if (past.dh != nullptr) add_scaled(alpha[i], d.h + at, past.dh + at, l.hidden);
    if (past.dc != nullptr) add_scaled(alpha[i], d.c + at, past.dc + at, l.hidden);
    if (count > 1) mean += alpha[i] * weight_gradient(l, d, i, at);
  }
  if (count == 1) return;                // α is 1, whatever the energy
  for (int64_t i = 0; i < count; ++i) {  // da_i = α_i (dα_i - Σ_j α_j dα_j)
    const LookedAt& past = l.past[i];
    add_energy_gradients(alpha[i] * (weight_gradient(l, d, i, at) - mean), l.query + at_key,
                         past.keys + at_key, l.v, l.size, d.query + at_key,
                         past.dkeys == nullptr ? nullptr : past.dkeys + at_key, d.v + at_key);
  }
}

}  // namespace

void look_forward(const IntraLook& l) {
  const int64_t count = std::ssize(l.past);
  for_sentences(l, [&](int64_t n) {
    float* alpha = l.weights + n * count;
    const int64_t at = n * l.hidden;
    for (int64_t i = 0; i < count; ++i)
      alpha[i] = energy_of(l.query + n * l.size, l.past[i].keys + n * l.size, l.v, l.size);
    if (count > 0) softmax(alpha, count);
    std::fill_n(l.h + at, l.hidden, 0.0F);
    if (l.c != nullptr) std::fill_n(l.c + at, l.hidden, 0.0F);
    for (int64_t i = 0; i < count; ++i) {
      add_scaled(alpha[i], l.past[i].h + at, l.h + at, l.hidden);
      if (l.c != nullptr) add_scaled(alpha[i], l.past[i].c + at, l.c + at, l.hidden);
    }
  });
}

void look_backward(const IntraLook& l, const IntraLookGradient& d) {
  for_sentences(l, [&](int64_t n) { look_backward_of(l, d, n); });
}

}  // namespace alinea::ops
