#include "decoders/transformer_decoder.h"

#include <fmt/format.h>

#include "ops/rows.h"

namespace alinea {

namespace {

// For each cell of [N, T], its row where the sentences stand one behind the other.
std::vector<int64_t> padded_by_sentence(const Packing& packing) {
  std::vector<int64_t> cells;
  int64_t next = 0;
  for (const int64_t length : packing.lengths())
    for (int64_t t = 0; t < packing.lengths().front(); ++t)
      cells.push_back(t < length ? next++ : ops::kNoRow);
  return cells;
}

// And back.
std::vector<int64_t> cells_by_sentence(const Packing& packing) {
  std::vector<int64_t> cells;
  for (int64_t n = 0; n < std::ssize(packing.lengths()); ++n)
    for (int64_t t = 0; t < packing.lengths()[n]; ++t)
      cells.push_back(n * packing.lengths().front() + t);
  return cells;
}

}  // namespace

TransformerDecoder::TransformerDecoder(ParameterStore& store, const DecoderOptions& options,
                                       int64_t vocabulary)
    : options_(options.transformer),
      input_(store, options.name, options_, vocabulary, options.embedding),
      steps_(store, options.name, options_) {
  const int64_t size = options_.size;
  for (int64_t l = 0; l < (options_.universal ? 1 : options_.layers); ++l) {
    const std::string name = fmt::format("{}.layer{}", options.name, l);
    const std::string self = name + ".self", cross = name + ".cross",
                      feed_forward = name + ".feed_forward";
    layers_.push_back(
        {Sublayer(store, self, options_),
         SelfAttention(store, self, options_, SelfAttention::Sees::kPast, options.full_context),
         std::nullopt, std::nullopt, Sublayer(store, feed_forward, options_),
         FeedForward(store, feed_forward, options_)});
    if (!options.attention) continue;
    AttentionOptions attention_options = *options.attention;
    attention_options.heads = options_.heads;
    attention_options.projected = true;
    attention_options.dropout = options_.attention_dropout;
    layers_.back().around_cross.emplace(store, cross, options_);
    layers_.back().cross.emplace(
        Cross{Attention(store, cross, attention_options,
                        {size, options.state_size, size, attention_options.source_positions}),
              Linear(store, cross + ".output", size, size)});
  }
  if (options_.norm == NormPlace::kPre) norm_.emplace(store, options.name + ".norm", size);
}

DecoderState TransformerDecoder::start(Tape& tape, int64_t sentences,
                                       const Encoded* encoded) const {
  DecoderState state = state_without_rows(sentences, encoded);
  if (!layers_[0].cross) return state;
  const Variable states = attended_states(tape, encoded);  // [N, S, K]
  for (const Layer& layer : layers_)
    for (const Variable& block : layer.cross->attention.remember(tape, states))
      state.blocks.push_back(block);
  return state;
}

std::span<const Variable> TransformerDecoder::memory(const DecoderState& state, int64_t l) const {
  const size_t count = state.blocks.size() / layers_.size();
  return std::span(state.blocks)
      .subspan(options_.universal ? 0 : static_cast<size_t>(l) * count, count);
}

DecoderStep TransformerDecoder::step(Tape& tape, std::span<const int32_t> words,
                                     DecoderState& state, int64_t position) const {
  const int64_t rows = std::ssize(words), sentences = state.sentences();
  const std::vector<int64_t> positions(words.size(), position - 1);
  const std::vector<int64_t> target(static_cast<size_t>(rows / sentences), position);
  state.rows.resize(static_cast<size_t>(2 * options_.layers));
  std::vector<AttentionWeights> weights;
  Variable x = input_(tape, words, positions);
  // All of them: later positions look at what each one kept of this one.
  const LayerSteps::Result result = steps_(tape, x, /*all=*/true, [&](Variable hidden, int64_t l) {
    const Layer& layer = this->layer(l);
    SelfAttention::Cache cache{state.rows[2 * l], state.rows[2 * l + 1]};
    hidden = input_.before_layer(tape, hidden, positions, l);
    hidden = layer.around_self(
        tape, hidden, [&](const Variable& y) { return layer.self.step(tape, y, cache, position); });
    state.rows[2 * l] = cache.keys;
    state.rows[2 * l + 1] = cache.values;
    if (layer.cross)
      hidden = (*layer.around_cross)(tape, hidden, [&](const Variable& y) {
        const auto [context, cross] = layer.cross->attention(
            tape, y.reshaped({sentences, rows / sentences, options_.size}),
            {memory(state, l), state.lengths}, target, {}, state.keep_attention);
        if (state.keep_attention) weights.push_back(cross);
        return layer.cross->output(tape, context.reshaped({rows, options_.size}));
      });
    return layer.around_feed_forward(
        tape, hidden, [&](const Variable& y) { return layer.feed_forward(tape, y); });
  });
  x = norm_ ? (*norm_)(tape, result.output) : result.output;
  DecoderStep step{x, joined(tape, weights, std::ssize(weights))};
  step.attention.taken = result.taken;
  return step;
}

TransformerDecoder::Rows::Rows(const Targets& targets)
    : lengths(targets.packing.lengths()),
      of_packed(packed_rows(SequenceLayout(lengths))),
      padded(padded_by_sentence(targets.packing)),
      cells(cells_by_sentence(targets.packing)),
      positions(positions_within(lengths)),
      words(targets.words.size()) {
  for (size_t r = 0; r < words.size(); ++r) words[of_packed[r]] = targets.words[r];
}

Variable TransformerDecoder::look_at_source(Tape& tape, const Variable& x, int64_t l,
                                            const Rows& rows, const DecoderState& state,
                                            std::vector<AttentionWeights>* weights) const {
  const Layer& layer = this->layer(l);
  const int64_t sentences = std::ssize(rows.lengths), steps = rows.lengths.front();
  return (*layer.around_cross)(tape, x, [&](const Variable& y) {
    const Variable queries =
        ops::gather_rows(tape, y, rows.padded).reshaped({sentences, steps, options_.size});
    const auto [context, cross] =
        layer.cross->attention(tape, queries, {memory(state, l), state.lengths},
                               target_positions(steps), {}, weights != nullptr);
    if (weights != nullptr) weights->push_back(cross);
    return layer.cross->output(tape, ops::gather_rows(tape, context, rows.cells));
  });
}

Unrolled TransformerDecoder::unroll(Tape& tape, const Targets& targets, DecoderState state) const {
  if (targets.replace) replace_words(targets, state);
  const Rows rows(targets);
  std::vector<AttentionWeights> weights, self_weights;
  Variable x = input_(tape, rows.words, rows.positions);  // [rows, d]
  // Weights are those of all steps, whatever other positions need.
  const bool all = targets.keep_attention || targets.keep_self_attention;
  const LayerSteps::Result result = steps_(tape, x, all, [&](Variable hidden, int64_t l) {
    const Layer& layer = this->layer(l);
    hidden = input_.before_layer(tape, hidden, rows.positions, l);
    Variable alpha;
    hidden = layer.around_self(tape, hidden, [&](const Variable& y) {
      return layer.self(tape, y, rows.lengths, targets.keep_self_attention ? &alpha : nullptr);
    });
    if (alpha) self_weights.push_back(self_attention(tape, alpha, rows.lengths, /*causal=*/true));
    if (layer.cross)
      hidden =
          look_at_source(tape, hidden, l, rows, state, targets.keep_attention ? &weights : nullptr);
    return layer.around_feed_forward(
        tape, hidden, [&](const Variable& y) { return layer.feed_forward(tape, y); });
  });
  x = result.output;
  if (norm_) x = (*norm_)(tape, x);
  Unrolled unrolled{ops::gather_rows(tape, x, rows.of_packed), {}};
  const std::span<const float> taken =
      all ? taken_by_sentence(tape, result.taken, rows.lengths) : std::span<const float>();
  if (!weights.empty()) {
    unrolled.attention.push_back(joined(tape, weights, std::ssize(weights)));
    unrolled.attention.back().taken = taken;
  }
  unrolled.self_attention = joined(tape, self_weights, std::ssize(self_weights));
  unrolled.self_attention.taken = taken;
  unrolled.ponder = result.ponder;
  return unrolled;
}

AttentionWeights TransformerDecoder::full_context_attention(Tape& tape, const Targets& words,
                                                            const DecoderState& state,
                                                            int64_t layers) const {
  const Rows rows(words);
  std::vector<AttentionWeights> weights;
  Variable x = input_(tape, rows.words, rows.positions);
  for (int64_t l = 0; l < layers; ++l) {
    const Layer& layer = this->layer(l);
    x = input_.before_layer(tape, x, rows.positions, l);
    x = layer.around_self(tape, x, [&](const Variable& y) {
      return layer.self.in_full_context(tape, y, rows.lengths);
    });
    x = look_at_source(tape, x, l, rows, state, &weights);
    if (l + 1 < layers)
      x = layer.around_feed_forward(tape, x,
                                    [&](const Variable& y) { return layer.feed_forward(tape, y); });
  }
  return joined(tape, weights, std::ssize(weights));
}

}  // namespace alinea
