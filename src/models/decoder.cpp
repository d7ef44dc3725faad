#include "models/decoder.h"

#include "models/bahdanau_decoder.h"
#include "models/luong_decoder.h"
#include "ops/rows.h"
#include "ops/sum.h"

namespace alinea {

namespace {

void keep_first(Tape& tape, Variable& x, int64_t count) {
  if (x) x = tape.slice(x, 0, count);
}

void keep_first(Tape& tape, DecoderState& state, int64_t count) {
  for (RecurrentState& layer : state.layers) {
    keep_first(tape, layer.h, count);
    keep_first(tape, layer.c, count);
  }
  keep_first(tape, state.feed, count);
  keep_first(tape, state.covered, count);
}

void keep_first(Tape& tape, Memory& memory, int64_t count) {
  // Where the keys are the states, they stay one.
  const bool same = memory.keys && memory.keys.value() == memory.states.value();
  keep_first(tape, memory.states, count);
  if (same) {
    memory.keys = memory.states;
  } else {
    keep_first(tape, memory.keys, count);
  }
  keep_first(tape, memory.fertility, count);
  memory.lengths = memory.lengths.first(static_cast<size_t>(count));
}

}  // namespace

RecurrentStack make_layers(ParameterStore& store, const ModelOptions& options, int64_t inputs) {
  return {store,
          "decoder",
          {.cell = cell_from_name(options.cell),
           .layers = options.decoder_layers,
           .inputs = inputs,
           .hidden = options.hidden_size,
           .dropout = options.dropout_kind(),
           .weight_drop = static_cast<float>(options.weight_drop),
           .residual = options.residual,
           .layer_normalization = options.layer_normalization}};
}

std::optional<Attention> make_attention(ParameterStore& store, const ModelOptions& options) {
  if (!options.has_attention()) return std::nullopt;
  return Attention(store,
                   {.score = options.attention,
                    .mode = options.attention_mode,
                    .window = options.attention_window,
                    .coverage = options.coverage},
                   {options.hidden_size, options.state_size(), options.attention_size});
}

void attend(Tape& tape, const Attention& attention, const Question& question, DecoderStep& step) {
  const auto& [query, memory, position] = question;
  const auto sentences = static_cast<int64_t>(memory.lengths.size());
  const int64_t width = query.rows() / sentences;
  const std::vector<int64_t> positions(static_cast<size_t>(width), position);
  Variable& covered = step.state.covered;
  const Variable so_far =
      covered ? covered.reshaped({sentences, width, covered.columns()}) : Variable{};
  step.attended = attention(tape, query.reshaped({sentences, width, query.columns()}), memory,
                            positions, so_far);
  if (covered) covered = ops::add(tape, covered, step.attended->weights);
}

Unrolled unroll_stepwise(Tape& tape, const Targets& targets, DecoderState state, Memory memory,
                         const Advance& advance) {
  const Packing& packing = targets.packing;
  int64_t present = packing.active().front();
  Unrolled unrolled;
  std::vector<Variable> readouts;
  for (int64_t t = 0; t < std::ssize(packing.active()); ++t) {
    if (packing.active()[t] < present) {
      present = packing.active()[t];
      keep_first(tape, state, present);
      keep_first(tape, memory, present);
    }
    const Variable embedded = !targets.read
                                  ? tape.slice(targets.embedded, packing.offsets()[t], present)
                              : t == 0 ? targets.read(t, {})
                                       : targets.read(t, tape.slice(readouts.back(), 0, present));
    DecoderStep step = advance(embedded, state, memory, t + 1);
    state = std::move(step.state);
    readouts.push_back(step.readout);
    if (step.attended) unrolled.attended.push_back(*step.attended);
  }
  unrolled.readouts = ops::stack(tape, readouts);
  return unrolled;
}

std::unique_ptr<Decoder> make_decoder(ParameterStore& store, const ModelOptions& options) {
  if (options.wiring == "bahdanau") return std::make_unique<BahdanauDecoder>(store, options);
  return std::make_unique<LuongDecoder>(store, options);
}

}  // namespace alinea
