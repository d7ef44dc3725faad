#include "layers/recurrent.h"

#include "ops/sum.h"
#include "support/name_table.h"

namespace alinea {

namespace {

const NameTable<Cell> kCells("cell", {{"gru", Cell::kGru},
                                      {"lstm", Cell::kLstm},
                                      {"lbr-gru", Cell::kLbrGru},
                                      {"rnn", Cell::kRnn}});

}  // namespace

Cell cell_from_name(std::string_view name) { return kCells[name]; }

std::vector<std::string> cell_names() { return kCells.names(); }

Recurrent::Recurrent(ParameterStore& store, const std::string& name, const Options& o)
    : cell_(o.cell),
      hidden_(o.hidden),
      weight_drop_(o.weight_drop),
      input_(store.add(name + ".input", {o.inputs, ops::gates(o.cell), o.hidden},
                       glorot_limit(o.inputs, o.hidden))),
      recurrent_(store.add(name + ".recurrent", {o.hidden, ops::gates(o.cell), o.hidden},
                           glorot_limit(o.hidden, o.hidden))),
      bias_(store.add(name + ".bias", {ops::bias_rows(o.cell), o.hidden}, 0)) {
  // An LSTM starts out remembering (Jozefowicz, Zaremba & Sutskever 2015): the forget gate's bias.
  if (o.cell == Cell::kLstm) store.parameters().back().start_from(1.0F, o.hidden, o.hidden);
}

RecurrentResult Recurrent::operator()(Tape& tape, const Variable& x,
                                      std::span<const int64_t> active,
                                      const RecurrentState& initial,
                                      const Variable& recurrent) const {
  const Variable input = tape.use(input_);
  return ops::recurrent(tape, cell_, x, active, initial,
                        {input, recurrent ? recurrent : recurrent_weights(tape), tape.use(bias_)});
}

RecurrentState Recurrent::zero_state(Tape& tape, int64_t batch) const {
  RecurrentState state{tape.zeros({batch, hidden_}), {}};
  if (cell_ == Cell::kLstm) state.c = tape.zeros({batch, hidden_});
  return state;
}

RecurrentStack::RecurrentStack(ParameterStore& store, const std::string& name,
                               const Options& options)
    : dropout_(options.dropout),
      drops_weights_(options.weight_drop > 0),
      residual_(options.residual) {
  for (int64_t l = 0; l < options.layers; ++l) {
    const std::string layer = fmt::format("{}.layer{}", name, l);
    layers_.emplace_back(store, layer,
                         Recurrent::Options{.cell = options.cell,
                                            .inputs = l == 0 ? options.inputs : options.hidden,
                                            .hidden = options.hidden,
                                            .weight_drop = options.weight_drop});
    if (options.layer_normalization) norms_.emplace_back(store, layer + ".norm", options.hidden);
  }
}

RecurrentStack::Draws RecurrentStack::draw(Tape& tape) const {
  Draws draws;
  for (size_t l = 1; l < layers_.size(); ++l)
    if (const std::optional<uint64_t> mask = dropout_.draw(tape)) draws.masks.push_back(*mask);
  for (const Recurrent& layer : layers_)
    if (drops_weights_) draws.recurrent.push_back(layer.recurrent_weights(tape));
  return draws;
}

Variable RecurrentStack::operator()(Tape& tape, Variable x, std::span<const int64_t> active,
                                    std::vector<RecurrentState>& states, const Draws& draws) const {
  for (size_t l = 0; l < layers_.size(); ++l) {
    const std::optional<uint64_t> mask =
        l == 0 || draws.masks.empty() ? std::nullopt : std::optional(draws.masks[l - 1]);
    const Variable input = l > 0 ? dropout_(tape, x, active, mask) : x;
    const RecurrentResult result = layers_[l](
        tape, input, active, states[l], draws.recurrent.empty() ? Variable{} : draws.recurrent[l]);
    states[l] = result.last;
    const Variable output = norms_.empty() ? result.output : norms_[l](tape, result.output);
    x = residual_ && l > 0 ? ops::add(tape, output, x) : output;
  }
  return x;
}

}  // namespace alinea
