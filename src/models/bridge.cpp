#include "models/bridge.h"

#include <fmt/format.h>

#include "ops/activation.h"

namespace alinea {

Bridge::Bridge(ParameterStore& store, const ModelOptions& options)
    : kind_(options.bridge),
      lstm_(cell_from_name(options.cell) == Cell::kLstm),
      layers_(options.decoder_layers),
      hidden_(options.hidden_size) {
  if (kind_ != "bridge") return;
  for (int64_t l = 0; l < layers_; ++l) {
    const std::string name = fmt::format("bridge.layer{}", l);
    from_hidden_.emplace_back(store, name + ".hidden", options.state_size(), hidden_);
    if (lstm_) from_cell_.emplace_back(store, name + ".cell", options.state_size(), hidden_);
  }
}

std::vector<RecurrentState> Bridge::operator()(Tape& tape, const Encoded& encoded) const {
  if (kind_ == "last") return encoded.last;
  const RecurrentState& top = encoded.last.back();
  std::vector<RecurrentState> states(static_cast<size_t>(layers_));
  for (size_t l = 0; l < states.size(); ++l) {
    if (kind_ == "zero") {
      states[l].h = tape.zeros({top.h.rows(), hidden_});
      if (lstm_) states[l].c = tape.zeros({top.h.rows(), hidden_});
    } else {
      states[l].h = ops::tanh(tape, from_hidden_[l](tape, top.h));
      if (lstm_) states[l].c = from_cell_[l](tape, top.c);
    }
  }
  return states;
}

}  // namespace alinea
