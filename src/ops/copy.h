// Copying words of the source (See, Liu & Manning 2017, section 2.2): what to learn and to search
// by, where a word is written or pointed at. R rows, S source positions, V words.
#pragma once

#include <cstdint>
#include <span>

#include "ops/cross_entropy.h"

namespace alinea::ops {

// alpha [N, heads, T, S] -> their mean over the heads, [N T, S].
Variable mean_of_heads(Tape& tape, const Variable& alpha);

struct CopyTargets {
  std::span<const int32_t> words;    // [R]; those from V on are not in the vocabulary
  std::span<const uint8_t> matches;  // [R, S]: 1 where the source has the word
  float label_smoothing = 0;
};

// logits [R, V], gates [R, 1], alpha [R, S]:
//
//   p(y_r) = g_r softmax(logits_r)_y + (1 - g_r) Σ_{s matches} α_rs,  g_r = σ(gate_r)
//
// (equations 8 and 9), without the first term where y is not in the vocabulary. The loss is that of
// cross_entropy, of which label smoothing concerns the softmax alone:
// -Σ_r [(1 - ε) log p(y_r) + ε / V Σ_v log softmax(logits_r)_v]. Where p is 0 it counts as 10^-30.
// On the way back the gradient takes the place of the logits.
CrossEntropy copy_cross_entropy(Tape& tape, const Variable& logits, const Variable& gates,
                                const Variable& alpha, const CopyTargets& targets);

// Rows of alpha [R, S] in steps: those of step t are rows first[t] ..., of sentences 0 ... in their
// order, whose number never grows. Σ_t Σ_s min(α_ts, Σ_{u<t} α_us) of all sentences, [1]
// (equations 10 and 12).
Variable coverage_loss(Tape& tape, const Variable& alpha, std::span<const int64_t> first,
                       std::span<const int64_t> present);

// log_probabilities [R, V] of the softmax, gates [R], alpha [R, S] and, for each source position of
// each row, the column that it copies to, [R, S] (-1: none) -> mixed [R, columns] with
// log(g p_v + (1 - g) Σ α) in each, -inf where both are 0. For inference.
struct CopyMixture {
  int64_t rows, words, width, columns;
  const float *log_probabilities, *gates, *alpha;
  const int32_t* copies;
};
void mix_copies(const CopyMixture& from, float* mixed);

}  // namespace alinea::ops
