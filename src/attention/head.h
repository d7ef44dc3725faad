// One head of attention: score -> window -> softmax -> weighted sum.
//
//   α_t = softmax_s(e(q_t, k_s)),  c_t = Σ_s α_ts v_s
//
// or, where a position s is chosen (hard attention), c_t = v_s.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "attention/coverage.h"
#include "attention/mode.h"
#include "attention/score.h"
#include "ops/batched_matmul.h"
#include "ops/choose_positions.h"
#include "ops/dropout.h"
#include "ops/sum.h"

namespace alinea {

struct AttentionOptions {
  std::string score, mode;
  int64_t window;  // D of the local modes
  bool coverage = false;
  int64_t heads = 1;
  bool projected = false;        // a single head looks at projections, too
  int64_t source_positions = 0;  // L of the score location
  float dropout = 0;             // of the weights
  bool hard = false;             // positions are chosen, if the memory says so
};

// What N sentences are attended to by, prepared once.
struct AttentionMemory {
  std::span<const Variable> blocks;  // as `remember` made them, [N, S, ...] each
  std::span<const int64_t> lengths;  // N
  // Of hard attention, N; empty: soft.
  std::span<const ops::PositionChoice> choices = {};
  int64_t head = 0;  // which of several draws
};

class AttentionHead {
 public:
  // Parameters: those of the score, the mode and coverage, under `prefix`.
  AttentionHead(ParameterStore& store, const std::string& prefix, const AttentionOptions& options,
                const AttentionSizes& sizes)
      : score_(make_score(options.score, store, prefix, sizes)),
        mode_(make_mode(options.mode, options.window, store, prefix, sizes)),
        dropout_(options.dropout) {
    if (options.coverage) coverage_.emplace(store, prefix, sizes.states, score_->key_size());
  }

  const Score& score() const { return *score_; }
  // Blocks that a memory of this head has.
  size_t block_count() const { return coverage_ ? 3 : 2; }

  // keys [N, S, K], values [N, S, V], anything on padding -> the values, what the score made of the
  // keys [N, S, A] and, with coverage, Φ [N, S, 1].
  std::vector<Variable> remember(Tape& tape, const Variable& keys, const Variable& values) const {
    std::vector<Variable> blocks = {values, score_->keys(tape, keys)};
    if (coverage_) blocks.push_back(coverage_->fertility(tape, keys));
    return blocks;
  }

  struct Result {
    Variable context;  // c_t, [N, T, V]
    Variable alpha;    // [N, T, S]
    Focus focus;
    std::span<const int32_t> chosen = {};  // N x T, as ops::ChosenPositions; of hard attention
  };
  // query [N, T, Q] at the T target positions, counted from 1. With coverage they are those of T
  // hypotheses at one position, and `covered` [N * T, S] is the sum of each one's weights so far,
  // to which this step's are added.
  Result operator()(Tape& tape, const Variable& query, const AttentionMemory& memory,
                    std::span<const int64_t> positions, Variable* covered) const {
    const std::span<const int64_t> lengths = score_->within_reach(tape, memory.lengths);
    const Focus focus = mode_->focus(tape, {query, lengths, positions});
    const Variable energies = this->energies(tape, query, memory, covered);       // [N, T, S]
    const Variable softmax = ops::window_softmax(tape, energies, focus.windows);  // [N, T, S]
    const Variable alpha = mode_->weigh(tape, softmax, focus);                    // [N, T, S]
    const ops::ChosenPositions used = choose(tape, alpha, memory, positions);
    const Variable context =
        ops::weighted_sum(tape, ops::dropout(tape, used.weights, dropout_), memory.blocks[kValues]);
    if (covered != nullptr)
      *covered = ops::add(tape, *covered, used.weights.reshaped(covered->shape()));
    return {context, alpha, focus, used.positions};
  }

 private:
  enum Block : size_t { kValues, kKeys, kFertility };

  // Each target position and head has a draw of its own.
  static ops::ChosenPositions choose(Tape& tape, const Variable& alpha,
                                     const AttentionMemory& memory,
                                     std::span<const int64_t> positions) {
    if (memory.choices.empty()) return {alpha, {}};
    std::vector<uint64_t> steps;
    for (const int64_t position : positions)
      steps.push_back((static_cast<uint64_t>(memory.head) << 32) + static_cast<uint64_t>(position));
    return ops::choose_positions(tape, alpha, memory.choices, steps);
  }

  Variable energies(Tape& tape, const Variable& query, const AttentionMemory& memory,
                    const Variable* covered) const {
    if (covered == nullptr) return score_->energies(tape, query, memory.blocks[kKeys]);
    const int64_t batch = query.shape()[0], width = query.shape()[1];
    const Variable keys = coverage_->keys(tape, memory.blocks[kKeys],
                                          covered->reshaped({batch, width, covered->columns()}),
                                          memory.blocks[kFertility]);
    const Variable each = query.reshaped({batch * width, 1, query.columns()});
    const Variable energies = score_->energies(tape, each, keys);  // [N * T, 1, S]
    return energies.reshaped({batch, width, energies.columns()});
  }

  std::unique_ptr<Score> score_;
  std::unique_ptr<AttentionMode> mode_;
  float dropout_;
  std::optional<Coverage> coverage_;
};

}  // namespace alinea
