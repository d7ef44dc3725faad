#include "decoders/feed_forward_decoder.h"

#include "layers/convolution.h"
#include "ops/activation.h"
#include "ops/batched_matmul.h"
#include "ops/rows.h"
#include "text/vocabulary.h"

namespace alinea {

namespace {

// Of each packed target word, the last `count` words that are read, <s> in front of the first.
std::vector<int32_t> windows_of_words(const Targets& targets, int64_t count) {
  const Packing& packing = targets.packing;
  std::vector<int32_t> windows;
  for (int64_t t = 0; t < std::ssize(packing.active()); ++t)
    for (int64_t n = 0; n < packing.active()[t]; ++n)
      for (int64_t u = t - count + 1; u <= t; ++u)
        windows.push_back(u < 0 ? kBegin : targets.words[packing.row(n, u)]);
  return windows;
}

}  // namespace

FeedForwardDecoder::FeedForwardDecoder(ParameterStore& store, const DecoderOptions& options,
                                       int64_t vocabulary)
    : context_(options.context),
      smoothing_(options.smoothing_window),
      hidden_size_(options.hidden_size),
      context_size_(options.state_size),
      dropout_(options.dropout),
      embedding_(store, options.name + ".embedding", vocabulary, options.embedding_size,
                 kUsualEmbeddingLimit, options.embedding),
      hidden_(store, options.name + ".hidden", context_ * options.embedding_size, hidden_size_) {
  if (!options.attention) return;
  query_.emplace(store, options.name + ".query", vocabulary, options.embedding_size);
  attention_.emplace(store, "attention", *options.attention,
                     AttentionSizes{context_ * options.embedding_size, options.state_size,
                                    options.attention_size, options.attention->source_positions});
  context_size_ = attention_->context_size();
}

// Each state the mean of those at most Q words away, [N, S, K].
Variable FeedForwardDecoder::smoothed(Tape& tape, const Encoded& encoded) const {
  const int64_t width = 2 * smoothing_ + 1, rows = encoded.states.rows();
  const std::vector<int64_t> windows = window_rows(encoded.layout, width, smoothing_);
  const Variable shares = tape.zeros({rows, 1, width});
  for (int64_t r = 0; r < rows; ++r) {
    int64_t inside = 0;
    for (int64_t j = 0; j < width; ++j) inside += windows[r * width + j] != ops::kNoRow;
    for (int64_t j = 0; j < width; ++j)
      if (windows[r * width + j] != ops::kNoRow)
        shares.value()[r * width + j] = 1.0F / static_cast<float>(inside);
  }
  const Variable neighbours = ops::gather_rows(tape, encoded.states, windows)
                                  .reshaped({rows, width, encoded.states.columns()});
  const Variable means = ops::weighted_sum(tape, shares, neighbours);
  return padded_rows(tape, means.reshaped(encoded.states.shape()), encoded.layout);
}

DecoderState FeedForwardDecoder::start(Tape& tape, int64_t sentences,
                                       const Encoded* encoded) const {
  DecoderState state = state_without_rows(sentences, encoded);
  const Variable states = attended_states(tape, encoded);  // [N, S, K]
  if (attention_) {
    state.blocks =
        attention_->remember(tape, states, smoothing_ == 0 ? states : smoothed(tape, *encoded));
  } else {
    state.blocks = {mean_states(tape, *encoded)};
  }
  if (context_ == 1) return state;
  const std::vector<int32_t> begin(static_cast<size_t>(sentences * (context_ - 1)), kBegin);
  for (const Embedding* embedding : {&embedding_, query_ ? &*query_ : nullptr})
    if (embedding != nullptr) {
      const Variable words = (*embedding)(tape, begin);
      state.rows.push_back(words.reshaped({sentences, words.elements() / sentences}));
    }
  return state;
}

Variable FeedForwardDecoder::hidden(Tape& tape, const Variable& words,
                                    std::span<const int64_t> active) const {
  return ops::tanh(tape, hidden_(tape, dropout_(tape, words, active)));  // [R, H]
}

FeedForwardDecoder::LastWords FeedForwardDecoder::last_words(Tape& tape,
                                                             std::span<const int32_t> words) const {
  const auto side_by_side = [&](const Embedding& embedding) {
    const Variable all = embedding(tape, words);
    return all.reshaped({all.rows() / context_, context_ * all.columns()});
  };
  return {side_by_side(embedding_), query_ ? side_by_side(*query_) : Variable()};
}

DecoderStep FeedForwardDecoder::step(Tape& tape, std::span<const int32_t> words,
                                     DecoderState& state, int64_t position) const {
  const int64_t rows = std::ssize(words), width = rows / state.sentences();
  const std::vector<int64_t> active{rows};
  size_t place = 0;
  const auto joined_words = [&](const Embedding& embedding) {
    const Variable word = embedding(tape, words);
    if (context_ == 1) return word;
    Variable& kept = state.rows[place++];
    const Variable all = ops::concatenate(tape, {kept, word});  // [R, C E]
    kept = ops::columns(tape, all, word.columns(), kept.columns());
    return all;
  };
  const Variable h = hidden(tape, joined_words(embedding_), active);
  if (!attention_) {
    std::vector<int64_t> sentences;
    for (int64_t r = 0; r < rows; ++r) sentences.push_back(r / width);
    return {ops::concatenate(tape, {h, ops::gather_rows(tape, state.blocks[0], sentences)}), {}};
  }
  const std::vector<int64_t> positions(static_cast<size_t>(width), position);
  const Variable query = joined_words(*query_);
  const auto [context, weights] =
      (*attention_)(tape, query.reshaped({state.sentences(), width, query.columns()}),
                    {state.blocks, state.lengths}, positions, {}, state.keep_attention);
  return {ops::concatenate(tape, {h, context.reshaped({rows, context_size_})}), weights};
}

Unrolled FeedForwardDecoder::unroll(Tape& tape, const Targets& targets, DecoderState state) const {
  if (targets.replace) replace_words(targets, state);
  const Packing& packing = targets.packing;
  const LastWords words = last_words(tape, windows_of_words(targets, context_));
  const Variable h = hidden(tape, words.hidden, packing.active());
  if (!attention_) {
    std::vector<int64_t> sentences;
    for (const int64_t active : packing.active())
      for (int64_t n = 0; n < active; ++n) sentences.push_back(n);
    return {ops::concatenate(tape, {h, ops::gather_rows(tape, state.blocks[0], sentences)}), {}};
  }
  const int64_t steps = packing.lengths().front();
  const Variable queries =
      ops::gather_rows(tape, words.query, packing.padded())
          .reshaped({std::ssize(packing.lengths()), steps, words.query.columns()});
  const auto [padded, weights] = (*attention_)(tape, queries, {state.blocks, state.lengths},
                                               target_positions(steps), {}, targets.keep_attention);
  const Variable context = ops::gather_rows(tape, padded, packing.cells());
  Unrolled unrolled{ops::concatenate(tape, {h, context}), {}};
  if (weights) unrolled.attention.push_back(weights);
  return unrolled;
}

}  // namespace alinea
