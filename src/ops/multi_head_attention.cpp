#include "ops/multi_head_attention.h"

#include <algorithm>

#include "autograd/parallel.h"
#include "ops/attention_heads.h"
#include "ops/check.h"
#include "ops/row_math.h"

namespace alinea::ops {

namespace {

float* gradient_or_null(const Variable& x) {
  return x.requires_gradient() ? x.gradient() : nullptr;
}

void add_backward(const AttentionHeads& heads, Arena& arena) {
  // Gradients stay: they are asked for before memory is taken for a moment.
  float* const relative[] = {gradient_or_null(heads.relative_keys),
                             gradient_or_null(heads.relative_values)};
  const AttentionHeads::Gradients gradients{gradient_or_null(heads.q), gradient_or_null(heads.k),
                                            gradient_or_null(heads.v), nullptr, nullptr};
  const Arena::Temporary temporary(arena);
  // The tables are shared by all pieces: each adds to a sum of its own, so that the sums depend on
  // no thread.
  const int64_t key_table = heads.positions * heads.key_size,
                value_table = heads.positions * heads.value_size;
  float *keys = nullptr, *values = nullptr;
  if (relative[0] != nullptr) keys = arena.zeros(heads.pieces() * key_table).data();
  if (relative[1] != nullptr) values = arena.zeros(heads.pieces() * value_table).data();
  heads.for_each(arena, /*backward=*/true, [&](int64_t piece, const AttentionScratch& scratch) {
    AttentionHeads::Gradients to = gradients;
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
  AttentionHeads all{
      .spans = tape.arena().copy(spans),
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
  all.for_each(
      tape.arena(), /*backward=*/false,
      [&](int64_t piece, const AttentionScratch& scratch) { all.forward(piece, scratch); });

  tape.record([all, arena = &tape.arena()] {
    if (!all.context.has_gradient() && !all.alpha.has_gradient()) return;
    all.context.gradient();  // zero where only the weights have one
    add_backward(all, *arena);
  });
  return {all.context, all.alpha, all.kept_energies};
}

}  // namespace alinea::ops
