// Attention: score -> window -> softmax -> weighted sum.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "attention/mode.h"
#include "attention/score.h"
#include "ops/batched_matmul.h"

namespace alinea {

// What attention looks at: prepared once a batch.
struct Memory {
  Variable states;                   // h_s, [N, S, K]; anything on padding
  Variable keys;                     // what the score made of them
  std::span<const int64_t> lengths;  // N
};

// What it saw.
struct Attended {
  Variable context;  // c_t = Σ_s α_ts h_s, [N, T, K]
  Variable weights;  // α, [N, T, S]: exactly 0 on padding and outside the window
  Focus focus;
};

class Attention {
 public:
  struct Options {
    std::string score, mode;
    int64_t window;
  };
  Attention(ParameterStore& store, const Options& options, const AttentionSizes& sizes)
      : score_(make_score(options.score, store, sizes)),
        mode_(make_mode(options.mode, options.window, store, sizes)) {}

  // states [N, S, K]; the lengths must outlive the memory.
  Memory remember(Tape& tape, const Variable& states, std::span<const int64_t> lengths) const {
    return {states, score_->keys(tape, states), lengths};
  }

  // query [N, T, Q] at the T target positions, counted from 1.
  Attended operator()(Tape& tape, const Variable& query, const Memory& memory,
                      std::span<const int64_t> positions) const {
    const Focus focus = mode_->focus(tape, {query, memory.lengths, positions});
    const Variable energies = score_->energies(tape, query, memory.keys);         // [N, T, S]
    const Variable softmax = ops::window_softmax(tape, energies, focus.windows);  // [N, T, S]
    const Variable weights = mode_->weigh(tape, softmax, focus);                  // [N, T, S]
    return {ops::weighted_sum(tape, weights, memory.states), weights, focus};     // [N, T, K]
  }

 private:
  std::unique_ptr<Score> score_;
  std::unique_ptr<AttentionMode> mode_;
};

}  // namespace alinea
