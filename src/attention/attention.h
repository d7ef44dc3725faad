// Attention: score -> window -> softmax -> weighted sum.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "attention/coverage.h"
#include "attention/mode.h"
#include "attention/score.h"
#include "ops/batched_matmul.h"

namespace alinea {

// What attention looks at: prepared once a batch.
struct Memory {
  Variable states;                   // h_s, [N, S, K]; anything on padding
  Variable keys;                     // what the score made of them, [N, S, A]
  std::span<const int64_t> lengths;  // N
  Variable fertility = {};           // Φ_s, [N, S, 1]; coverage only
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
    bool coverage = false;
  };
  Attention(ParameterStore& store, const Options& options, const AttentionSizes& sizes)
      : score_(make_score(options.score, store, sizes)),
        mode_(make_mode(options.mode, options.window, store, sizes)) {
    if (options.coverage) coverage_.emplace(store, sizes.states, score_->key_size());
  }

  // states [N, S, K]; the lengths must outlive the memory.
  Memory remember(Tape& tape, const Variable& states, std::span<const int64_t> lengths) const {
    return {states, score_->keys(tape, states), lengths,
            coverage_ ? coverage_->fertility(tape, states) : Variable{}};
  }

  // query [N, T, Q] at the T target positions, counted from 1. With coverage they are those of T
  // hypotheses at one position, and `covered` [N, T, S] is the sum of each one's weights so far.
  Attended operator()(Tape& tape, const Variable& query, const Memory& memory,
                      std::span<const int64_t> positions, const Variable& covered = {}) const {
    const Focus focus = mode_->focus(tape, {query, memory.lengths, positions});
    const Variable energies = this->energies(tape, query, memory, covered);       // [N, T, S]
    const Variable softmax = ops::window_softmax(tape, energies, focus.windows);  // [N, T, S]
    const Variable weights = mode_->weigh(tape, softmax, focus);                  // [N, T, S]
    return {ops::weighted_sum(tape, weights, memory.states), weights, focus};     // [N, T, K]
  }

 private:
  Variable energies(Tape& tape, const Variable& query, const Memory& memory,
                    const Variable& covered) const {
    if (!coverage_) return score_->energies(tape, query, memory.keys);
    const int64_t batch = query.shape()[0], width = query.shape()[1];
    const Variable keys = coverage_->keys(tape, memory.keys, covered, memory.fertility);
    const Variable each = query.reshaped({batch * width, 1, query.columns()});
    const Variable energies = score_->energies(tape, each, keys);  // [N * T, 1, S]
    return energies.reshaped({batch, width, energies.columns()});
  }

  std::unique_ptr<Score> score_;
  std::unique_ptr<AttentionMode> mode_;
  std::optional<Coverage> coverage_;
};

}  // namespace alinea
