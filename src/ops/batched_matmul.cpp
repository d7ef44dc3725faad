#include "ops/batched_matmul.h"

#include <algorithm>
#include <functional>

#include "autograd/parallel.h"
#include "ops/check.h"
#include "ops/onednn.h"
#include "ops/row_math.h"

namespace alinea::ops {

namespace {

using dnnl::memory;

// c [batch, rows, columns] = scale * a b + (add ? c : 0), a and b read transposed on request.
struct ProductKey {
  int64_t batch, rows, columns, inner;
  bool transpose_a, transpose_b, add;
  float scale;
  bool operator==(const ProductKey&) const = default;
};

struct ProductHash {
  size_t operator()(const ProductKey& key) const {
    return hash_of({key.transpose_a, key.transpose_b, key.add, key.batch, key.rows, key.columns,
                    key.inner, static_cast<int64_t>(std::hash<float>()(key.scale))});
  }
};

struct Product {
  memory::desc a, b, c;
  dnnl::matmul primitive;
};

memory::desc matrices(int64_t batch, int64_t rows, int64_t columns, bool transposed) {
  return {{batch, rows, columns},
          memory::data_type::f32,
          transposed ? memory::format_tag::acb : memory::format_tag::abc};
}

Product make_product(const ProductKey& key) {
  Product product{matrices(key.batch, key.rows, key.inner, key.transpose_a),
                  matrices(key.batch, key.inner, key.columns, key.transpose_b),
                  matrices(key.batch, key.rows, key.columns, false),
                  {}};
  dnnl::post_ops post_ops;
  if (key.scale != 1.0F) append_scale(post_ops, key.scale);
  if (key.add) post_ops.append_sum(1.0F);
  dnnl::primitive_attr attributes;
  attributes.set_post_ops(post_ops);
  product.primitive =
      dnnl::matmul(describe<dnnl::matmul>(attributes, product.a, product.b, product.c));
  return product;
}

void multiply_many(const ProductKey& key, const float* a, const float* b, float* c) {
  const int64_t elements = key.batch * key.rows * key.columns;
  if (elements == 0 || key.inner == 0) {  // oneDNN 2.6.3 divides by zero
    if (!key.add) std::fill_n(c, elements, 0.0F);
    return;
  }
  constexpr size_t kKept = 256;
  thread_local PrimitiveCache<ProductKey, Product, ProductHash> cache(kKept);
  const Product& product = cache.get(key, make_product);
  const auto bind = [](const memory::desc& description, const float* data) {
    return memory(description, cpu(), const_cast<float*>(data));
  };
  product.primitive.execute(stream(), {{DNNL_ARG_SRC, bind(product.a, a)},
                                       {DNNL_ARG_WEIGHTS, bind(product.b, b)},
                                       {DNNL_ARG_DST, bind(product.c, c)}});
}

// Products with few rows are bound by reading the other side once. A primitive for each of the many
// numbers of sentences, rows and words that a decoder meets step by step costs more than it saves.
constexpr int64_t kFewRows = 8;

// One matrix of a batch: c [rows, columns] = scale * a b + (add ? c : 0), as above.
void multiply_one(const ProductKey& key, const float* a, const float* b, float* c) {
  const auto [batch, rows, columns, inner, transpose_a, transpose_b, add, scale] = key;
  if (!add) std::fill_n(c, rows * columns, 0.0F);
  for (int64_t i = 0; i < rows; ++i) {
    if (transpose_b) {
      for (int64_t j = 0; j < columns; ++j)
        c[i * columns + j] += scale * dot(a + i * inner, b + j * inner, inner);
    } else {
      for (int64_t l = 0; l < inner; ++l) {
        const float factor = scale * a[transpose_a ? l * rows + i : i * inner + l];
        // A weight of 0 says that nothing is to be read: padding, or beyond a window.
        if (factor != 0) add_scaled(factor, b + l * columns, c + i * columns, columns);
      }
    }
  }
}

void multiply_few(const ProductKey& key, const float* a, const float* b, float* c) {
  const int64_t work = key.batch * key.rows * key.columns * key.inner;
#pragma omp parallel for if (parallel : work > kWorthThreads)
  for (int64_t n = 0; n < key.batch; ++n)
    multiply_one(key, a + n * key.rows * key.inner, b + n * key.inner * key.columns,
                 c + n * key.rows * key.columns);
}

}  // namespace

Variable batched_dot(Tape& tape, const Variable& a, const Variable& b, float scale) {
  const OperationTimer timer(tape, "batched_dot");
  const int64_t batch = a.shape()[0], m = a.shape()[1], k = a.shape()[2], n = b.shape()[1];
  check(b.shape()[0] == batch, "batched_dot", "the batch", batch, b.shape()[0]);
  check(b.shape()[2] == k, "batched_dot", "the last axis", k, b.shape()[2]);
  const auto multiply = m <= kFewRows ? multiply_few : multiply_many;
  Variable y = tape.result({batch, m, n}, {a, b});
  multiply({batch, m, n, k, false, true, false, scale}, a.value(), b.value(), y.value());

  tape.record([=] {
    if (!y.has_gradient()) return;
    const float* dy = y.gradient();
    if (a.requires_gradient()) {  // da = scale dy b
      const auto [da, beta] = a.accumulator();
      multiply({batch, m, k, n, false, false, beta != 0, scale}, dy, b.value(), da);
    }
    if (b.requires_gradient()) {  // db = scale dyᵀ a
      const auto [db, beta] = b.accumulator();
      multiply({batch, n, k, m, true, false, beta != 0, scale}, dy, a.value(), db);
    }
  });
  return y;
}

Variable weighted_sum(Tape& tape, const Variable& weights, const Variable& values) {
  const OperationTimer timer(tape, "weighted_sum");
  const int64_t batch = weights.shape()[0], m = weights.shape()[1], n = weights.shape()[2];
  const int64_t k = values.shape()[2];
  check(values.shape()[0] == batch, "weighted_sum", "the batch", batch, values.shape()[0]);
  check(values.shape()[1] == n, "weighted_sum", "the number of values", n, values.shape()[1]);
  const auto multiply = m <= kFewRows ? multiply_few : multiply_many;
  Variable y = tape.result({batch, m, k}, {weights, values});
  multiply({batch, m, k, n, false, false, false, 1.0F}, weights.value(), values.value(), y.value());

  tape.record([=] {
    if (!y.has_gradient()) return;
    const float* dy = y.gradient();
    if (weights.requires_gradient()) {  // dweights = dy valuesᵀ
      const auto [dw, beta] = weights.accumulator();
      multiply({batch, m, n, k, false, true, beta != 0, 1.0F}, dy, values.value(), dw);
    }
    if (values.requires_gradient()) {  // dvalues = weightsᵀ dy
      const auto [dv, beta] = values.accumulator();
      multiply({batch, n, k, m, true, false, beta != 0, 1.0F}, weights.value(), dy, dv);
    }
  });
  return y;
}

}  // namespace alinea::ops
