// What the search asks of a model: extend these hypotheses by one token and say how probable every
// next token is. Nothing here knows how the model does that.
#pragma once

#include <cstdint>
#include <span>

#include "attention/weights.h"

namespace alinea {

// A hypothesis to extend.
struct Row {
  int64_t sentence;  // index into the batch that the state was made for
  int64_t parent;    // the row of the previous step that it continues, from 0; 0 at the first step
  int32_t token;     // its last token; <s> at the first step
};

// What one step says about each row. The spans stay valid until the next step.
struct StepOutput {
  std::span<const float> log_probabilities;  // [rows, V] at most 0; -inf where never to be chosen
  // Of N sentences present with a grid of T hypotheses each; at least as wide as the longest source
  // of the rows. Empty without attention.
  AttentionValues attention;
};

class State {
 public:
  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  virtual ~State() = default;

  virtual int64_t sentences() const = 0;
  virtual int64_t vocabulary_size() const = 0;
  virtual int64_t source_length(int64_t sentence) const = 0;  // </s> counted

  // Where words stand in the vocabulary of a sentence, and back: of models that copy words of the
  // source, other columns than their ids.
  virtual int32_t column(int64_t /*sentence*/, int32_t word) const { return word; }
  virtual int32_t word(int64_t /*sentence*/, int32_t column) const { return column; }

  // Rows come grouped by sentence in ascending order, the same number for every sentence that is
  // present: a grid. A sentence whose search has ended is absent from then on. Where a sentence has
  // fewer hypotheses than the grid is wide, its last rows repeat its first; what they give is not
  // used.
  virtual StepOutput advance(std::span<const Row> rows) = 0;
};

}  // namespace alinea
