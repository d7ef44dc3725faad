// What attention did, in the one form in which decoders, search and reports say it: weights
// [N, heads, T, S] of N sentences, T target steps and S source positions. In a search the T steps
// are those of T hypotheses at one position.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "autograd/tape.h"
#include "ops/window.h"

namespace alinea {

// Which attention of a model: of the decoder to the encoder's states, or, where a sequence looks at
// itself, of the encoder's or the decoder's layers. Then T and S are both of the source, or both of
// the words that the decoder reads, <s> first.
enum class AttentionOf { kCross, kEncoder, kDecoder };
std::vector<std::string> attention_of_names();         // "cross", "encoder", "decoder"
AttentionOf attention_of_name(std::string_view name);  // throws UsageError

// As numbers, which somebody else owns.
struct AttentionValues {
  std::span<const float> alpha = {};  // [N, heads, T, S], empty without attention
  // Of all layers together, those of the first one first: each has heads / layers.
  int64_t heads = 1, layers = 1;
  int64_t steps = 1, width = 0;
  std::span<const ops::Window> windows = {};  // [N, heads, T], positions counted from 0
  std::span<const float> centres = {};  // p_t, [N, heads, T], counted from 1; local modes only
  // Layers that each word was run through, [N, T]; where positions halt by themselves.
  std::span<const float> taken = {};
  // What the softmax was of, [N, heads, T, S]: anything outside the window. Empty where they are
  // not known.
  std::span<const float> energies = {};

  bool empty() const { return alpha.empty(); }
  size_t index(int64_t n, int64_t head, int64_t t) const {
    return static_cast<size_t>((n * heads + head) * steps + t);
  }
  // [S]
  std::span<const float> row(int64_t n, int64_t head, int64_t t) const {
    const auto size = static_cast<size_t>(width);
    return alpha.subspan(index(n, head, t) * size, size);
  }
  std::span<const float> energies_row(int64_t n, int64_t head, int64_t t) const {
    const auto size = static_cast<size_t>(width);
    return energies.subspan(index(n, head, t) * size, size);
  }
};

// A copy of them.
class StoredAttention {
 public:
  explicit StoredAttention(const AttentionValues& values);
  AttentionValues values() const;

 private:
  std::vector<float> alpha_, centres_, taken_, energies_;
  std::vector<ops::Window> windows_;
  int64_t heads_, layers_, steps_, width_;
};

// On a tape.
struct AttentionWeights {
  Variable alpha;  // [N, heads, T, S]: exactly 0 on padding and outside the window
  std::span<const ops::Window> windows;  // [N, heads, T]
  Variable centres;                      // p_t, [N, heads, T], counted from 1; local modes only
  int64_t layers = 1;                    // as AttentionValues has it
  std::span<const float> taken = {};     // the same
  // Of hard attention: which position was chosen, [N, heads, T], as ops::ChosenPositions.
  std::span<const int32_t> chosen = {};
  Variable energies = {};  // as AttentionValues has them; only where nothing is learned

  // Whether there is attention at all.
  explicit operator bool() const { return static_cast<bool>(alpha); }
  int64_t heads() const { return alpha.shape()[1]; }
  int64_t steps() const { return alpha.shape()[2]; }
  AttentionValues values() const;
};

// The heads of several as those of one, in their order: parts [N, heads, T, S] each, of so many
// layers together. Of none, none.
AttentionWeights joined(Tape& tape, std::span<const AttentionWeights> parts, int64_t layers);

// Weights [N, heads, S, S] of sentences of these lengths that look at themselves: at all of their
// words, or at those before and the word itself.
AttentionWeights self_attention(Tape& tape, const Variable& alpha, std::span<const int64_t> lengths,
                                bool causal);

// Weights [N, D, S, S] of sentences of these lengths whose words each look at those before them
// and, where D is 2, with the other head at those behind them.
AttentionWeights past_attention(Tape& tape, const Variable& alpha,
                                std::span<const int64_t> lengths);

// Of the words of sentences of these lengths, one sentence behind the other -> [N, T], 0 on
// padding.
std::span<const float> taken_by_sentence(Tape& tape, std::span<const float> taken,
                                         std::span<const int64_t> lengths);

// Target step t of a batch whose attention comes in blocks of consecutive steps, all of one size
// but the last: which block it is in, and where there.
struct BlockStep {
  size_t block;
  int64_t step;
};
BlockStep block_step(std::span<const AttentionWeights> blocks, int64_t t);

// What is wanted of one sentence's attention.
struct AttentionSelection {
  std::optional<int64_t> layer = {}, head = {};  // from 0; all where they are not there
  // The weights of a word are those of the step that reads it, not of the one that writes it (Chen
  // et al. 2020, section 3). The last word is read by no step and keeps its own.
  bool shifted = false;
};

// What was kept of one sentence's attention.
struct KeptAttention {
  int64_t heads = 1, layers = 1;     // as AttentionValues has them
  std::vector<float> alpha;          // [T, heads, S]; empty without attention
  std::vector<ops::Window> windows;  // [T, heads]; empty unless the attention is local
  std::vector<float> centres;        // [T, heads], counted from 1; empty unless it is local
  std::vector<float> taken;          // [T]; empty where no position halts by itself
  std::vector<float> energies;       // [T, heads, S]; empty where they were not kept
  // The rows are already what AttentionSelection::shifted asks for, as those of a full context are.
  bool is_shifted = false;

  bool empty() const { return alpha.empty(); }
  bool operator==(const KeptAttention&) const = default;
  // Adds a row, of target step t of sentence n, whose source has `length` words.
  void append(const AttentionValues& values, int64_t n, int64_t t, int64_t length);
  // What is left of it; the source has `length` words. Throws UsageError for a layer or head that
  // there is not.
  KeptAttention selected(const AttentionSelection& selection, int64_t length) const;
  // The mean over the heads of row t, [S], and of all of them, [T, S]; the source has `length`
  // words.
  std::vector<float> mean_row(int64_t t, int64_t length) const;
  std::vector<float> mean(int64_t length) const;
};

}  // namespace alinea
