#include "ops/attention_heads.h"

#include <cmath>

#include "ops/row_math.h"
#include "ops/small_product.h"
#include "ops/vector_math.h"

namespace alinea::ops {

namespace {

// Of fewer queries, turning the keys round would cost more than it saves.
constexpr int64_t kFewQueries = 8;

// y [columns, stride] = xᵀ, zeros behind the rows of x [rows, columns].
void transpose(const float* x, int64_t rows, int64_t columns, int64_t x_row, float* y,
               int64_t stride) {
  for (int64_t c = 0; c < columns; ++c) {
    float* to = y + c * stride;
    for (int64_t r = 0; r < rows; ++r) to[r] = x[r * x_row + c];
    std::fill(to + rows, to + stride, 0.0F);
  }
}

}  // namespace

// e of queries [begin, end), [queries, keys], anything behind what a query sees.
void AttentionHeads::energies(const AttentionSpan& span, int64_t head, int64_t begin, int64_t end,
                              const AttentionScratch& scratch) const {
  const int64_t stride = key_stride(), width = heads * key_size, count = end - begin;
  const int64_t most = seen(span, end - 1);
  const float* queries_of = q.value() + (span.query + begin) * width + head * key_size;
  const float* keys_of = k.value() + span.key * width + head * key_size;
  if (span.queries < kFewQueries) {
    for (int64_t t = 0; t < count; ++t)
      dot_rows(queries_of + t * width, keys_of, most, width, key_size,
               scratch.weights + t * stride);
  } else {
    multiply_small({count,
                    whole_vectors(most),
                    key_size,
                    {queries_of, width},
                    scratch.keys,
                    stride,
                    scratch.weights,
                    stride});
  }
  if (positions > 0)
    for (int64_t t = 0; t < count; ++t) {
      float* relative = scratch.relative + t * position_stride();
      dot_rows(queries_of + t * width, relative_keys.value(), positions, key_size, key_size,
               relative);
      for (int64_t s = 0; s < most; ++s)
        scratch.weights[t * stride + s] += relative[position(span, begin + t, s)];
    }
  for (int64_t t = 0; t < count; ++t)
    for (int64_t s = 0; s < most; ++s) scratch.weights[t * stride + s] *= scale;
}

// Σ of the values [queries, keys] whose keys stand at each relative position.
void AttentionHeads::sum_by_position(const AttentionSpan& span, int64_t begin, int64_t end,
                                     const float* values, float* sums) const {
  for (int64_t t = begin; t < end; ++t) {
    float* row = sums + (t - begin) * position_stride();
    std::fill_n(row, position_stride(), 0.0F);
    for (int64_t s = 0; s < seen(span, t); ++s)
      row[position(span, t, s)] += values[(t - begin) * key_stride() + s];
  }
}

void AttentionHeads::drop(int64_t piece, int64_t t, const float* weights, int64_t count,
                          float* dropped) const {
  const auto first = static_cast<uint32_t>((piece * queries + t) * keys);
#pragma omp simd
  for (int64_t s = 0; s < count; ++s)
    dropped[s] = weights[s] * mask.mask(first + static_cast<uint32_t>(s));
}

void AttentionHeads::forward(int64_t piece, const AttentionScratch& scratch) const {
  const AttentionSpan& span = spans[static_cast<size_t>(piece / heads)];
  const int64_t head = piece % heads, stride = key_stride(), width = heads * value_size;
  if (span.queries >= kFewQueries)
    transpose(k.value() + span.key * heads * key_size + head * key_size, span.keys, key_size,
              heads * key_size, scratch.keys, stride);
  for (int64_t begin = 0; begin < span.queries; begin += kQueriesTogether) {
    const int64_t end = std::min(begin + kQueriesTogether, span.queries),
                  most = seen(span, end - 1);
    energies(span, head, begin, end, scratch);
    for (int64_t t = begin; t < end; ++t) {
      float* row = scratch.weights + (t - begin) * stride;
      const int64_t count = seen(span, t);
      const int64_t at = (piece * queries + t) * keys;
      if (kept_energies) std::copy_n(row, count, kept_energies.value() + at);
      const float largest = *std::max_element(row, row + count);
      float sum = 0;
#pragma omp simd reduction(+ : sum)
      for (int64_t s = 0; s < count; ++s) {
        row[s] = ops::exp(row[s] - largest);
        sum += row[s];
      }
      const float share = 1.0F / sum;
      for (int64_t s = 0; s < count; ++s) row[s] *= share;
      std::fill(row + count, row + most, 0.0F);
      normalisers[head * q.rows() + span.query + t] = largest + std::log(sum);
      if (alpha) std::copy_n(row, count, alpha.value() + at);
      if (mask.drops) drop(piece, t, row, count, row);
    }
    float* contexts = context.value() + (span.query + begin) * width + head * value_size;
    multiply_small({end - begin,
                    value_size,
                    most,
                    {scratch.weights, stride},
                    v.value() + span.key * width + head * value_size,
                    width,
                    contexts,
                    width});
    if (positions > 0) {
      sum_by_position(span, begin, end, scratch.weights, scratch.by_position);
      multiply_small({end - begin,
                      value_size,
                      positions,
                      {scratch.by_position, position_stride()},
                      relative_values.value(),
                      value_size,
                      contexts,
                      width,
                      true});
    }
  }
}

void AttentionHeads::backward(int64_t piece, const Gradients& to,
                              const AttentionScratch& scratch) const {
  const AttentionSpan& span = spans[static_cast<size_t>(piece / heads)];
  const int64_t head = piece % heads, stride = key_stride();
  const int64_t key_row = heads * key_size, value_row = heads * value_size;
  const int64_t key_at = span.key * key_row + head * key_size;
  const int64_t value_at = span.key * value_row + head * value_size;
  transpose(k.value() + key_at, span.keys, key_size, key_row, scratch.keys, stride);
  transpose(v.value() + value_at, span.keys, value_size, value_row, scratch.values, stride);
  for (int64_t begin = 0; begin < span.queries; begin += kQueriesTogether) {
    const int64_t end = std::min(begin + kQueriesTogether, span.queries), count = end - begin;
    const int64_t most = seen(span, end - 1);
    const int64_t query_at = (span.query + begin) * key_row + head * key_size;
    const float* dcontext =
        context.gradient() + (span.query + begin) * value_row + head * value_size;
    energies(span, head, begin, end, scratch);
    // dα before dropout, in `gradients`
    multiply_small({count,
                    whole_vectors(most),
                    value_size,
                    {dcontext, value_row},
                    scratch.values,
                    stride,
                    scratch.gradients,
                    stride});
    for (int64_t t = begin; t < end; ++t) {
      float* weights = scratch.weights + (t - begin) * stride;
      float* gradients = scratch.gradients + (t - begin) * stride;
      const int64_t seen_by_t = seen(span, t);
      const float normaliser = normalisers[head * q.rows() + span.query + t];
#pragma omp simd
      for (int64_t s = 0; s < seen_by_t; ++s) weights[s] = ops::exp(weights[s] - normaliser);
      std::fill(weights + seen_by_t, weights + most, 0.0F);
      if (positions > 0) {
        float* by_position = scratch.by_position + (t - begin) * position_stride();
        dot_rows(dcontext + (t - begin) * value_row, relative_values.value(), positions, value_size,
                 value_size, by_position);
        for (int64_t s = 0; s < seen_by_t; ++s) gradients[s] += by_position[position(span, t, s)];
      }
      if (mask.drops) drop(piece, t, gradients, seen_by_t, gradients);
      if (alpha.has_gradient()) {
        const float* dalpha = alpha.gradient() + (piece * queries + t) * keys;
        for (int64_t s = 0; s < seen_by_t; ++s) gradients[s] += dalpha[s];
      }
      const float along = dot(weights, gradients, seen_by_t);
#pragma omp simd
      for (int64_t s = 0; s < seen_by_t; ++s)
        gradients[s] = scale * weights[s] * (gradients[s] - along);
      std::fill(gradients + seen_by_t, gradients + most, 0.0F);
      if (mask.drops) drop(piece, t, weights, seen_by_t, weights);
    }
    const StridedMatrix dropped{scratch.weights, stride}, denergies{scratch.gradients, stride};
    const StridedMatrix queries_of{q.value() + query_at, key_row};
    if (to.v != nullptr)
      multiply_small({most, value_size, count, dropped.transposed(), dcontext, value_row,
                      to.v + value_at, value_row, true});
    if (to.q != nullptr)
      multiply_small({count, key_size, most, denergies, k.value() + key_at, key_row,
                      to.q + query_at, key_row, true});
    if (to.k != nullptr)
      multiply_small({most, key_size, count, denergies.transposed(), queries_of.data, key_row,
                      to.k + key_at, key_row, true});
    if (positions == 0) continue;
    sum_by_position(span, begin, end, scratch.weights, scratch.by_position);
    sum_by_position(span, begin, end, scratch.gradients, scratch.relative);
    const StridedMatrix weights_by_position{scratch.by_position, position_stride()};
    const StridedMatrix gradients_by_position{scratch.relative, position_stride()};
    if (to.relative_values != nullptr)
      multiply_small({positions, value_size, count, weights_by_position.transposed(), dcontext,
                      value_row, to.relative_values, value_size, true});
    if (to.q != nullptr)
      multiply_small({count, key_size, positions, gradients_by_position, relative_keys.value(),
                      key_size, to.q + query_at, key_row, true});
    if (to.relative_keys != nullptr)
      multiply_small({positions, key_size, count, gradients_by_position.transposed(),
                      queries_of.data, key_row, to.relative_keys, key_size, true});
  }
}

}  // namespace alinea::ops
