#include "ops/recurrent_step.h"

#include <algorithm>

#include "autograd/parallel.h"
#include "ops/row_math.h"
#include "ops/vector_math.h"
#include "ops/weight_product.h"

namespace alinea::ops {

namespace {

// Calls visit(n) for every sentence.
template <typename Visit>
void for_rows(const RecurrentStep& s, Visit visit) {
#pragma omp parallel for if (parallel : s.batch * s.width() > kWorthThreads)
  for (int64_t n = 0; n < s.batch; ++n) visit(n);
}

// Row n of the gates.
float* gates_of(const RecurrentStep& s, int64_t n) { return s.gates + n * s.width(); }

// Some of the gates, and rows for them, so far apart.
struct GateRows {
  int64_t first, count;
  float* data;
  int64_t stride;
};

// U of some of the gates.
WeightPart recurrent_weights(const RecurrentStep& s, const GateRows& gates) {
  return {.weight = s.recurrent,
          .inputs = s.hidden,
          .outputs = gates.count * s.hidden,
          .stride = s.width(),
          .first = gates.first * s.hidden};
}

// y = x U for some of the gates, or added to y.
void multiply_recurrent(Tape& tape, const RecurrentStep& s, const float* x, bool add,
                        const GateRows& y) {
  multiply(tape, recurrent_weights(s, y),
           {.rows = s.batch,
            .x = x,
            .x_stride = s.hidden,
            .add = add,
            .y = y.data,
            .y_stride = y.stride});
}

void forward_lstm(Tape& tape, const RecurrentStep& s) {
  multiply_recurrent(tape, s, s.h_before, true, {0, 4, s.gates, s.width()});
  const float *b_i = s.bias, *b_f = b_i + s.hidden, *b_g = b_f + s.hidden, *b_o = b_g + s.hidden;
  for_rows(s, [&](int64_t n) {
    float *i = gates_of(s, n), *f = i + s.hidden, *g = f + s.hidden, *o = g + s.hidden;
    const int64_t at = n * s.hidden;
    const float* before = s.c_before + at;
    float *h = s.h + at, *c = s.c + at, *inner = s.inner + at;
#pragma omp simd
    for (int64_t j = 0; j < s.hidden; ++j) {
      i[j] = logistic(i[j] + b_i[j]);
      f[j] = logistic(f[j] + b_f[j]);
      g[j] = ops::tanh(g[j] + b_g[j]);
      o[j] = logistic(o[j] + b_o[j]);
      c[j] = f[j] * before[j] + i[j] * g[j];
      inner[j] = ops::tanh(c[j]);
      h[j] = o[j] * inner[j];
    }
  });
}

// h_t = u∘h_{t-1} + (1-u)∘o
void interpolate(const RecurrentStep& s, const float* u, const float* o, int64_t n) {
  const float* before = s.h_before + n * s.hidden;
  float* h = s.h + n * s.hidden;
#pragma omp simd
  for (int64_t j = 0; j < s.hidden; ++j) h[j] = u[j] * before[j] + (1.0F - u[j]) * o[j];
}

void forward_gru(Tape& tape, const RecurrentStep& s) {
  multiply_recurrent(tape, s, s.h_before, true, {0, 2, s.gates, s.width()});
  const float *b_u = s.bias, *b_r = b_u + s.hidden, *b_o = b_r + s.hidden;
  for_rows(s, [&](int64_t n) {
    float *u = gates_of(s, n), *r = u + s.hidden;
    const float* before = s.h_before + n * s.hidden;
    float* inner = s.inner + n * s.hidden;
#pragma omp simd
    for (int64_t j = 0; j < s.hidden; ++j) {
      u[j] = logistic(u[j] + b_u[j]);
      r[j] = logistic(r[j] + b_r[j]);
      inner[j] = r[j] * before[j];
    }
  });
  multiply_recurrent(tape, s, s.inner, true, {2, 1, s.gates + 2 * s.hidden, s.width()});
  for_rows(s, [&](int64_t n) {
    float *u = gates_of(s, n), *o = u + 2 * s.hidden;
#pragma omp simd
    for (int64_t j = 0; j < s.hidden; ++j) o[j] = ops::tanh(o[j] + b_o[j]);
    interpolate(s, u, o, n);
  });
}

void forward_lbr_gru(Tape& tape, const RecurrentStep& s) {
  multiply_recurrent(tape, s, s.h_before, true, {0, 2, s.gates, s.width()});
  multiply_recurrent(tape, s, s.h_before, false, {2, 1, s.inner, s.hidden});
  const float *b_u = s.bias, *b_r = b_u + s.hidden, *b_o = b_r + s.hidden, *b_x = b_o + s.hidden;
  for_rows(s, [&](int64_t n) {
    float *u = gates_of(s, n), *r = u + s.hidden, *o = r + s.hidden;
    float* inner = s.inner + n * s.hidden;
#pragma omp simd
    for (int64_t j = 0; j < s.hidden; ++j) {
      u[j] = logistic(u[j] + b_u[j]);
      r[j] = logistic(r[j] + b_r[j]);
      inner[j] += b_x[j];
      o[j] = ops::tanh(o[j] + b_o[j] + r[j] * inner[j]);
    }
    interpolate(s, u, o, n);
  });
}

void forward_rnn(Tape& tape, const RecurrentStep& s) {
  multiply_recurrent(tape, s, s.h_before, true, {0, 1, s.gates, s.width()});
  for_rows(s, [&](int64_t n) {
    float *sum = gates_of(s, n), *h = s.h + n * s.hidden;
#pragma omp simd
    for (int64_t j = 0; j < s.hidden; ++j) h[j] = sum[j] = ops::tanh(sum[j] + s.bias[j]);
  });
}

// y = x Uᵀ, or added to y: to h_{t-1}, or what else some of the gates multiplied U with.
void multiply_recurrent_backward(Tape& tape, const RecurrentStep& s, const GateRows& x, bool add,
                                 float* y) {
  ops::multiply_backward(tape, recurrent_weights(s, x),
                         {.rows = s.batch,
                          .x = x.data,
                          .x_stride = x.stride,
                          .add = add,
                          .y = y,
                          .y_stride = s.hidden});
}

void backward_lstm(Tape& tape, const RecurrentStep& s, const RecurrentStepGradient& d) {
  for_rows(s, [&](int64_t n) {
    float *i = gates_of(s, n), *f = i + s.hidden, *g = f + s.hidden, *o = g + s.hidden;
    const int64_t at = n * s.hidden;
    const float *dh = d.h + at, *tanh_c = s.inner + at, *before = s.c_before + at;
    float* dc = d.c_before + at;
    if (d.c == nullptr) {
      std::fill_n(dc, s.hidden, 0.0F);
    } else if (d.c != d.c_before) {
      std::copy_n(d.c + at, s.hidden, dc);
    }
#pragma omp simd
    for (int64_t j = 0; j < s.hidden; ++j) {
      const float now = dc[j] + dh[j] * o[j] * (1.0F - tanh_c[j] * tanh_c[j]);
      const float di = now * g[j] * i[j] * (1.0F - i[j]), dg = now * i[j] * (1.0F - g[j] * g[j]);
      dc[j] = now * f[j];
      i[j] = di;
      f[j] = now * before[j] * f[j] * (1.0F - f[j]);
      g[j] = dg;
      o[j] = dh[j] * tanh_c[j] * o[j] * (1.0F - o[j]);
    }
  });
  multiply_recurrent_backward(tape, s, {0, 4, s.gates, s.width()}, false, d.h_before);
}

// Of h_t = u∘h_{t-1} + (1-u)∘o: to the sums inside u and o, and directly to h_{t-1}.
void backward_interpolation(const RecurrentStep& s, const RecurrentStepGradient& d, int64_t n) {
  float *u = gates_of(s, n), *o = u + 2 * s.hidden;
  const int64_t at = n * s.hidden;
  const float *dh = d.h + at, *before = s.h_before + at;
  float* to_before = d.h_before + at;
#pragma omp simd
  for (int64_t j = 0; j < s.hidden; ++j) {
    const float now = dh[j];
    const float du = now * (before[j] - o[j]) * u[j] * (1.0F - u[j]);
    o[j] = now * (1.0F - u[j]) * (1.0F - o[j] * o[j]);
    to_before[j] = now * u[j];
    u[j] = du;
  }
}

void backward_gru(Tape& tape, const RecurrentStep& s, const RecurrentStepGradient& d) {
  for_rows(s, [&](int64_t n) { backward_interpolation(s, d, n); });
  multiply_recurrent_backward(tape, s, {2, 1, s.gates + 2 * s.hidden, s.width()}, false, d.inner);
  for_rows(s, [&](int64_t n) {
    float* r = gates_of(s, n) + s.hidden;
    const int64_t at = n * s.hidden;
    const float *inner = d.inner + at, *before = s.h_before + at;
    float* to_before = d.h_before + at;
#pragma omp simd
    for (int64_t j = 0; j < s.hidden; ++j) {
      to_before[j] += inner[j] * r[j];
      r[j] = inner[j] * before[j] * r[j] * (1.0F - r[j]);
    }
  });
  multiply_recurrent_backward(tape, s, {0, 2, s.gates, s.width()}, true, d.h_before);
}

void backward_lbr_gru(Tape& tape, const RecurrentStep& s, const RecurrentStepGradient& d) {
  for_rows(s, [&](int64_t n) {
    backward_interpolation(s, d, n);
    float *r = gates_of(s, n) + s.hidden, *d_o = r + s.hidden;
    const float* inner = s.inner + n * s.hidden;
    float* to_inner = d.inner + n * s.hidden;
#pragma omp simd
    for (int64_t j = 0; j < s.hidden; ++j) {
      to_inner[j] = d_o[j] * r[j];
      r[j] = d_o[j] * inner[j] * r[j] * (1.0F - r[j]);
    }
  });
  multiply_recurrent_backward(tape, s, {0, 2, s.gates, s.width()}, true, d.h_before);
  multiply_recurrent_backward(tape, s, {2, 1, d.inner, s.hidden}, true, d.h_before);
}

void backward_rnn(Tape& tape, const RecurrentStep& s, const RecurrentStepGradient& d) {
  for_rows(s, [&](int64_t n) {
    float* sum = gates_of(s, n);
    const float* dh = d.h + n * s.hidden;
#pragma omp simd
    for (int64_t j = 0; j < s.hidden; ++j) sum[j] = dh[j] * (1.0F - sum[j] * sum[j]);
  });
  multiply_recurrent_backward(tape, s, {0, 1, s.gates, s.width()}, false, d.h_before);
}

}  // namespace

void step_forward(Tape& tape, const RecurrentStep& step) {
  switch (step.cell) {
    case Cell::kLstm:
      return forward_lstm(tape, step);
    case Cell::kGru:
      return forward_gru(tape, step);
    case Cell::kLbrGru:
      return forward_lbr_gru(tape, step);
    case Cell::kRnn:
      return forward_rnn(tape, step);
  }
}

void step_backward(Tape& tape, const RecurrentStep& step, const RecurrentStepGradient& gradient) {
  switch (step.cell) {
    case Cell::kLstm:
      return backward_lstm(tape, step, gradient);
    case Cell::kGru:
      return backward_gru(tape, step, gradient);
    case Cell::kLbrGru:
      return backward_lbr_gru(tape, step, gradient);
    case Cell::kRnn:
      return backward_rnn(tape, step, gradient);
  }
}

}  // namespace alinea::ops
