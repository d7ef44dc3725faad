#include "ops/multi_head_attention.h"

#include <omp.h>

#include <algorithm>
#include <cmath>

#include "autograd/parallel.h"
#include "ops/check.h"
#include "ops/dropout_mask.h"
#include "ops/row_math.h"
#include "ops/small_product.h"
#include "ops/vector_math.h"

namespace alinea::ops {

namespace {

// Queries that are looked at together.
constexpr int64_t kQueriesTogether = 64;
// Of fewer queries, turning the keys round would cost more than it saves.
constexpr int64_t kFewQueries = 8;

int64_t whole_vectors(int64_t columns) { return (columns + 7) / 8 * 8; }

// y [columns, stride] = xᵀ, zeros behind the rows of x [rows, columns].
void transpose(const float* x, int64_t rows, int64_t columns, int64_t x_row, float* y,
               int64_t stride) {
  for (int64_t c = 0; c < columns; ++c) {
    float* to = y + c * stride;
    for (int64_t r = 0; r < rows; ++r) to[r] = x[r * x_row + c];
    std::fill(to + rows, to + stride, 0.0F);
  }
}

// What a thread works with: of one head and one block of queries.
struct Scratch {
  float* keys;         // kᵀ, [A/heads, keys]
  float* values;       // vᵀ, [V/heads, keys]; on the way back only
  float* weights;      // [block, keys]
  float* gradients;    // [block, keys]; on the way back only
  float* relative;     // of energies, [block, positions]
  float* by_position;  // of weights, [block, positions]
};

// All of it lies in the arena.
struct Heads {
  std::span<const AttentionSpan> spans;
  int64_t heads, key_size, value_size;  // the sizes of a head
  int64_t queries, keys;                // the most of a span
  float scale;
  bool causal, parallel;
  int64_t window, positions;  // of relative positions: k, and how many there are, 0 for none
  MaybeMask mask;
  Variable q, k, v, relative_keys, relative_values, context, alpha;
  float* normalisers;      // log Σ_s exp(e_ts), [heads, Rq]
  Variable kept_energies;  // as alpha

  int64_t pieces() const { return std::ssize(spans) * heads; }
  int64_t key_stride() const { return whole_vectors(keys); }
  int64_t position_stride() const { return whole_vectors(positions); }
  int64_t block() const { return std::min(queries, kQueriesTogether); }

  // Of the keys of a span, those that query t sees.
  int64_t seen(const AttentionSpan& span, int64_t t) const {
    return causal ? span.keys - span.queries + t + 1 : span.keys;
  }
  // The row of the relative position of key s as query t of the span sees it.
  int64_t position(const AttentionSpan& span, int64_t t, int64_t s) const {
    return std::clamp(s - t - (span.keys - span.queries), -window, window) + window;
  }

  template <typename Visit>
  void for_each(Arena& arena, bool backward, Visit visit) const;

  void energies(const AttentionSpan& span, int64_t head, int64_t begin, int64_t end,
                const Scratch& scratch) const;
  void sum_by_position(const AttentionSpan& span, int64_t begin, int64_t end, const float* values,
                       float* sums) const;
  void drop(int64_t piece, int64_t t, const float* weights, int64_t count, float* dropped) const;
  void forward(int64_t piece, const Scratch& scratch) const;

  struct Gradients {
    float *q, *k, *v;                        // nullptr where none is wanted
    float *relative_keys, *relative_values;  // of this piece alone, or nullptr
  };
  void backward(int64_t piece, const Gradients& to, const Scratch& scratch) const;
};

template <typename Visit>
void Heads::for_each(Arena& arena, bool backward, Visit visit) const {
  const Arena::Temporary temporary(arena);
  const int64_t by_key = key_stride(), by_position = position_stride();
  const int64_t sizes[] = {key_size * by_key,     backward ? value_size * by_key : 0,
                           block() * by_key,      backward ? block() * by_key : 0,
                           block() * by_position, block() * by_position};
  int64_t size = 0;
  for (const int64_t part : sizes) size += whole_vectors(part);
  const int64_t threads = parallel ? omp_get_max_threads() : 1;
  const std::span<float> memory = arena.floats(threads * size);
  for_each_piece(pieces(), parallel, [&](int64_t piece) {
    float* next = memory.data() + (parallel ? omp_get_thread_num() * size : 0);
    float* parts[6];
    for (size_t i = 0; i < 6; ++i) {
      parts[i] = next;
      next += whole_vectors(sizes[i]);
    }
    visit(piece, Scratch{parts[0], parts[1], parts[2], parts[3], parts[4], parts[5]});
  });
}

// e of queries [begin, end), [queries, keys], anything behind what a query sees.
void Heads::energies(const AttentionSpan& span, int64_t head, int64_t begin, int64_t end,
                     const Scratch& scratch) const {
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
void Heads::sum_by_position(const AttentionSpan& span, int64_t begin, int64_t end,
                            const float* values, float* sums) const {
  for (int64_t t = begin; t < end; ++t) {
    float* row = sums + (t - begin) * position_stride();
    std::fill_n(row, position_stride(), 0.0F);
    for (int64_t s = 0; s < seen(span, t); ++s)
      row[position(span, t, s)] += values[(t - begin) * key_stride() + s];
  }
}

void Heads::drop(int64_t piece, int64_t t, const float* weights, int64_t count,
                 float* dropped) const {
  const auto first = static_cast<uint32_t>((piece * queries + t) * keys);
#pragma omp simd
  for (int64_t s = 0; s < count; ++s)
    dropped[s] = weights[s] * mask.mask(first + static_cast<uint32_t>(s));
}

void Heads::forward(int64_t piece, const Scratch& scratch) const {
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

void Heads::backward(int64_t piece, const Gradients& to, const Scratch& scratch) const {
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

float* gradient_or_null(const Variable& x) {
  return x.requires_gradient() ? x.gradient() : nullptr;
}

void add_backward(const Heads& heads, Arena& arena) {
  // Gradients stay: they are asked for before memory is taken for a moment.
  float* const relative[] = {gradient_or_null(heads.relative_keys),
                             gradient_or_null(heads.relative_values)};
  const Heads::Gradients gradients{gradient_or_null(heads.q), gradient_or_null(heads.k),
                                   gradient_or_null(heads.v), nullptr, nullptr};
  const Arena::Temporary temporary(arena);
  // The tables are shared by all pieces: each adds to a sum of its own, so that the sums depend on
  // no thread.
  const int64_t key_table = heads.positions * heads.key_size,
                value_table = heads.positions * heads.value_size;
  float *keys = nullptr, *values = nullptr;
  if (relative[0] != nullptr) keys = arena.zeros(heads.pieces() * key_table).data();
  if (relative[1] != nullptr) values = arena.zeros(heads.pieces() * value_table).data();
  heads.for_each(arena, /*backward=*/true, [&](int64_t piece, const Scratch& scratch) {
    Heads::Gradients to = gradients;
    if (keys != nullptr) to.relative_keys = keys + piece * key_table;
    if (values != nullptr) to.relative_values = values + piece * value_table;
    heads.backward(piece, to, scratch);
  });
  for (int64_t piece = 0; piece < heads.pieces(); ++piece) {
    if (keys != nullptr) add_scaled(1, keys + piece * key_table, relative[0], key_table);
    if (values != nullptr) add_scaled(1, values + piece * value_table, relative[1], value_table);
  }
}

}  // namespace

MultiHeadResult multi_head_attention(Tape& tape, const Variable& q, const Variable& k,
                                     const Variable& v, std::span<const AttentionSpan> spans,
                                     const MultiHeadOptions& options) {
  const OperationTimer timer(tape, "multi_head_attention");
  constexpr const char* kName = "multi_head_attention";
  const int64_t heads = options.heads;
  check(k.columns() == q.columns(), kName, "the columns of the keys", q.columns(), k.columns());
  check(q.columns() % heads == 0, kName, "the columns left over by heads", 0, q.columns() % heads);
  check(v.columns() % heads == 0, kName, "the columns left over by heads", 0, v.columns() % heads);
  check(v.rows() == k.rows(), kName, "the number of values", k.rows(), v.rows());
  int64_t most_queries = 0, most_keys = 0, all_queries = 0, work = 0;
  for (const AttentionSpan& span : spans) {
    check(span.keys > 0, kName, "the keys of a span, at least", 1, span.keys);
    if (options.causal)
      check(span.queries <= span.keys, kName, "the queries of a span, at most", span.keys,
            span.queries);
    most_queries = std::max(most_queries, span.queries);
    most_keys = std::max(most_keys, span.keys);
    all_queries += span.queries;
    work += span.queries * span.keys * (q.columns() + v.columns());
  }
  const bool has_positions = static_cast<bool>(options.relative_keys);
  const int64_t positions =
      has_positions ? (options.causal ? 1 : 2) * options.relative_window + 1 : 0;
  if (has_positions) {
    check(options.relative_keys.rows() == positions, kName, "the relative positions of keys",
          positions, options.relative_keys.rows());
    check(options.relative_values.rows() == positions, kName, "the relative positions of values",
          positions, options.relative_values.rows());
  }
  Heads all{.spans = tape.arena().copy(spans),
            .heads = heads,
            .key_size = q.columns() / heads,
            .value_size = v.columns() / heads,
            .queries = most_queries,
            .keys = most_keys,
            .scale = options.scale,
            .causal = options.causal,
            .parallel = work > kWorthThreads,
            .window = options.relative_window,
            .positions = positions,
            .mask = MaybeMask(tape, options.dropout),
            .q = q,
            .k = k,
            .v = v,
            .relative_keys = options.relative_keys,
            .relative_values = options.relative_values,
            .context = tape.result({q.rows(), v.columns()},
                                   {q, k, v, options.relative_keys, options.relative_values}),
            .alpha = {},
            .normalisers = tape.arena().floats(heads * q.rows()).data(),
            .kept_energies = {}};
  if (all_queries < q.rows()) std::ranges::fill(all.context.values(), 0.0F);
  if (options.keep_weights) {
    all.alpha = tape.result({std::ssize(spans), heads, most_queries, most_keys},
                            {q, k, options.relative_keys});
    std::ranges::fill(all.alpha.values(), 0.0F);
  }
  if (options.keep_energies)
    all.kept_energies = tape.zeros({std::ssize(spans), heads, most_queries, most_keys});
  all.for_each(tape.arena(), /*backward=*/false,
               [&](int64_t piece, const Scratch& scratch) { all.forward(piece, scratch); });

  tape.record([all, arena = &tape.arena()] {
    if (!all.context.has_gradient() && !all.alpha.has_gradient()) return;
    all.context.gradient();  // zero where only the weights have one
    add_backward(all, *arena);
  });
  return {all.context, all.alpha, all.kept_energies};
}

}  // namespace alinea::ops
