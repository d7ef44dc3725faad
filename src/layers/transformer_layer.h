// The parts of a Transformer's layers (Vaswani et al. 2017, section 3). Rows are words, sentences
// one behind the other.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "layers/layer_norm.h"
#include "layers/linear.h"
#include "layers/positions.h"
#include "ops/adaptive_time.h"
#include "ops/dropout.h"
#include "ops/multi_head_attention.h"

namespace alinea {

enum class Activation { kRelu, kGelu };
std::vector<std::string> activation_names();
Activation activation_from_name(std::string_view name);  // throws UsageError

// Where layer normalisation stands: behind the sum, as in the paper, or before the sublayer.
enum class NormPlace { kPost, kPre };
std::vector<std::string> norm_names();
NormPlace norm_from_name(std::string_view name);  // throws UsageError

struct TransformerOptions {
  int64_t size;  // d
  int64_t layers, heads;
  int64_t feed_forward_size;
  Activation activation = Activation::kRelu;
  NormPlace norm = NormPlace::kPost;
  PositionKind positions = PositionKind::kSinusoidal;
  int64_t relative_window = 16;  // k
  int64_t max_positions = 1024;  // learned ones
  bool universal = false;        // one layer, used `layers` times
  bool halting = false;          // universal: at most that often, as each position needs
  float halting_threshold = 0.99F;
  float dropout = 0;  // of what sublayers put out
  float embedding_dropout = 0, attention_dropout = 0, activation_dropout = 0;
};

// What goes into the first layer: √d E y_t + P_t, with dropout.
class TransformerInput {
 public:
  // Parameters: `name`.embedding.weight [vocabulary, d], unless `shared` takes its place or the
  // vocabulary is 0, and `name`.positions as in Positions.
  TransformerInput(ParameterStore& store, const std::string& name,
                   const TransformerOptions& options, int64_t vocabulary,
                   const Parameter* shared = nullptr);

  const Embedding& embedding() const { return *embedding_; }
  const Positions& positions() const { return positions_; }
  Variable operator()(Tape& tape, std::span<const int32_t> words,
                      std::span<const int64_t> positions) const;
  // The same of vectors [R, d] in the place of √d E y_t.
  Variable of_vectors(Tape& tape, const Variable& x, std::span<const int64_t> positions) const;
  // What a layer reads: of a Universal Transformer, with the position and the number of the layer
  // once more.
  Variable before_layer(Tape& tape, const Variable& x, std::span<const int64_t> positions,
                        int64_t layer) const;

 private:
  bool universal_;
  float dropout_;
  std::optional<Embedding> embedding_;
  Positions positions_;
};

// A sublayer f with dropout, residual connection and layer normalisation:
//   post: norm(x + dropout(f(x))),  pre: x + dropout(f(norm(x)))
class Sublayer {
 public:
  // Parameters: `name`.norm as in LayerNorm.
  Sublayer(ParameterStore& store, const std::string& name, const TransformerOptions& options)
      : place_(options.norm),
        dropout_(options.dropout),
        norm_(store, name + ".norm", options.size) {}

  template <typename F>
  Variable operator()(Tape& tape, const Variable& x, F f) const {
    if (place_ == NormPlace::kPre) return ops::residual(tape, x, f(norm_(tape, x)), dropout_);
    return norm_.of_residual(tape, x, f(x), dropout_);
  }

 private:
  NormPlace place_;
  float dropout_;
  LayerNorm norm_;
};

// FFN(x) = W_2 act(W_1 x + b_1) + b_2 (equation 2).
class FeedForward {
 public:
  // Parameters: `name`.inner and `name`.outer as in Linear.
  FeedForward(ParameterStore& store, const std::string& name, const TransformerOptions& options);

  Variable operator()(Tape& tape, const Variable& x) const;

 private:
  Activation activation_;
  float dropout_;
  Linear inner_, outer_;
};

// Runs the steps of a network: of halting ones until every position has halted, each with the
// output that it halted with (Dehghani et al. 2019, appendix C).
class LayerSteps {
 public:
  // Parameters of halting: `name`.halting as in Linear, [d, 1]; its bias is 1 at first.
  LayerSteps(ParameterStore& store, const std::string& name, const TransformerOptions& options);

  struct Result {
    Variable output;               // [R, d]
    Variable ponder = {};          // Σ of steps and remainders, [1]; halting only
    std::span<const float> taken;  // steps of each row; halting only
  };
  // step(x, l): the l-th step, from 0. Where states are kept for later, all steps are taken, even
  // if nobody needs them now.
  template <typename Step>
  Result operator()(Tape& tape, Variable x, bool all, Step step) const {
    if (!halt_) {
      for (int64_t l = 0; l < most_; ++l) x = step(x, l);
      return {x, {}, {}};
    }
    ops::HaltingState state = ops::start_halting(tape, x.rows(), x.columns());
    for (int64_t l = 0; l < most_ && (all || state.any_running()); ++l) {
      const Variable logits = (*halt_)(tape, x);
      x = step(x, l);
      ops::halting_step(tape, logits, x, threshold_, state);
    }
    return {state.output, ops::ponder_cost(tape, state), state.steps};
  }

 private:
  int64_t most_;
  float threshold_;
  std::optional<Linear> halt_;
};

// MultiHead(x, x, x) (section 3.2.2).
class SelfAttention {
 public:
  enum class Sees { kAll, kPast };  // kPast: what stands before it, and itself
  // Parameters: `name`.query, .keys, .values and .output as in Linear, [d, d] each; with relative
  // positions `name`.relative.keys and .values [2k + 1, d / heads], or [k + 1, d / heads] of kPast:
  // those from -k on. Of a kPast one that is to see full contexts, too, `name`.relative.later_keys
  // and .later_values [k, d / heads], those from 1 on, so that the other tables are those of a
  // model that never does.
  SelfAttention(ParameterStore& store, const std::string& name, const TransformerOptions& options,
                Sees sees, bool in_full_context = false);

  // x [R, d], of sentences of these lengths. With `alpha` it is told the weights, [N, heads, S, S].
  Variable operator()(Tape& tape, const Variable& x, std::span<const int64_t> lengths,
                      Variable* alpha = nullptr) const;
  // The same of one that was made for it, where every word sees all of them whatever it saw before.
  Variable in_full_context(Tape& tape, const Variable& x, std::span<const int64_t> lengths) const;

  // The keys and values of the positions so far, [R, room, d] each.
  struct Cache {
    Variable keys, values;
  };
  // The next position (from 1) of R sequences, x [R, d]: adds it to the cache. kPast only.
  Variable step(Tape& tape, const Variable& x, Cache& cache, int64_t position) const;

 private:
  ops::MultiHeadOptions options(Tape& tape, Sees sees) const;
  ops::MultiHeadResult look(Tape& tape, const Variable& x, std::span<const int64_t> lengths,
                            const ops::MultiHeadOptions& options) const;

  Sees sees_;
  int64_t heads_, size_, window_;
  float dropout_;
  Linear query_, keys_, values_, output_;
  const Parameter *relative_keys_ = nullptr, *relative_values_ = nullptr;
  const Parameter *later_keys_ = nullptr, *later_values_ = nullptr;
};

}  // namespace alinea
