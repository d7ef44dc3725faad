#include "layers/recurrent.h"

#include "ops/affine.h"
#include "ops/rows.h"
#include "ops/sum.h"
#include "support/name_table.h"

namespace alinea {

namespace {

const NameTable<Cell> kCells("cell", {{"gru", Cell::kGru},
                                      {"lstm", Cell::kLstm},
                                      {"lbr-gru", Cell::kLbrGru},
                                      {"rnn", Cell::kRnn}});

// The row of each sentence's own last step.
std::vector<int64_t> last_rows(std::span<const int64_t> active) {
  std::vector<int64_t> rows(static_cast<size_t>(active[0]));
  int64_t row = 0;
  for (const int64_t present : active) {
    for (int64_t n = 0; n < present; ++n) rows[n] = row + n;
    row += present;
  }
  return rows;
}

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
  if (!o.intra_attention) return;
  const auto add = [&](const char* part, int64_t inputs) -> const Parameter& {
    return store.add(name + ".intra." + part, {inputs, o.hidden}, glorot_limit(inputs, o.hidden));
  };
  const Parameter &states = add("states", o.hidden), &input = add("input", o.inputs),
                  &summary = add("summary", o.hidden);
  intra_.emplace(Intra{states, input, summary,
                       store.add(name + ".intra.v", {o.hidden}, glorot_limit(o.hidden, 1))});
}

RecurrentResult Recurrent::operator()(Tape& tape, const Variable& x,
                                      std::span<const int64_t> active,
                                      const RecurrentState& initial, const Variable& recurrent,
                                      Variable* weights) const {
  const ops::RecurrentWeights own{tape.use(input_), recurrent ? recurrent : recurrent_weights(tape),
                                  tape.use(bias_)};
  if (intra_) return with_intra_attention(tape, x, active, initial, own, weights);
  const ops::RecurrentResult result =
      ops::recurrent(tape, cell_, x, active, {initial.h, initial.c}, own);
  return {result.output, {result.last.h, result.last.c}};
}

RecurrentResult Recurrent::with_intra_attention(Tape& tape, const Variable& x,
                                                std::span<const int64_t> active,
                                                const RecurrentState& initial,
                                                const ops::RecurrentWeights& weights,
                                                Variable* intra_weights) const {
  const ops::IntraWeights own{tape.use(intra_->states), tape.use(intra_->input),
                              tape.use(intra_->summary), tape.use(intra_->v)};
  RecurrentState last{.past = initial.past};
  if (last.past.empty() && initial.h)
    last.past.push_back({initial.h, initial.c, ops::affine(tape, initial.h, own.states)});
  const ops::IntraResult result =
      ops::intra_recurrent(tape, {cell_, weights, own, /*keep_weights=*/intra_weights != nullptr},
                           x, active, {last.past, initial.summary});
  if (intra_weights != nullptr) *intra_weights = result.weights;
  int64_t row = 0;
  for (const int64_t present : active) {
    const auto at = [&](const Variable& all) {
      return all ? tape.slice(all, row, present) : Variable{};
    };
    last.past.push_back({at(result.h), at(result.c), at(result.keys)});
    last.summary = at(result.summary);
    row += present;
  }
  if (active.size() == 1) {
    last.h = result.h;
    last.c = result.c;
  } else {
    const std::vector<int64_t> rows = last_rows(active);
    last.h = ops::gather_rows(tape, result.h, rows);
    if (result.c) last.c = ops::gather_rows(tape, result.c, rows);
  }
  return {result.h, std::move(last)};
}

RecurrentState Recurrent::zero_state(Tape& tape, int64_t batch) const {
  if (intra_) return {};
  RecurrentState state{tape.zeros({batch, hidden_})};
  if (cell_ == Cell::kLstm) state.c = tape.zeros({batch, hidden_});
  return state;
}

RecurrentStack::RecurrentStack(ParameterStore& store, const std::string& name,
                               const Options& options)
    : dropout_(options.dropout),
      drops_weights_(options.weight_drop > 0),
      residual_(options.residual),
      has_cell_(options.cell == Cell::kLstm),
      intra_attention_(options.intra_attention) {
  for (int64_t l = 0; l < options.layers; ++l) {
    const std::string layer = fmt::format("{}.layer{}", name, l);
    layers_.emplace_back(store, layer,
                         Recurrent::Options{.cell = options.cell,
                                            .inputs = l == 0 ? options.inputs : options.hidden,
                                            .hidden = options.hidden,
                                            .weight_drop = options.weight_drop,
                                            .intra_attention = options.intra_attention});
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
                                    std::vector<RecurrentState>& states, const Draws& draws,
                                    std::vector<Variable>* weights) const {
  for (size_t l = 0; l < layers_.size(); ++l) {
    const std::optional<uint64_t> mask =
        l == 0 || draws.masks.empty() ? std::nullopt : std::optional(draws.masks[l - 1]);
    const Variable input = l > 0 ? dropout_(tape, x, active, mask) : x;
    Variable* own = intra_attention_ && weights != nullptr ? &weights->emplace_back() : nullptr;
    RecurrentResult result =
        layers_[l](tape, input, active, states[l],
                   draws.recurrent.empty() ? Variable{} : draws.recurrent[l], own);
    states[l] = std::move(result.last);
    const Variable output = norms_.empty() ? result.output : norms_[l](tape, result.output);
    x = residual_ && l > 0 ? ops::add(tape, output, x) : output;
  }
  return x;
}

// h and c of every layer; then, once there is a past, h̃ and the past of every layer.
std::vector<Variable> RecurrentStack::to_rows(std::span<const RecurrentState> states) const {
  std::vector<Variable> rows;
  const auto add = [&](const Variable& x) {
    if (x) rows.push_back(x);
  };
  for (const RecurrentState& state : states) {
    add(state.h);
    add(state.c);
  }
  for (const RecurrentState& state : states) {
    add(state.summary);
    for (const ops::PastState& past : state.past) {
      add(past.h);
      add(past.c);
      add(past.keys);
    }
  }
  return rows;
}

std::vector<RecurrentState> RecurrentStack::from_rows(std::span<const Variable> rows) const {
  std::vector<RecurrentState> states(layers_.size());
  if (rows.empty()) return states;
  auto next = rows.begin();
  const auto take = [&](Variable& h, Variable& c) {
    h = *next++;
    if (has_cell_) c = *next++;
  };
  for (RecurrentState& state : states) take(state.h, state.c);
  const int64_t each = (rows.end() - next) / size();  // h̃, and what there is of each past state
  for (RecurrentState& state : states) {
    if (each == 0) continue;
    state.summary = *next++;
    state.past.resize(static_cast<size_t>((each - 1) / (has_cell_ ? 3 : 2)));
    for (ops::PastState& past : state.past) {
      take(past.h, past.c);
      past.keys = *next++;
    }
  }
  return states;
}

}  // namespace alinea
