#include "decoders/convolutional_decoder.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "ops/rows.h"
#include "ops/sum.h"

namespace alinea {

ConvolutionalDecoder::ConvolutionalDecoder(ParameterStore& store, const DecoderOptions& options,
                                           int64_t vocabulary)
    : options_(options.convolution),
      scales_gradients_(options.scale_gradients),
      input_(store, options.name, options_, vocabulary, /*features=*/0, options.embedding) {
  if (options.attention && options.state_size != options_.size)
    source_.emplace(store, options.name + ".source", options.state_size, options_.size, 1.0F);
  int64_t inputs = options_.channels.front();
  for (const int64_t channels : options_.channels) {
    const bool is_last = layers_.size() + 1 == options_.channels.size();
    const std::string name = fmt::format("{}.layer{}", options.name, layers_.size());
    layers_.push_back({ConvolutionBlock(store, name, options_, inputs, channels), std::nullopt});
    inputs = channels;
    if (!options.attention || !(options.every_layer_attends || is_last)) continue;
    ++attentions_;
    Attention attention(store, name + ".cross", *options.attention,
                        {options_.size, options_.size, options.attention_size,
                         options.attention->source_positions});
    const int64_t context = attention.context_size();
    layers_.back().cross.emplace(
        Cross{std::move(attention),
              NormalisedLinear(store, name + ".query", channels, options_.size, 1.0F),
              NormalisedLinear(store, name + ".context", context, channels, 1.0F)});
  }
  output_.emplace(store, options.name + ".output", inputs, options_.size, 1.0F);
}

DecoderState ConvolutionalDecoder::start(Tape& tape, int64_t sentences,
                                         const Encoded* encoded) const {
  DecoderState state = state_without_rows(sentences, encoded);
  for (const Layer& layer : layers_)
    if (layer.block.kept_size() > 0)
      state.rows.push_back(tape.zeros({sentences, layer.block.kept_size()}));
  if (attentions_ == 0) return state;
  Variable keys = attended_states(tape, encoded);  // z, [N, S, K]
  if (source_) keys = (*source_)(tape, keys);
  if (scales_gradients_)
    keys = ops::scale_gradient(tape, keys, 1.0F / static_cast<float>(attentions_));
  Variable values = keys;  // z + e
  if (encoded->vectors && !source_)
    values = ops::add(tape, keys, padded_rows(tape, encoded->vectors, encoded->layout));
  for (const Layer& layer : std::span(layers_).last(static_cast<size_t>(attentions_)))
    for (const Variable& block : layer.cross->attention.remember(tape, keys, values))
      state.blocks.push_back(block);
  return state;
}

// Sums of m values with weights that are about 1 / m have their variance back (section 3.4).
std::vector<float> ConvolutionalDecoder::source_scales(const DecoderState& state,
                                                       std::span<const int64_t> sentences) const {
  std::vector<float> scales;
  for (const int64_t n : sentences)
    scales.push_back(std::sqrt(static_cast<float>(state.lengths[static_cast<size_t>(n)])));
  return scales;
}

// √½ (x_t + W_c √m c_t + b_c),  c_t = attend(W_d x_t + b_d + g_t)
Variable ConvolutionalDecoder::look(Tape& tape, const Variable& x, int64_t l, Looks& looks) const {
  if (!layers_[l].cross) return x;
  const Cross& cross = *layers_[l].cross;
  const DecoderState& state = looks.state;
  const size_t count = state.blocks.size() / static_cast<size_t>(attentions_);
  const auto before = static_cast<size_t>(l + attentions_ - std::ssize(layers_));
  const std::span<const Variable> memory = std::span(state.blocks).subspan(before * count, count);
  Variable query = ops::add(tape, cross.query(tape, x), looks.vectors);  // d, [rows, E]
  if (!looks.padded.empty()) query = ops::gather_rows(tape, query, looks.padded);
  const auto [context, weights] = cross.attention(
      tape, query.reshaped({state.sentences(), std::ssize(looks.positions), options_.size}),
      {memory, state.lengths}, looks.positions, {}, looks.keep_attention);
  if (looks.keep_attention) looks.weights.push_back(weights);
  Variable seen = context.reshaped({context.rows(), context.columns()});
  if (!looks.cells.empty()) seen = ops::gather_rows(tape, seen, looks.cells);
  seen = ops::scale_rows(tape, seen, looks.scales);
  return ops::scaled_sum(tape, x, cross.context(tape, seen), kSumScale);
}

DecoderStep ConvolutionalDecoder::step(Tape& tape, std::span<const int32_t> words,
                                       DecoderState& state, int64_t position) const {
  const int64_t rows = std::ssize(words), width = rows / state.sentences();
  const std::vector<int64_t> positions(words.size(), position - 1), active{rows};
  std::vector<int64_t> sentences;
  for (int64_t r = 0; r < rows; ++r) sentences.push_back(r / width);
  auto [vectors, x] = input_(tape, words, positions, active);
  Looks looks{state,
              vectors,
              std::vector<int64_t>(static_cast<size_t>(width), position),
              {},
              {},
              source_scales(state, sentences),
              state.keep_attention,
              {}};
  Variable none;
  for (size_t l = 0; l < layers_.size(); ++l) {
    x = layers_[l].block.step(tape, x, state.rows.empty() ? none : state.rows[l]);
    x = look(tape, x, static_cast<int64_t>(l), looks);
  }
  return {(*output_)(tape, x), joined(tape, looks.weights, std::ssize(looks.weights))};
}

Unrolled ConvolutionalDecoder::unroll(Tape& tape, const Targets& targets,
                                      DecoderState state) const {
  if (targets.replace) replace_words(targets, state);
  const Packing& packing = targets.packing;
  const std::span<const int64_t> active = packing.active();
  std::vector<int64_t> positions, sentences;
  for (int64_t t = 0; t < std::ssize(active); ++t)
    for (int64_t n = 0; n < active[t]; ++n) {
      positions.push_back(t);
      sentences.push_back(n);
    }
  auto [vectors, x] = input_(tape, targets.words, positions, active);
  Looks looks{state,
              vectors,
              target_positions(std::ssize(active)),
              packing.padded(),
              packing.cells(),
              source_scales(state, sentences),
              targets.keep_attention,
              {}};
  const std::vector<int64_t> windows =
      window_rows(SequenceLayout(packing.lengths()), options_.kernel, options_.kernel - 1);
  for (size_t l = 0; l < layers_.size(); ++l)
    x = look(tape, layers_[l].block(tape, x, windows, active), static_cast<int64_t>(l), looks);
  Unrolled unrolled{(*output_)(tape, x), {}};
  if (!looks.weights.empty())
    unrolled.attention.push_back(joined(tape, looks.weights, std::ssize(looks.weights)));
  return unrolled;
}

}  // namespace alinea
