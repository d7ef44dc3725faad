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
#include "attention/location_aware.h"
#include "attention/mode.h"
#include "attention/score.h"
#include "ops/activation.h"
#include "ops/batched_matmul.h"
#include "ops/choose_positions.h"
#include "ops/dropout.h"
#include "ops/sum.h"

namespace alinea {

struct AttentionOptions {
  std::string score, mode;
  int64_t window;  // D of the local modes
  bool coverage = false;
  int64_t location_filters = 0;  // k of location-aware attention; 0: it is not
  int64_t location_width = 0;    // r
  float sharpening = 1;          // β, of the energies
  bool smoothing = false;        // σ in the place of exp
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
  // Where steps carry their weights: how far from the median of those of the step before attention
  // may look (Chorowski et al. 2015, section 2.3, windowing); 0: everywhere. When decoding.
  int64_t reach = 0;
};

class AttentionHead {
 public:
  // Parameters: those of the score, the mode and coverage, under `prefix`.
  AttentionHead(ParameterStore& store, const std::string& prefix, const AttentionOptions& options,
                const AttentionSizes& sizes)
      : score_(make_score(options.score, store, prefix, sizes)),
        mode_(make_mode(options.mode, options.window, store, prefix, sizes)),
        dropout_(options.dropout),
        sharpening_(options.sharpening),
        smoothing_(options.smoothing) {
    if (options.coverage) coverage_.emplace(store, prefix, sizes.states, score_->key_size());
    if (options.location_filters > 0)
      location_.emplace(store, prefix, options.location_filters, options.location_width,
                        score_->key_size());
  }

  const Score& score() const { return *score_; }
  // What the first step finds in the place of weights of steps before, [N, S]: 0 of coverage, 1 at
  // the first position where it is location-aware.
  Variable first_weights(Tape& tape, int64_t sentences, int64_t positions) const {
    const Variable weights = tape.zeros({sentences, positions});
    if (location_)
      for (int64_t n = 0; n < sentences; ++n) weights.value()[n * positions] = 1;
    return weights;
  }
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
    Variable energies = {};  // what the softmax is of, [N, T, S]; where nothing is learned
  };
  // query [N, T, Q] at the T target positions, counted from 1. Where steps carry their weights they
  // are those of T hypotheses at one position, and `carried` [N * T, S] are each one's: with
  // coverage the sum of all so far, to which this step's are added, and where it is location-aware
  // those of the step before, which this step's replace.
  Result operator()(Tape& tape, const Variable& query, const AttentionMemory& memory,
                    std::span<const int64_t> positions, Variable* carried) const {
    const std::span<const int64_t> lengths = score_->within_reach(tape, memory.lengths);
    Focus focus = mode_->focus(tape, {query, lengths, positions});
    if (memory.reach > 0 && carried != nullptr)
      focus.windows = windows_around(tape, focus.windows, *carried, memory.reach);
    const Variable energies = this->energies(tape, query, memory, carried);       // [N, T, S]
    const Variable softmax = ops::window_softmax(tape, energies, focus.windows);  // [N, T, S]
    const Variable alpha = mode_->weigh(tape, softmax, focus);                    // [N, T, S]
    const ops::ChosenPositions used = choose(tape, alpha, memory, positions);
    const Variable context =
        ops::weighted_sum(tape, ops::dropout(tape, used.weights, dropout_), memory.blocks[kValues]);
    if (carried != nullptr)
      *carried = coverage_ ? ops::add(tape, *carried, used.weights.reshaped(carried->shape()))
                           : alpha.reshaped(carried->shape());
    return {context, alpha, focus, used.positions, tape.recording() ? Variable{} : energies};
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

  // Of a softmax: β times the score, and with smoothing its log σ, whose softmax is σ / Σ σ
  // (Chorowski et al. 2015, section 2.3).
  Variable energies(Tape& tape, const Variable& query, const AttentionMemory& memory,
                    const Variable* carried) const {
    Variable energies = scores(tape, query, memory, carried);
    if (sharpening_ != 1) energies = ops::scale(tape, energies, sharpening_);
    return smoothing_ ? ops::log_logistic(tape, energies) : energies;
  }

  Variable scores(Tape& tape, const Variable& query, const AttentionMemory& memory,
                  const Variable* carried) const {
    if (carried == nullptr) return score_->energies(tape, query, memory.blocks[kKeys]);
    const int64_t batch = query.shape()[0], width = query.shape()[1];
    const Variable before = carried->reshaped({batch, width, carried->columns()});
    const Variable keys =
        coverage_ ? coverage_->keys(tape, memory.blocks[kKeys], before, memory.blocks[kFertility])
                  : location_->keys(tape, memory.blocks[kKeys], before);
    const Variable each = query.reshaped({batch * width, 1, query.columns()});
    const Variable energies = score_->energies(tape, each, keys);  // [N * T, 1, S]
    return energies.reshaped({batch, width, energies.columns()});
  }

  std::unique_ptr<Score> score_;
  std::unique_ptr<AttentionMode> mode_;
  float dropout_, sharpening_;
  bool smoothing_;
  std::optional<Coverage> coverage_;
  std::optional<LocationAware> location_;
};

}  // namespace alinea
