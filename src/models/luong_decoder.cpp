#include "models/luong_decoder.h"

#include <numeric>

#include "ops/activation.h"
#include "ops/rows.h"

namespace alinea {

LuongDecoder::LuongDecoder(ParameterStore& store, const ModelOptions& options)
    : input_feeding_(options.input_feeding),
      attention_(make_attention(store, options)),
      layers_(make_layers(store, options,
                          options.embedding_size + (input_feeding_ ? options.hidden_size : 0))) {
  if (attention_)
    combine_.emplace(store, "readout", options.state_size() + options.hidden_size,
                     options.hidden_size, Bias::kNone);
}

Variable LuongDecoder::combine(Tape& tape, const Variable& context, const Variable& h) const {
  return ops::tanh(tape, (*combine_)(tape, ops::concatenate(tape, {context, h})));
}

DecoderStep LuongDecoder::step(Tape& tape, const Variable& embedded, const DecoderState& state,
                               const Memory& memory, int64_t position) const {
  const int64_t active[] = {embedded.rows()};
  DecoderStep step{{}, state, std::nullopt};
  const Variable x = input_feeding_ ? ops::concatenate(tape, {embedded, state.feed}) : embedded;
  const Variable h = layers_(tape, x, active, step.state.layers, state.drawn);  // [R, H]
  if (!attention_) {
    step.readout = h;
    return step;
  }
  attend(tape, *attention_, {h, memory, position}, step);
  const Variable& c = step.attended->context;  // [N, R/N, K]
  step.readout = combine(tape, c.reshaped({h.rows(), c.columns()}), h);
  if (input_feeding_) step.state.feed = step.readout;
  return step;
}

Unrolled LuongDecoder::unroll(Tape& tape, const Targets& targets, DecoderState state,
                              const Memory& memory) const {
  if (input_feeding_ || state.covered || targets.read) {
    state.drawn = layers_.draw(tape);
    const Advance one_step = [&](const Variable& embedded, const DecoderState& before,
                                 const Memory& present, int64_t position) {
      return step(tape, embedded, before, present, position);
    };
    return unroll_stepwise(tape, targets, std::move(state), memory, one_step);
  }
  // Nothing comes back from the readout: all steps run at once.
  const Packing& packing = targets.packing;
  const Variable h =
      layers_(tape, targets.embedded, packing.active(), state.layers, {});  // [rows, H]
  if (!attention_) return {h, {}};

  const auto batch = std::ssize(packing.lengths()), steps = packing.lengths().front();
  std::vector<int64_t> positions(static_cast<size_t>(steps));
  std::iota(positions.begin(), positions.end(), 1);
  const Variable query = ops::gather_rows(tape, h, packing.padded())
                             .reshaped({batch, steps, h.columns()});  // [N, T, H]
  const Attended attended = (*attention_)(tape, query, memory, positions);
  const Variable context = ops::gather_rows(tape, attended.context, packing.cells());  // [rows, K]
  return {combine(tape, context, h), {attended}};
}

}  // namespace alinea
