// Scaled dot-product attention of all heads at once (Vaswani et al. 2017, equation 1 and section
// 3.2.2), with relative positions (Shaw, Uszkoreit & Vaswani 2018, equations 3 to 5):
//
//   e_ts = scale * q_t · (k_s + a^K_{s-t}),  α_t = softmax_s(e_t),  c_t = Σ_s α_ts (v_s +
//   a^V_{s-t})
//
// of each head by columns of its own. It is one operation, because its parts are small and many,
// and the weights [N, heads, T, S] would be most of a long batch's memory: they are computed a few
// queries at a time, forgotten, and computed again on the way back.
#pragma once

#include <span>

#include "autograd/tape.h"

namespace alinea::ops {

// The queries of a sentence and what they look at: rows [query, query + queries) of q at rows
// [key, key + keys) of k and v. There is at least one key.
struct AttentionSpan {
  int64_t query, queries, key, keys;
};

struct MultiHeadOptions {
  int64_t heads = 1;
  float scale = 1;
  // The last query of a span stands at its last key, and none sees a key behind its own.
  bool causal = false;
  float dropout = 0;  // of the weights
  // Vectors of relative positions s - t, clipped to [-relative_window, relative_window], and to
  // [-relative_window, 0] where attention is causal: a row each, of the size of a head, ascending.
  Variable relative_keys = {}, relative_values = {};
  int64_t relative_window = 0;
  bool keep_weights = false;
  bool keep_energies = false;
};

struct MultiHeadResult {
  Variable context;  // c, [Rq, V]; 0 in rows of no span
  // α before dropout, [spans, heads, most queries, most keys], exactly 0 on padding and behind a
  // causal query; nothing unless the weights are kept.
  Variable alpha;
  // e, of the same shape and 0 where that is; nothing unless they are kept. No gradient comes back
  // from them.
  Variable energies;
};

// q [Rq, A], k [Rk, A], v [Rk, V], head i in columns [i A/heads, (i + 1) A/heads) and likewise of
// V; no row of q is in two spans.
MultiHeadResult multi_head_attention(Tape& tape, const Variable& q, const Variable& k,
                                     const Variable& v, std::span<const AttentionSpan> spans,
                                     const MultiHeadOptions& options);

}  // namespace alinea::ops
