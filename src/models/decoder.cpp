#include "models/decoder.h"

#include "models/bahdanau_decoder.h"
#include "models/luong_decoder.h"
#include "ops/rows.h"

namespace alinea {

std::optional<Attention> make_attention(ParameterStore& store, const ModelOptions& options) {
  if (!options.has_attention()) return std::nullopt;
  return Attention(store, {options.attention, options.attention_mode, options.attention_window},
                   {options.hidden_size, options.state_size(), options.attention_size});
}

Attended attend(Tape& tape, const Attention& attention, const Variable& query, const Memory& memory,
                int64_t position) {
  const auto sentences = static_cast<int64_t>(memory.lengths.size());
  const int64_t width = query.rows() / sentences;
  const std::vector<int64_t> positions(static_cast<size_t>(width), position);
  return attention(tape, query.reshaped({sentences, width, query.columns()}), memory, positions);
}

Unrolled unroll_stepwise(Tape& tape, const Targets& targets, DecoderState state,
                         const Advance& advance) {
  const int64_t batch = state.layers[0].h.rows();
  Unrolled unrolled;
  std::vector<Variable> readouts;
  for (int64_t t = 0; t < targets.steps; ++t) {
    DecoderStep step = advance(tape.slice(targets.embedded, t * batch, batch), state, t + 1);
    state = std::move(step.state);
    readouts.push_back(step.readout);
    if (step.attended) unrolled.attended.push_back(*step.attended);
  }
  unrolled.readouts = ops::gather_rows(tape, ops::stack(tape, readouts), targets.rows);
  return unrolled;
}

std::unique_ptr<Decoder> make_decoder(ParameterStore& store, const ModelOptions& options) {
  if (options.wiring == "bahdanau") return std::make_unique<BahdanauDecoder>(store, options);
  return std::make_unique<LuongDecoder>(store, options);
}

}  // namespace alinea
