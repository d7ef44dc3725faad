// Recurrent layers: one direction over a sequence, and several on top of each other.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "autograd/tape.h"
#include "layers/dropout.h"
#include "layers/layer_norm.h"
#include "ops/recurrent.h"

namespace alinea {

using ops::Cell;
using ops::RecurrentResult;
using ops::RecurrentState;

// "gru", "lstm", "lbr-gru", "rnn". Throws UsageError for another name.
Cell cell_from_name(std::string_view name);
std::vector<std::string> cell_names();

class Recurrent {
 public:
  struct Options {
    Cell cell;
    int64_t inputs, hidden;
    float weight_drop = 0;  // share of U that training drops (Merity, Keskar & Socher 2018)
  };
  // Parameters, gates in the order of ops/recurrent.h (LSTM i, f, c̃, o; GRU u, r, o):
  // `name`.input [inputs, G, hidden], `name`.recurrent [hidden, G, hidden], `name`.bias [G, hidden]
  // (LBR GRU [4, hidden]).
  Recurrent(ParameterStore& store, const std::string& name, const Options& options);

  // U, with weights dropped where some are to be.
  Variable recurrent_weights(Tape& tape) const {
    return ops::dropout(tape, tape.use(recurrent_), weight_drop_);
  }

  // x [sum(active), inputs], packed as ops/recurrent.h says. Steps that come one by one share the U
  // that recurrent_weights gave; where none is given it is drawn.
  RecurrentResult operator()(Tape& tape, const Variable& x, std::span<const int64_t> active,
                             const RecurrentState& initial, const Variable& recurrent = {}) const;
  // h, and c for an LSTM, [batch, hidden].
  RecurrentState zero_state(Tape& tape, int64_t batch) const;

 private:
  Cell cell_;
  int64_t hidden_;
  float weight_drop_;
  const Parameter& input_;
  const Parameter& recurrent_;
  const Parameter& bias_;
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
  // layer's output [sum(active), hidden]. What `draws` lacks is drawn.
  Variable operator()(Tape& tape, Variable x, std::span<const int64_t> active,
                      std::vector<RecurrentState>& states, const Draws& draws) const;

 private:
  std::vector<Recurrent> layers_;
  std::vector<LayerNorm> norms_;
  Dropout dropout_;
  bool drops_weights_;
  bool residual_;
};

}  // namespace alinea
