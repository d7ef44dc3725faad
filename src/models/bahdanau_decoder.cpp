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
      layers_(make_layers(store, options, options.embedding_size + context_size(options))),
      readout_(store, "readout",
               options.hidden_size + context_size(options) + options.embedding_size,
               (maxout_ ? 2 : 1) * options.hidden_size) {}

DecoderStep BahdanauDecoder::advance(Tape& tape, const Variable& embedded,
                                     const DecoderState& state, const Memory& memory,
                                     int64_t position) const {
  const int64_t active[] = {embedded.rows()};
  DecoderStep step{{}, state, std::nullopt};
  if (!attention_) {
    const Variable s = layers_(tape, embedded, active, step.state.layers, state.drawn);
    step.readout = ops::concatenate(tape, {s, embedded});
    return step;
  }
  attend(tape, *attention_, {state.layers.back().h, memory, position}, step);
  const Variable& c = step.attended->context;  // [N, R/N, K]
  const Variable x = ops::concatenate(tape, {embedded, c.reshaped({embedded.rows(), c.columns()})});
  const Variable s = layers_(tape, x, active, step.state.layers, state.drawn);  // [R, H]
  step.readout = ops::concatenate(tape, {s, c, embedded});
  return step;
}

Variable BahdanauDecoder::readout(Tape& tape, const Variable& read) const {
  const Variable o = readout_(tape, read);
  return maxout_ ? ops::maxout(tape, o) : ops::tanh(tape, o);
}

DecoderStep BahdanauDecoder::step(Tape& tape, const Variable& embedded, const DecoderState& state,
                                  const Memory& memory, int64_t position) const {
  DecoderStep step = advance(tape, embedded, state, memory, position);
  step.readout = readout(tape, step.readout);
  return step;
}

Unrolled BahdanauDecoder::unroll(Tape& tape, const Targets& targets, DecoderState state,
                                 const Memory& memory) const {
  state.drawn = layers_.draw(tape);
  const Advance one_step = [&](const Variable& embedded, const DecoderState& before,
                               const Memory& present, int64_t position) {
    return targets.read ? step(tape, embedded, before, present, position)
                        : advance(tape, embedded, before, present, position);
  };
  Unrolled unrolled = unroll_stepwise(tape, targets, std::move(state), memory, one_step);
  if (!targets.read) unrolled.readouts = readout(tape, unrolled.readouts);  // of all steps at once
  return unrolled;
}

}  // namespace alinea
