#include "ops/weight_gradient.h"

#include <algorithm>
#include <span>

#include "autograd/parallel.h"
#include "ops/bf16.h"
#include "ops/matrix_product.h"
#include "ops/weight_product.h"

namespace alinea::ops {

namespace {

// From so many rows on the product is at its full speed.
constexpr int64_t kFullSpeedRows = 256;
// So many of a parameter's are multiplied together at most.
constexpr int64_t kMostRows = 512;

using Products = std::span<const GradientProduct>;

void multiply_rounded(Arena& arena, const GradientProduct& product, int64_t rows, const Sum& c) {
  const Arena::Temporary temporary(arena);
  const auto rounded = [&](const Rows& from) {
    return rounded_rows(arena, from.data, rows, from.columns, from.stride);
  };
  Bf16View a = rounded(product.a);
  a.transpose = Transpose::kYes;
  gemm({product.a.columns, product.b.columns, rows}, a, rounded(product.b), c);
}

void multiply(Arena& arena, const Variable& weight, int64_t rows, Products products) {
  const int64_t stride = weight.elements() / products.front().a.columns;
  auto [c, beta] = weight.accumulator();
  for (const GradientProduct& product : products) {
    const auto& [a, b] = product;
    if (is_rounded(weight)) {
      multiply_rounded(arena, product, rows, {c, stride, beta != 0});
    } else {
      gemm({a.columns, b.columns, rows}, {a.data, a.stride, Transpose::kYes}, {b.data, b.stride},
           {c, stride, beta != 0});
    }
    c += b.columns;
  }
}

// The products of a parameter that wait to be computed together.
struct Waiting : Tape::Deferred {
  struct Use {
    int64_t rows;
    Products products;
    Use* next;
  };
  Arena* arena;
  Variable weight;
  Use* uses;  // the newest first
  int64_t rows;

  void add(int64_t count, Products products) {
    if (rows + count > kMostRows) compute();
    uses = arena->make<Use>(Use{count, arena->copy(products), uses});
    rows += count;
  }
  void compute() {
    if (uses == nullptr) return;
    const Arena::Temporary temporary(*arena);  // the gradient lies elsewhere, with the parameters'
    multiply(*arena, weight, rows, uses->next == nullptr ? uses->products : gathered());
    uses = nullptr;
    rows = 0;
  }

 private:
  // One below the other.
  Products gathered() const {
    const std::span<GradientProduct> all = arena->copy(uses->products);
    for (size_t p = 0; p < all.size(); ++p) {
      all[p].a = stacked([p](const Use& use) { return use.products[p].a; });
      all[p].b = stacked([p](const Use& use) { return use.products[p].b; });
    }
    return all;
  }
  template <typename RowsOf>
  Rows stacked(RowsOf rows_of) const {
    const int64_t columns = rows_of(*uses).columns;
    const Rows all{arena->floats(rows * columns).data(), columns, columns};
    auto* end = const_cast<float*>(all.data);
    for (const Use* use = uses; use != nullptr; use = use->next) {
      const Rows from = rows_of(*use);
      for (int64_t r = 0; r < use->rows; ++r)
        end = std::copy_n(from.data + r * from.stride, columns, end);
    }
    return all;
  }
};

void finish(Tape::Deferred* self) { static_cast<Waiting*>(self)->compute(); }

Waiting& waiting(Tape& tape, const Variable& weight) {
  const Parameter* parameter = weight.parameter();
  if (auto* found =
          tape.cached<Waiting>([=](const Waiting& one) { return one.parameter == parameter; }))
    return *found;
  Waiting& made = tape.cache(
      Waiting{{finish, nullptr, parameter}, &tape.arena(), weight, /*uses=*/nullptr, /*rows=*/0});
  tape.defer(made);
  return made;
}

}  // namespace

void add_weight_gradient(Tape& tape, const Variable& weight, int64_t rows,
                         std::initializer_list<GradientProduct> products) {
  const Products all(products.begin(), products.size());
  if (weight.parameter() == nullptr || rows > kFullSpeedRows) {
    multiply(tape.arena(), weight, rows, all);
  } else {
    waiting(tape, weight).add(rows, all);
  }
}

// A block of columns at a time.
void add_bias_gradient(const Variable& bias, int64_t row_count, const Rows& rows,
                       int64_t first_column) {
  constexpr int64_t kBlock = 64;
  float* sum = bias.gradient() + first_column;
#pragma omp parallel for if (parallel : row_count * rows.columns > kWorthThreads)
  for (int64_t begin = 0; begin < rows.columns; begin += kBlock) {
    const int64_t width = std::min(kBlock, rows.columns - begin);
    float total[kBlock] = {};
    for (int64_t r = 0; r < row_count; ++r) {
#pragma omp simd
      for (int64_t c = 0; c < width; ++c) total[c] += rows.data[r * rows.stride + begin + c];
    }
    for (int64_t c = 0; c < width; ++c) sum[begin + c] += total[c];
  }
}

}  // namespace alinea::ops
