// Recurrent layers: one direction over a sequence, and several on top of each other.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "autograd/tape.h"
#include "layers/dropout.h"
#include "layers/layer_norm.h"
#include "ops/intra_recurrent.h"

namespace alinea {

using ops::Cell;

// What a layer carries from step to step.
struct RecurrentState {
  Variable h = {};  // [N, H]
  Variable c = {};  // [N, H], LSTM only
  // With intra-attention: all states so far, the last one h itself, and h̃_t [N, H]. A state without
  // a past is the first that later steps look at; without h, too, they begin with nothing.
  std::vector<ops::PastState> past = {};
  Variable summary = {};
};

struct RecurrentResult {
  Variable output;      // [sum(active), H], every h_t
  RecurrentState last;  // each sentence's own last h and c
};

// "gru", "lstm", "lbr-gru", "rnn". Throws UsageError for another name.
Cell cell_from_name(std::string_view name);
std::vector<std::string> cell_names();

class Recurrent {
 public:
  struct Options {
    Cell cell;
    int64_t inputs, hidden;
    float weight_drop = 0;         // share of U that training drops (Merity, Keskar & Socher 2018)
    bool intra_attention = false;  // ops/intra_recurrent.h, of attention size H
  };
  // Parameters, gates in the order of ops/recurrent.h (LSTM i, f, c̃, o; GRU u, r, o):
  // `name`.input [inputs, G, hidden], `name`.recurrent [hidden, G, hidden], `name`.bias [G, hidden]
  // (LBR GRU [4, hidden]). With intra-attention also `name`.intra.states [hidden, hidden],
  // `name`.intra.input [inputs, hidden], `name`.intra.summary [hidden, hidden] and `name`.intra.v
  // [hidden].
  Recurrent(ParameterStore& store, const std::string& name, const Options& options);

  // U, with weights dropped where some are to be.
  Variable recurrent_weights(Tape& tape) const {
    return ops::dropout(tape, tape.use(recurrent_), weight_drop_);
  }

  // x [sum(active), inputs], packed as ops/recurrent.h says. Steps that come one by one share the U
  // that recurrent_weights gave; where none is given it is drawn. With `weights` it is told those
  // of intra-attention, [N, T, M + T], of M states that `initial` has.
  RecurrentResult operator()(Tape& tape, const Variable& x, std::span<const int64_t> active,
                             const RecurrentState& initial, const Variable& recurrent = {},
                             Variable* weights = nullptr) const;
  // h, and c for an LSTM, [batch, hidden]; with intra-attention nothing.
  RecurrentState zero_state(Tape& tape, int64_t batch) const;

 private:
  struct Intra {
    const Parameter &states, &input, &summary, &v;
  };
  RecurrentResult with_intra_attention(Tape& tape, const Variable& x,
                                       std::span<const int64_t> active,
                                       const RecurrentState& initial,
                                       const ops::RecurrentWeights& weights,
                                       Variable* intra_weights) const;

  Cell cell_;
  int64_t hidden_;
  float weight_drop_;
  const Parameter& input_;
  const Parameter& recurrent_;
  const Parameter& bias_;
  std::optional<Intra> intra_;
};

// Layer l reads what layer l - 1 puts out, with dropout between them.
class RecurrentStack {
 public:
  struct Options {
    Cell cell;
    int64_t layers, inputs, hidden;
    Dropout dropout;
    float weight_drop;
    bool residual;  // from the second layer on, the layer below is added to what a layer puts out
    bool layer_normalization;  // of what a layer puts out, before the layer below is added
    bool intra_attention = false;
  };
  // Parameters: `name`.layerL as in Recurrent, `name`.layerL.norm as in LayerNorm.
  RecurrentStack(ParameterStore& store, const std::string& name, const Options& options);

  // What is drawn at random once for all steps of a batch; empty where nothing is.
  struct Draws {
    std::vector<uint64_t> masks;      // of the variational dropout below each layer but the first
    std::vector<Variable> recurrent;  // U of each layer, weights dropped
  };
  // For runs that take the steps one by one.
  Draws draw(Tape& tape) const;

  int64_t size() const { return static_cast<int64_t>(layers_.size()); }

  // Runs over x from `states` (one a layer) and leaves the last states there; returns the top
  // layer's output [sum(active), hidden]. What `draws` lacks is drawn. With `weights` it is told
  // those of intra-attention, a layer after the other.
  Variable operator()(Tape& tape, Variable x, std::span<const int64_t> active,
                      std::vector<RecurrentState>& states, const Draws& draws,
                      std::vector<Variable>* weights = nullptr) const;

  // The states in a list of [N, ...] each, which may be moved about by their first axis, and back.
  std::vector<Variable> to_rows(std::span<const RecurrentState> states) const;
  std::vector<RecurrentState> from_rows(std::span<const Variable> rows) const;

 private:
  std::vector<Recurrent> layers_;
  std::vector<LayerNorm> norms_;
  Dropout dropout_;
  bool drops_weights_;
  bool residual_, has_cell_, intra_attention_;
};

}  // namespace alinea
