#include "decoders/luong_decoder.h"

#include "ops/activation.h"
#include "ops/rows.h"

namespace alinea {

LuongDecoder::LuongDecoder(ParameterStore& store, const DecoderOptions& options, int64_t vocabulary)
    : RecurrentDecoder(store, options, vocabulary, options.input_feeding ? options.hidden_size : 0),
      input_feeding_(options.input_feeding) {
  if (attention())
    combine_.emplace(store, "readout", context_size(options) + options.hidden_size,
                     options.hidden_size, Bias::kNone);
}

Variable LuongDecoder::combine(Tape& tape, const Variable& context, const Variable& h) const {
  return ops::tanh(tape, (*combine_)(tape, ops::concatenate(tape, {context, h})));
}

DecoderStep LuongDecoder::advance(Tape& tape, const Variable& embedded, DecoderState& state,
                                  int64_t position, const RecurrentStack::Draws& draws) const {
  const int64_t active[] = {embedded.rows()};
  Rows rows = rows_of(state);
  const Variable x = input_feeding_ ? ops::concatenate(tape, {embedded, rows.feed}) : embedded;
  DecoderStep step;
  const Variable h = layers()(tape, x, active, rows.layers, draws, &step.self_attention);  // [R, H]
  step.readout = h;
  if (attention()) {
    const auto [c, weights] = attend(tape, h, state, position, rows.carried);
    step.readout = combine(tape, c, h);
    step.attention = weights;
    if (input_feeding_) rows.feed = step.readout;
  }
  state.rows = to_rows(rows);
  return step;
}

Unrolled LuongDecoder::unroll(Tape& tape, const Targets& targets, DecoderState state) const {
  const bool carries_weights = attention() && attention()->carries_weights();
  return input_feeding_ || carries_weights || targets.replace
             ? RecurrentDecoder::unroll(tape, targets, std::move(state))
             : unroll_at_once(tape, targets, state);
}

// Nothing comes back from the readout: the layers run over all steps at once.
Unrolled LuongDecoder::unroll_at_once(Tape& tape, const Targets& targets,
                                      const DecoderState& state) const {
  const Packing& packing = targets.packing;
  Rows rows = rows_of(state);
  std::vector<Variable> self_weights;
  const Variable h = layers()(tape, embed(tape, targets), packing.active(), rows.layers, {},
                              targets.keep_self_attention ? &self_weights : nullptr);  // [rows, H]
  Unrolled unrolled{h, {}};
  if (targets.keep_self_attention)
    unrolled.self_attention = intra_attention(tape, {&self_weights, 1}, packing.lengths());
  if (!attention()) unrolled.last = to_rows(rows);
  if (!attention()) return unrolled;
  const int64_t steps = packing.lengths().front();
  const Variable queries = ops::gather_rows(tape, h, packing.padded())
                               .reshaped({std::ssize(packing.lengths()), steps, h.columns()});
  const auto [padded, weights] =
      look(tape, queries, state, target_positions(steps), {}, targets.keep_attention);
  const Variable context = ops::gather_rows(tape, padded, packing.cells());  // [rows, C]
  unrolled.readouts = combine(tape, context, h);
  if (weights) unrolled.attention.push_back(weights);
  return unrolled;
}

}  // namespace alinea
