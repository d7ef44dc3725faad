#include "decoders/recurrent_decoder.h"

#include <algorithm>

#include "ops/activation.h"
#include "ops/batched_matmul.h"

namespace alinea {

namespace {

std::optional<Attention> make_attention(ParameterStore& store, const DecoderOptions& options) {
  if (!options.attention) return std::nullopt;
  return std::optional<Attention>(
      std::in_place, store, "attention", *options.attention,
      AttentionSizes{options.hidden_size, options.state_size, options.attention_size,
                     options.attention->source_positions});
}

std::optional<Linear> make_gate(ParameterStore& store, const DecoderOptions& options) {
  if (!options.context_gate) return std::nullopt;
  return Linear(store, "attention.gate", options.hidden_size, 1);
}

}  // namespace

int64_t context_size(const DecoderOptions& options) {
  if (!options.attention) return 0;
  return options.attention->heads > 1 ? options.attention_size : options.state_size;
}

RecurrentDecoder::RecurrentDecoder(ParameterStore& store, const DecoderOptions& options,
                                   int64_t vocabulary, int64_t feed)
    : hidden_size_(options.hidden_size),
      input_feeding_(options.input_feeding),
      dropout_(options.dropout),
      bridge_(store, options),
      embedding_(store, options.name + ".embedding", vocabulary, options.embedding_size,
                 kUsualEmbeddingLimit, options.embedding),
      attention_(make_attention(store, options)),
      gate_(make_gate(store, options)),
      layers_(store, options.name,
              {.cell = cell_from_name(options.cell),
               .layers = options.layers,
               .inputs = options.embedding_size + feed,
               .hidden = options.hidden_size,
               .dropout = options.dropout,
               .weight_drop = static_cast<float>(options.weight_drop),
               .residual = options.residual,
               .layer_normalization = options.layer_normalization,
               .intra_attention = options.intra_attention}) {}

AttentionWeights RecurrentDecoder::intra_attention(Tape& tape,
                                                   std::span<const std::vector<Variable>> runs,
                                                   std::span<const int64_t> lengths) {
  if (runs.empty() || runs[0].empty()) return {};
  const int64_t steps = lengths.front(), layers = std::ssize(runs[0]);
  const Variable alpha = tape.zeros({std::ssize(lengths), layers, steps, steps});
  int64_t first = 0;
  for (const std::vector<Variable>& run : runs) {
    for (int64_t l = 0; l < layers; ++l) {
      const Variable& weights = run[l];  // [N, T, states + T], the last of which no step sees
      const int64_t count = weights.shape()[1], width = weights.columns();
      for (int64_t row = 0; row < weights.rows(); ++row) {
        const int64_t n = row / count, t = first + row % count;
        std::copy_n(weights.value() + row * width, std::min(width, steps),
                    alpha.value() + ((n * layers + l) * steps + t) * steps);
      }
    }
    first += runs[0][0].shape()[1];
  }
  AttentionWeights attention = self_attention(tape, alpha, lengths, /*causal=*/true);
  attention.layers = layers;
  return attention;
}

DecoderState RecurrentDecoder::start(Tape& tape, int64_t sentences, const Encoded* encoded) const {
  DecoderState state = state_without_rows(sentences, encoded);
  Rows rows{bridge_(tape, sentences, encoded)};
  if (input_feeding_) rows.feed = tape.zeros({sentences, hidden_size_});
  if (attention_) {
    const Variable states = attended_states(tape, encoded);  // [N, S, K]
    state.blocks = attention_->remember(tape, states);
    if (attention_->carries_weights())
      rows.carried = attention_->first_weights(tape, sentences, states.shape()[1]);
  }
  state.rows = to_rows(rows);
  return state;
}

RecurrentDecoder::Rows RecurrentDecoder::rows_of(const DecoderState& state) const {
  Rows rows;
  auto next = state.rows.begin();
  if (input_feeding_) rows.feed = *next++;
  const int64_t carried = attention_ && attention_->carries_weights() ? attention_->heads() : 0;
  rows.carried.assign(next, next + carried);
  rows.layers = layers_.from_rows({next + carried, state.rows.end()});
  return rows;
}

std::vector<Variable> RecurrentDecoder::to_rows(const Rows& rows) const {
  std::vector<Variable> result;
  if (rows.feed) result.push_back(rows.feed);
  result.insert(result.end(), rows.carried.begin(), rows.carried.end());
  const std::vector<Variable> layers = layers_.to_rows(rows.layers);
  result.insert(result.end(), layers.begin(), layers.end());
  return result;
}

Attention::Result RecurrentDecoder::look(Tape& tape, const Variable& query,
                                         const DecoderState& state,
                                         std::span<const int64_t> positions,
                                         std::span<Variable> carried, bool keep_weights) const {
  Attention::Result result = (*attention_)(
      tape, query, {state.blocks, state.lengths, state.choices, /*head=*/0, state.reach}, positions,
      carried, keep_weights);
  if (!gate_) return result;
  const int64_t rows = query.rows();
  const std::vector<float> whole(static_cast<size_t>(rows), 1.0F);
  const Variable gates = ops::scaled_logistic(tape, (*gate_)(tape, query), whole);
  const Shape shape = result.context.shape();
  result.context = ops::weighted_sum(tape, gates.reshaped({rows, 1, 1}),
                                     result.context.reshaped({rows, 1, result.context.columns()}))
                       .reshaped(shape);
  return result;
}

Attention::Result RecurrentDecoder::attend(Tape& tape, const Variable& query,
                                           const DecoderState& state, int64_t position,
                                           std::span<Variable> carried) const {
  const int64_t sentences = state.sentences(), width = query.rows() / sentences;
  const std::vector<int64_t> positions(static_cast<size_t>(width), position);
  Attention::Result result =
      look(tape, query.reshaped({sentences, width, query.columns()}), state, positions, carried);
  result.context = result.context.reshaped({query.rows(), result.context.columns()});
  return result;
}

DecoderStep RecurrentDecoder::step(Tape& tape, std::span<const int32_t> words, DecoderState& state,
                                   int64_t position) const {
  DecoderStep step = advance(tape, embedding_(tape, words), state, position, {});
  step.readout = finish(tape, step.readout);
  return step;
}

Unrolled RecurrentDecoder::unroll(Tape& tape, const Targets& targets, DecoderState state) const {
  // Words that are replaced depend on readouts: then these are finished at every step, else all at
  // once.
  const bool one_by_one = static_cast<bool>(targets.replace);
  const std::optional<uint64_t> mask = one_by_one ? dropout_.draw(tape) : std::nullopt;
  const Variable embedded = one_by_one ? Variable{} : embed(tape, targets);
  const RecurrentStack::Draws draws = layers_.draw(tape);
  std::vector<std::vector<Variable>> weights;
  Unrolled unrolled = unroll_stepwise(
      tape, targets, std::move(state),
      [&](Tape& step_tape, int64_t t, std::span<const int32_t> words, DecoderState& before) {
        const int64_t active[] = {std::ssize(words)};
        const Variable x = one_by_one
                               ? dropout_(step_tape, embedding_(step_tape, words), active, mask)
                               : step_tape.slice(embedded, targets.packing.offsets()[t], active[0]);
        DecoderStep step = advance(step_tape, x, before, t + 1, draws);
        if (one_by_one) step.readout = finish(step_tape, step.readout);
        if (targets.keep_self_attention) weights.push_back(step.self_attention);
        return step;
      });
  if (!one_by_one) unrolled.readouts = finish(tape, unrolled.readouts);
  if (targets.keep_self_attention)
    unrolled.self_attention = intra_attention(tape, weights, targets.packing.lengths());
  return unrolled;
}

}  // namespace alinea
