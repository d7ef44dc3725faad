#include "decoders/bahdanau_decoder.h"

#include "ops/activation.h"
#include "ops/rows.h"

namespace alinea {

BahdanauDecoder::BahdanauDecoder(ParameterStore& store, const DecoderOptions& options,
                                 int64_t vocabulary)
    : RecurrentDecoder(store, options, vocabulary, context_size(options)),
      maxout_(options.readout == "maxout"),
      readout_(store, "readout",
               options.hidden_size + context_size(options) + options.embedding_size,
               (maxout_ ? 2 : 1) * options.hidden_size) {}

DecoderStep BahdanauDecoder::advance(Tape& tape, const Variable& embedded, DecoderState& state,
                                     int64_t position, const RecurrentStack::Draws& draws) const {
  const int64_t active[] = {embedded.rows()};
  Rows rows = rows_of(state);
  std::vector<Variable> self_attention;
  if (!attention()) {
    const Variable s = layers()(tape, embedded, active, rows.layers, draws, &self_attention);
    state.rows = to_rows(rows);
    return {ops::concatenate(tape, {s, embedded}), {}, std::move(self_attention)};
  }
  const auto [c, weights] = attend(tape, rows.layers.back().h, state, position, rows.carried);
  const Variable x = ops::concatenate(tape, {embedded, c});
  const Variable s = layers()(tape, x, active, rows.layers, draws, &self_attention);  // [R, H]
  state.rows = to_rows(rows);
  return {ops::concatenate(tape, {s, c, embedded}), weights, std::move(self_attention)};
}

Variable BahdanauDecoder::finish(Tape& tape, const Variable& unfinished) const {
  const Variable o = readout_(tape, unfinished);
  return maxout_ ? ops::maxout(tape, o) : ops::tanh(tape, o);
}

}  // namespace alinea
