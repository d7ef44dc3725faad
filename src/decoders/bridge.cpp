#include "decoders/bridge.h"

#include <fmt/format.h>

#include <stdexcept>

#include "ops/activation.h"
#include "support/name_table.h"

namespace alinea {

namespace {

const NameTable<Bridge::Kind> kBridges("bridge", {{"bridge", Bridge::Kind::kBridge},
                                                  {"last", Bridge::Kind::kLast},
                                                  {"zero", Bridge::Kind::kZero}});

}  // namespace

std::vector<std::string> bridge_names() { return kBridges.names(); }

Bridge::Bridge(ParameterStore& store, const DecoderOptions& options)
    : kind_(kBridges[options.bridge]),
      lstm_(cell_from_name(options.cell) == Cell::kLstm),
      layers_(options.layers),
      hidden_(options.hidden_size) {
  if (kind_ != Kind::kBridge) return;
  for (int64_t l = 0; l < layers_; ++l) {
    const std::string name = fmt::format("bridge.layer{}", l);
    from_hidden_.emplace_back(store, name + ".hidden", options.state_size, hidden_);
    if (lstm_) from_cell_.emplace_back(store, name + ".cell", options.state_size, hidden_);
  }
}

std::vector<RecurrentState> Bridge::zeros(Tape& tape, int64_t sentences) const {
  std::vector<RecurrentState> states(static_cast<size_t>(layers_));
  for (RecurrentState& state : states) {
    state.h = tape.zeros({sentences, hidden_});
    if (lstm_) state.c = tape.zeros({sentences, hidden_});
  }
  return states;
}

std::vector<RecurrentState> Bridge::operator()(Tape& tape, int64_t sentences,
                                               const Encoded* encoded) const {
  if (encoded == nullptr || kind_ == Kind::kZero) return zeros(tape, sentences);
  if (kind_ == Kind::kLast) {
    if (std::ssize(encoded->last) != layers_)
      throw std::logic_error("the bridge needs a last state of the encoder for every layer");
    return encoded->last;
  }
  RecurrentState top;
  if (!encoded->last.empty()) top = encoded->last.back();
  if (!top.h) top.h = mean_states(tape, *encoded);
  if (lstm_ && !top.c) top.c = top.h;
  std::vector<RecurrentState> states(static_cast<size_t>(layers_));
  for (size_t l = 0; l < states.size(); ++l) {
    states[l].h = ops::tanh(tape, from_hidden_[l](tape, top.h));
    if (lstm_) states[l].c = from_cell_[l](tape, top.c);
  }
  return states;
}

}  // namespace alinea
