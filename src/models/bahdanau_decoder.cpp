#include "models/bahdanau_decoder.h"

#include "ops/activation.h"
#include "ops/rows.h"

namespace alinea {

namespace {

int64_t context_size(const ModelOptions& options) {
  return options.has_attention() ? options.state_size() : 0;
}

}  // namespace

BahdanauDecoder::BahdanauDecoder(ParameterStore& store, const ModelOptions& options)
    : maxout_(options.readout == "maxout"),
      attention_(make_attention(store, options)),
      layers_(store, "decoder", cell_from_name(options.cell),
              {.layers = options.decoder_layers,
               .inputs = options.embedding_size + context_size(options),
               .hidden = options.hidden_size},
              static_cast<float>(options.dropout)),
      readout_(store, "readout",
               options.hidden_size + context_size(options) + options.embedding_size,
               (maxout_ ? 2 : 1) * options.hidden_size) {}

BahdanauDecoder::Inner BahdanauDecoder::advance(Tape& tape, const Variable& embedded,
                                                const DecoderState& state, const Memory& memory,
                                                int64_t position) const {
  const int64_t active[] = {embedded.rows()};
  Inner inner{{}, state, std::nullopt};
  if (!attention_) {
    const Variable s = layers_(tape, embedded, active, inner.state.layers);
    inner.read = ops::concatenate(tape, {s, embedded});
    return inner;
  }
  inner.attended = attend(tape, *attention_, state.layers.back().h, memory, position);
  const Variable& c = inner.attended->context;  // [N, R/N, K]
  const Variable x = ops::concatenate(tape, {embedded, c.reshaped({embedded.rows(), c.columns()})});
  const Variable s = layers_(tape, x, active, inner.state.layers);  // [R, H]
  inner.read = ops::concatenate(tape, {s, c, embedded});
  return inner;
}

Variable BahdanauDecoder::readout(Tape& tape, const Variable& read) const {
  const Variable o = readout_(tape, read);
  return maxout_ ? ops::maxout(tape, o) : ops::tanh(tape, o);
}

DecoderStep BahdanauDecoder::step(Tape& tape, const Variable& embedded, const DecoderState& state,
                                  const Memory& memory, int64_t position) const {
  Inner inner = advance(tape, embedded, state, memory, position);
  return {readout(tape, inner.read), std::move(inner.state), inner.attended};
}

Unrolled BahdanauDecoder::unroll(Tape& tape, const Targets& targets, DecoderState state,
                                 const Memory& memory) const {
  const int64_t batch = state.layers[0].h.rows();
  Unrolled unrolled;
  std::vector<Variable> reads;
  for (int64_t t = 0; t < targets.steps; ++t) {
    Inner inner =
        advance(tape, tape.slice(targets.embedded, t * batch, batch), state, memory, t + 1);
    state = std::move(inner.state);
    reads.push_back(inner.read);
    if (inner.attended) unrolled.attended.push_back(*inner.attended);
  }
  // The readout of all steps at once.
  const Variable read = ops::gather_rows(tape, ops::stack(tape, reads), targets.rows);
  unrolled.readouts = readout(tape, read);
  return unrolled;
}

}  // namespace alinea
