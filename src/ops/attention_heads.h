// All heads of a multi_head_attention: what it computes of one head of one span, a block of queries
// at a time, on the way there and back.
#pragma once

#include <omp.h>

#include <algorithm>
#include <cstdint>
#include <span>

#include "autograd/parallel.h"
#include "ops/dropout_mask.h"
#include "ops/multi_head_attention.h"

namespace alinea::ops {

// What a thread works with: of one head and one block of queries.
struct AttentionScratch {
  float* keys;         // kᵀ, [A/heads, keys]
  float* values;       // vᵀ, [V/heads, keys]; on the way back only
  float* weights;      // [block, keys]
  float* gradients;    // [block, keys]; on the way back only
  float* relative;     // of energies, [block, positions]
  float* by_position;  // of weights, [block, positions]
};

// All of it lies in the arena.
struct AttentionHeads {
  static constexpr int64_t kQueriesTogether = 64;  // that are looked at together

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

  static int64_t whole_vectors(int64_t columns) { return (columns + 7) / 8 * 8; }
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
                const AttentionScratch& scratch) const;
  void sum_by_position(const AttentionSpan& span, int64_t begin, int64_t end, const float* values,
                       float* sums) const;
  void drop(int64_t piece, int64_t t, const float* weights, int64_t count, float* dropped) const;
  void forward(int64_t piece, const AttentionScratch& scratch) const;

  struct Gradients {
    float *q, *k, *v;                        // nullptr where none is wanted
    float *relative_keys, *relative_values;  // of this piece alone, or nullptr
  };
  void backward(int64_t piece, const Gradients& to, const AttentionScratch& scratch) const;
};

template <typename Visit>
void AttentionHeads::for_each(Arena& arena, bool backward, Visit visit) const {
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
    visit(piece, AttentionScratch{parts[0], parts[1], parts[2], parts[3], parts[4], parts[5]});
  });
}

}  // namespace alinea::ops
