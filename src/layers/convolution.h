// The parts of convolutional sequence to sequence learning (Gehring et al. 2017, sections 3.1, 3.2,
// 3.4 and 3.5). Rows are words, packed by time; nothing is computed of padding.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "layers/dropout.h"
#include "layers/normalised_linear.h"
#include "layers/positions.h"
#include "layers/sequence_layout.h"

namespace alinea {

struct ConvolutionOptions {
  int64_t size = 0;               // E, of word vectors and of what encoder and decoder put out
  int64_t kernel = 1;             // k
  std::vector<int64_t> channels;  // C of each block
  int64_t max_positions = 1;
  Dropout dropout{0, Dropout::Masks::kElement};
  float dropout_probability = 0;

  // The share of their inputs that layers see while they learn.
  float kept() const { return 1 - dropout_probability; }
  // Roughly what the tape keeps of a word in all blocks.
  int64_t floats_of_word() const;
};

// Sums of two values keep the variance of one (section 3.4).
inline constexpr float kSumScale = 0.707106781F;  // √½

// For each row of the layout, the rows of the words in a window of k words that begins `before`
// words in front of it, ops::kNoRow outside the sentence.
std::vector<int64_t> window_rows(const SequenceLayout& layout, int64_t kernel, int64_t before);

// What goes into the first block: E w + P with dropout, and that with C channels.
class ConvolutionInput {
 public:
  // Parameters: `name`.embedding.weight [vocabulary, E], unless `shared` takes its place or the
  // vocabulary is 0,
  // `name`.positions.weight [most, E], and `name`.input as in NormalisedLinear, [E + features, C].
  ConvolutionInput(ParameterStore& store, const std::string& name,
                   const ConvolutionOptions& options, int64_t vocabulary, int64_t features = 0,
                   const Parameter* shared = nullptr);

  const Embedding& embedding() const { return *embedding_; }
  std::optional<int64_t> most_words() const { return positions_.most(); }

  struct Words {
    Variable vectors;   // e or g, [rows, E]
    Variable channels;  // [rows, C]
  };
  // Of words at these positions, from 0. `active` as in Packing; features [rows, F] may be nothing.
  Words operator()(Tape& tape, std::span<const int32_t> words, std::span<const int64_t> positions,
                   std::span<const int64_t> active, const Variable& features = {}) const;
  // The same of vectors [rows, E] in the place of the words' own.
  Words of_vectors(Tape& tape, const Variable& x, std::span<const int64_t> positions,
                   std::span<const int64_t> active, const Variable& features = {}) const;

 private:
  Dropout dropout_;
  std::optional<Embedding> embedding_;
  Positions positions_;
  NormalisedLinear linear_;
};

// h_t = √½ (GLU(W [x_{t-before} ; ... ; x_{t-before+k-1}] + b) + x_t), x = 0 outside the sentence;
// W_r x_t + b_r in the place of the last x_t where a block has other channels than the one below.
class ConvolutionBlock {
 public:
  // Parameters: `name`.convolution as in NormalisedLinear, [k I, 2C], the rows of the first word of
  // a window first; where I is not C, `name`.residual, [I, C].
  ConvolutionBlock(ParameterStore& store, const std::string& name,
                   const ConvolutionOptions& options, int64_t inputs, int64_t channels);

  // x [rows, I], and the window of each row as window_rows has it -> [rows, C].
  Variable operator()(Tape& tape, const Variable& x, std::span<const int64_t> windows,
                      std::span<const int64_t> active) const;

  // What a step keeps for the next ones of R sequences that see nothing behind themselves: the last
  // k - 1 inputs, [R, (k - 1) I]; nothing where k is 1.
  int64_t kept_size() const { return (kernel_ - 1) * inputs_; }
  // The next input x [R, I] of each sequence; without dropout.
  Variable step(Tape& tape, const Variable& x, Variable& kept) const;

 private:
  Variable with_residual(Tape& tape, const Variable& x, const Variable& gated) const;

  int64_t kernel_, inputs_;
  Dropout dropout_;
  NormalisedLinear convolution_;
  std::optional<NormalisedLinear> residual_;
};

// A block for each of the channels, `name`.layerL.
std::vector<ConvolutionBlock> convolution_blocks(ParameterStore& store, const std::string& name,
                                                 const ConvolutionOptions& options);

}  // namespace alinea
