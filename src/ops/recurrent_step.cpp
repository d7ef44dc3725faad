#include "ops/recurrent_step.h"

#include <algorithm>

#include "autograd/parallel.h"
#include "ops/check.h"
#include "ops/onednn.h"
#include "ops/packed_product.h"
#include "ops/row_math.h"
#include "ops/transposed.h"
#include "ops/vector_math.h"
#include "ops/weight_gradient.h"

namespace alinea::ops {

namespace {

// Everything of one step. Gates lie one behind another in a row, [N, G, H]; what is kept for the
// way back is what they are after their activation.
struct Step {
  Cell cell;
  int64_t batch, inputs, hidden;
  Variable x;
  RecurrentState initial;
  RecurrentWeights weights;
  Variable h, c;
  float* gates;  // [N, G, H]
  float* inner;  // [N, H]: GRU r∘h_{t-1}, LBR GRU U h_{t-1} + b'_o, LSTM tanh(c_t)

  int64_t width() const { return ops::gates(cell) * hidden; }
  float* row(int64_t n) const { return gates + n * width(); }
};

// Calls visit(n) for every sentence.
template <typename Visit>
void for_rows(const Step& s, Visit visit) {
#pragma omp parallel for if (parallel : s.batch * s.width() > kWorthThreads)
  for (int64_t n = 0; n < s.batch; ++n) visit(n);
}

// y [N, G H], rows so far apart, += x U for `count` gates from `first` on, in a model that only
// computes.
void add_packed(Tape& tape, const Step& s, const float* x, int64_t first, int64_t count, float* y,
                int64_t stride) {
  const int64_t outputs = count * s.hidden;
  const bool whole = stride == outputs;
  float* product = whole ? y : tape.arena().floats(s.batch * outputs).data();
  multiply_packed({.weight = s.weights.recurrent,
                   .inputs = s.hidden,
                   .outputs = outputs,
                   .stride = s.width(),
                   .first = first * s.hidden},
                  {.rows = s.batch, .x = x, .bias = nullptr, .add = whole, .y = product});
  if (whole) return;
  for_rows(s, [&](int64_t n) { add_scaled(1, product + n * outputs, y + n * stride, outputs); });
}

// y += x U for `count` gates from `first` on.
void add_recurrent(Tape& tape, const Step& s, const float* x, int64_t first, int64_t count,
                   float* y, int64_t stride) {
  if (is_packed(tape, s.weights.recurrent, s.batch))
    return add_packed(tape, s, x, first, count, y, stride);
  gemm({s.batch, count * s.hidden, s.hidden}, {x, s.hidden},
       {s.weights.recurrent.value() + first * s.hidden, s.width()}, 1, y, stride);
}

// W x + b for all gates, and of U h_{t-1} the first `gates` of them.
void add_products(Tape& tape, const Step& s, int64_t gates) {
  const int64_t width = s.width();
  if (is_packed(tape, s.weights.input, s.batch)) {
    multiply_packed(
        {.weight = s.weights.input, .inputs = s.inputs, .outputs = width, .stride = width},
        {.rows = s.batch,
         .x = s.x.value(),
         .bias = s.weights.bias.value(),
         .add = false,
         .y = s.gates});
    return add_recurrent(tape, s, s.initial.h.value(), 0, gates, s.gates, width);
  }
  for (int64_t n = 0; n < s.batch; ++n)
    std::copy_n(s.weights.bias.value(), width, s.gates + n * width);
  gemm({s.batch, width, s.inputs}, {s.x.value(), s.inputs}, {s.weights.input.value(), width}, 1,
       s.gates, width);
  add_recurrent(tape, s, s.initial.h.value(), 0, gates, s.gates, width);
}

void forward_lstm(Tape& tape, const Step& s) {
  add_products(tape, s, 4);
  for_rows(s, [&](int64_t n) {
    float *i = s.row(n), *f = i + s.hidden, *g = f + s.hidden, *o = g + s.hidden;
    const float* before = s.initial.c.value() + n * s.hidden;
    float *h = s.h.value() + n * s.hidden, *c = s.c.value() + n * s.hidden;
    float* inner = s.inner + n * s.hidden;
#pragma omp simd
    for (int64_t j = 0; j < s.hidden; ++j) {
      i[j] = logistic(i[j]);
      f[j] = logistic(f[j]);
      g[j] = ops::tanh(g[j]);
      o[j] = logistic(o[j]);
      c[j] = f[j] * before[j] + i[j] * g[j];
      inner[j] = ops::tanh(c[j]);
      h[j] = o[j] * inner[j];
    }
  });
}

// h_t = u∘h_{t-1} + (1-u)∘o
void interpolate(const Step& s, const float* u, const float* o, int64_t n) {
  const float* before = s.initial.h.value() + n * s.hidden;
  float* h = s.h.value() + n * s.hidden;
#pragma omp simd
  for (int64_t j = 0; j < s.hidden; ++j) h[j] = u[j] * before[j] + (1.0F - u[j]) * o[j];
}

void forward_gru(Tape& tape, const Step& s) {
  add_products(tape, s, 2);
  for_rows(s, [&](int64_t n) {
    float *u = s.row(n), *r = u + s.hidden;
    const float* before = s.initial.h.value() + n * s.hidden;
    float* inner = s.inner + n * s.hidden;
#pragma omp simd
    for (int64_t j = 0; j < s.hidden; ++j) {
      u[j] = logistic(u[j]);
      r[j] = logistic(r[j]);
      inner[j] = r[j] * before[j];
    }
  });
  add_recurrent(tape, s, s.inner, 2, 1, s.gates + 2 * s.hidden, s.width());
  for_rows(s, [&](int64_t n) {
    float *u = s.row(n), *o = u + 2 * s.hidden;
#pragma omp simd
    for (int64_t j = 0; j < s.hidden; ++j) o[j] = ops::tanh(o[j]);
    interpolate(s, u, o, n);
  });
}

void forward_lbr_gru(Tape& tape, const Step& s) {
  const int64_t width = s.width();
  add_products(tape, s, 2);
  for (int64_t n = 0; n < s.batch; ++n)
    std::copy_n(s.weights.bias.value() + width, s.hidden, s.inner + n * s.hidden);
  add_recurrent(tape, s, s.initial.h.value(), 2, 1, s.inner, s.hidden);
  for_rows(s, [&](int64_t n) {
    float *u = s.row(n), *r = u + s.hidden, *o = r + s.hidden;
    const float* inner = s.inner + n * s.hidden;
#pragma omp simd
    for (int64_t j = 0; j < s.hidden; ++j) {
      u[j] = logistic(u[j]);
      r[j] = logistic(r[j]);
      o[j] = ops::tanh(o[j] + r[j] * inner[j]);
    }
    interpolate(s, u, o, n);
  });
}

// The gradients on the way back. Those of the gates, before their activation, take the place of the
// gates one by one.
struct StepGradient {
  const float* h;  // of h_t, [N, H]
  const float* c;  // of c_t, or nullptr
  float* inner;    // [N, H]: GRU of r∘h_{t-1}, LBR GRU of U h_{t-1} + b'_o
  float* before;   // of h_{t-1}, [N, H]
  float* c_before;
};

// To h_{t-1} or what else U was multiplied with: y (+)= x Uᵀ for the gates of `gates`.
struct GateSlice {
  const float* x;  // their gradients, [N, count H]
  int64_t x_stride;
  int64_t first, count;
};
void add_back(Tape& tape, const Step& s, const GateSlice& gates, float beta, float* y) {
  const Variable& weight = s.weights.recurrent;
  const int64_t inputs = gates.count * s.hidden;
  const float* turned = transposed(tape, weight) + gates.first * s.hidden * s.hidden;
  gemm({s.batch, s.hidden, inputs}, {gates.x, gates.x_stride}, {turned, s.hidden}, beta, y,
       s.hidden);
}

void backward_lstm(Tape& tape, const Step& s, const StepGradient& d) {
  for_rows(s, [&](int64_t n) {
    float *i = s.row(n), *f = i + s.hidden, *g = f + s.hidden, *o = g + s.hidden;
    const int64_t at = n * s.hidden;
    const float *dh = d.h + at, *tanh_c = s.inner + at, *before = s.initial.c.value() + at;
    float* dc = d.c_before + at;
    if (d.c != nullptr) {
      std::copy_n(d.c + at, s.hidden, dc);
    } else {
      std::fill_n(dc, s.hidden, 0.0F);
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
  add_back(tape, s, {s.gates, s.width(), 0, 4}, 0, d.before);
}

// Of h_t = u∘h_{t-1} + (1-u)∘o: to the sums inside u and o, and directly to h_{t-1}.
void backward_interpolation(const Step& s, const StepGradient& d, int64_t n) {
  float *u = s.row(n), *o = u + 2 * s.hidden;
  const int64_t at = n * s.hidden;
  const float *dh = d.h + at, *before = s.initial.h.value() + at;
  float* to_before = d.before + at;
#pragma omp simd
  for (int64_t j = 0; j < s.hidden; ++j) {
    const float du = dh[j] * (before[j] - o[j]) * u[j] * (1.0F - u[j]);
    o[j] = dh[j] * (1.0F - u[j]) * (1.0F - o[j] * o[j]);
    to_before[j] = dh[j] * u[j];
    u[j] = du;
  }
}

void backward_gru(Tape& tape, const Step& s, const StepGradient& d) {
  const int64_t width = s.width();
  for_rows(s, [&](int64_t n) { backward_interpolation(s, d, n); });
  add_back(tape, s, {s.gates + 2 * s.hidden, width, 2, 1}, 0, d.inner);
  for_rows(s, [&](int64_t n) {
    float* r = s.row(n) + s.hidden;
    const int64_t at = n * s.hidden;
    const float *inner = d.inner + at, *before = s.initial.h.value() + at;
    float* to_before = d.before + at;
#pragma omp simd
    for (int64_t j = 0; j < s.hidden; ++j) {
      to_before[j] += inner[j] * r[j];
      r[j] = inner[j] * before[j] * r[j] * (1.0F - r[j]);
    }
  });
  add_back(tape, s, {s.gates, width, 0, 2}, 1, d.before);
}

void backward_lbr_gru(Tape& tape, const Step& s, const StepGradient& d) {
  const int64_t width = s.width();
  for_rows(s, [&](int64_t n) {
    backward_interpolation(s, d, n);
    float *r = s.row(n) + s.hidden, *d_o = r + s.hidden;
    const float* inner = s.inner + n * s.hidden;
    float* to_inner = d.inner + n * s.hidden;
#pragma omp simd
    for (int64_t j = 0; j < s.hidden; ++j) {
      to_inner[j] = d_o[j] * r[j];
      r[j] = d_o[j] * inner[j] * r[j] * (1.0F - r[j]);
    }
  });
  add_back(tape, s, {s.gates, width, 0, 2}, 1, d.before);
  add_back(tape, s, {d.inner, s.hidden, 2, 1}, 1, d.before);
}

void backward_weights(Tape& tape, const Step& s, const StepGradient& d) {
  const int64_t width = s.width();
  if (s.weights.input.requires_gradient())
    add_weight_gradient(tape, s.weights.input, s.batch, {s.x.value(), s.inputs, s.inputs},
                        {s.gates, width, width});
  if (s.weights.recurrent.requires_gradient()) {
    // dU of so many gates from `first` on.
    const auto add = [&](const float* from, const float* to, int64_t stride, int64_t first,
                         int64_t gates) {
      add_weight_gradient(tape, s.weights.recurrent, s.batch, {from, s.hidden, s.hidden},
                          {to, gates * s.hidden, stride}, first * s.hidden);
    };
    const float* before = s.initial.h.value();
    if (s.cell == Cell::kLstm) {
      add(before, s.gates, width, 0, 4);
    } else {
      add(before, s.gates, width, 0, 2);
      if (s.cell == Cell::kGru) {
        add(s.inner, s.gates + 2 * s.hidden, width, 2, 1);
      } else {
        add(before, d.inner, s.hidden, 2, 1);
      }
    }
  }
  if (s.weights.bias.requires_gradient()) {
    float* bias = s.weights.bias.gradient();
    for (int64_t n = 0; n < s.batch; ++n) {
      add_scaled(1, s.gates + n * width, bias, width);
      if (s.cell == Cell::kLbrGru) add_scaled(1, d.inner + n * s.hidden, bias + width, s.hidden);
    }
  }
}

void run_backward(Tape& tape, const Step& s) {
  Arena& arena = tape.arena();
  const int64_t states = s.batch * s.hidden;
  const bool lstm = s.cell == Cell::kLstm;
  const StepGradient d{.h = s.h.gradient(),
                       .c = lstm && s.c.has_gradient() ? s.c.gradient() : nullptr,
                       .inner = lstm ? nullptr : arena.floats(states).data(),
                       .before = arena.floats(states).data(),
                       .c_before = lstm ? arena.floats(states).data() : nullptr};
  switch (s.cell) {
    case Cell::kLstm:
      backward_lstm(tape, s, d);
      break;
    case Cell::kGru:
      backward_gru(tape, s, d);
      break;
    case Cell::kLbrGru:
      backward_lbr_gru(tape, s, d);
      break;
  }
  backward_weights(tape, s, d);
  if (s.x.requires_gradient()) {
    const auto [dx, beta] = s.x.accumulator();
    gemm({s.batch, s.inputs, s.width()}, {s.gates, s.width()},
         {transposed(tape, s.weights.input), s.inputs}, beta, dx, s.inputs);
  }
  if (s.initial.h.requires_gradient()) s.initial.h.add_gradient(d.before);
  if (lstm && s.initial.c.requires_gradient()) s.initial.c.add_gradient(d.c_before);
}

}  // namespace

RecurrentResult recurrent_step(Tape& tape, Cell cell, const Variable& x,
                               const RecurrentState& initial, const RecurrentWeights& weights) {
  const OperationTimer timer(tape, "recurrent step");
  const Shape state_shape = initial.h.shape();
  const auto result = [&] {
    return tape.result(state_shape,
                       {x, initial.h, initial.c, weights.input, weights.recurrent, weights.bias});
  };
  Step step{.cell = cell,
            .batch = initial.h.rows(),
            .inputs = weights.input.shape()[0],
            .hidden = weights.input.shape()[2],
            .x = x,
            .initial = initial,
            .weights = weights,
            .h = result(),
            .c = cell == Cell::kLstm ? result() : Variable{},
            .gates = nullptr,
            .inner = nullptr};
  step.gates = tape.arena().floats(step.batch * step.width()).data();
  step.inner = tape.arena().floats(step.batch * step.hidden).data();
  switch (cell) {
    case Cell::kLstm:
      forward_lstm(tape, step);
      break;
    case Cell::kGru:
      forward_gru(tape, step);
      break;
    case Cell::kLbrGru:
      forward_lbr_gru(tape, step);
      break;
  }
  tape.record([step, &tape] {
    if (step.h.has_gradient() || step.c.has_gradient()) run_backward(tape, step);
  });
  return {step.h, {step.h, step.c}};
}

}  // namespace alinea::ops
