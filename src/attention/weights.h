// What attention did, in the one form in which decoders, search and reports say it: weights
// [N, heads, T, S] of N sentences, T target steps and S source positions. In a search the T steps
// are those of T hypotheses at one position.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "autograd/tape.h"
#include "ops/window.h"

namespace alinea {

// As numbers, which somebody else owns.
struct AttentionValues {
  std::span<const float> alpha = {};  // [N, heads, T, S], empty without attention
  int64_t heads = 1, steps = 1, width = 0;
  std::span<const ops::Window> windows = {};  // [N, heads, T], positions counted from 0
  std::span<const float> centres = {};  // p_t, [N, heads, T], counted from 1; local modes only

  bool empty() const { return alpha.empty(); }
  size_t index(int64_t n, int64_t head, int64_t t) const {
    return static_cast<size_t>((n * heads + head) * steps + t);
  }
  // [S]
  std::span<const float> row(int64_t n, int64_t head, int64_t t) const {
    const auto size = static_cast<size_t>(width);
    return alpha.subspan(index(n, head, t) * size, size);
  }
};

// A copy of them.
class StoredAttention {
 public:
  explicit StoredAttention(const AttentionValues& values);
  AttentionValues values() const;

 private:
  std::vector<float> alpha_, centres_;
  std::vector<ops::Window> windows_;
  int64_t heads_, steps_, width_;
};

// On a tape.
struct AttentionWeights {
  Variable alpha;  // [N, heads, T, S]: exactly 0 on padding and outside the window
  std::span<const ops::Window> windows;  // [N, heads, T]
  Variable centres;                      // p_t, [N, heads, T], counted from 1; local modes only

  // Whether there is attention at all.
  explicit operator bool() const { return static_cast<bool>(alpha); }
  int64_t heads() const { return alpha.shape()[1]; }
  int64_t steps() const { return alpha.shape()[2]; }
  AttentionValues values() const;
};

// The heads of several as those of one, in their order: parts [N, heads, T, S] each. Of none, none.
AttentionWeights joined(Tape& tape, std::span<const AttentionWeights> parts);

// Target step t of a batch whose attention comes in blocks of consecutive steps, all of one size
// but the last: which block it is in, and where there.
struct BlockStep {
  size_t block;
  int64_t step;
};
BlockStep block_step(std::span<const AttentionWeights> blocks, int64_t t);

// What was kept of one sentence's attention.
struct KeptAttention {
  int64_t heads = 1;
  std::vector<float> alpha;          // [T, heads, S]; empty without attention
  std::vector<ops::Window> windows;  // [T, heads]; empty unless the attention is local
  std::vector<float> centres;        // [T, heads], counted from 1; empty unless it is local

  bool empty() const { return alpha.empty(); }
  bool operator==(const KeptAttention&) const = default;
  // Adds a row, of target step t of sentence n, whose source has `length` words.
  void append(const AttentionValues& values, int64_t n, int64_t t, int64_t length);
  // The mean over the heads of row t, [S], and of all of them, [T, S]; the source has `length`
  // words.
  std::vector<float> mean_row(int64_t t, int64_t length) const;
  std::vector<float> mean(int64_t length) const;
};

}  // namespace alinea
