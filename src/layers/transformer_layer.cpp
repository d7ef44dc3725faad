#include "layers/transformer_layer.h"

#include <algorithm>
#include <cmath>

#include "ops/activation.h"
#include "ops/dropout.h"
#include "ops/rows.h"
#include "ops/sum.h"
#include "support/name_table.h"

namespace alinea {

namespace {

const NameTable<Activation> kActivations("activation", {{"relu", Activation::kRelu},
                                                        {"gelu", Activation::kGelu}});
const NameTable<NormPlace> kNorms("place of the norm",
                                  {{"post", NormPlace::kPost}, {"pre", NormPlace::kPre}});

// Positions that a cache grows by.
constexpr int64_t kCacheStep = 16;

// Writes row `position` (from 0) of every sequence, x [R, d], into the cache [R, room, d].
void put(Tape& tape, const Variable& x, int64_t position, Variable& cache) {
  const int64_t rows = x.rows(), size = x.columns(), room = cache ? cache.shape()[1] : 0;
  if (position >= room) {
    const Variable larger = tape.zeros({rows, room + kCacheStep, size});
    for (int64_t r = 0; r < rows && room > 0; ++r)
      std::copy_n(cache.value() + r * room * size, room * size,
                  larger.value() + r * (room + kCacheStep) * size);
    cache = larger;
  }
  for (int64_t r = 0; r < rows; ++r)
    std::copy_n(x.value() + r * size, size,
                cache.value() + (r * cache.shape()[1] + position) * size);
}

}  // namespace

std::vector<std::string> activation_names() { return kActivations.names(); }
Activation activation_from_name(std::string_view name) { return kActivations[name]; }
std::vector<std::string> norm_names() { return kNorms.names(); }
NormPlace norm_from_name(std::string_view name) { return kNorms[name]; }

TransformerInput::TransformerInput(ParameterStore& store, const std::string& name,
                                   const TransformerOptions& options, int64_t vocabulary,
                                   const Parameter* shared)
    : universal_(options.universal),
      dropout_(options.embedding_dropout),
      embedding_(vocabulary == 0 ? std::nullopt
                                 : std::make_optional<Embedding>(
                                       store, name + ".embedding", vocabulary, options.size,
                                       transformer_embedding_limit(options.size), shared)),
      positions_(store, name + ".positions", options.positions, options.max_positions, options.size,
                 transformer_embedding_limit(options.size)) {}

Variable TransformerInput::operator()(Tape& tape, std::span<const int32_t> words,
                                      std::span<const int64_t> positions) const {
  const auto size = static_cast<float>(embedding_->weight().shape()[1]);
  return of_vectors(tape, ops::scale(tape, (*embedding_)(tape, words), std::sqrt(size)), positions);
}

Variable TransformerInput::of_vectors(Tape& tape, const Variable& x,
                                      std::span<const int64_t> positions) const {
  return ops::dropout(tape, universal_ ? x : positions_(tape, x, positions), dropout_);
}

Variable TransformerInput::before_layer(Tape& tape, const Variable& x,
                                        std::span<const int64_t> positions, int64_t layer) const {
  return universal_ ? positions_.add_step(tape, positions_(tape, x, positions), layer) : x;
}

FeedForward::FeedForward(ParameterStore& store, const std::string& name,
                         const TransformerOptions& options)
    : activation_(options.activation),
      dropout_(options.activation_dropout),
      inner_(store, name + ".inner", options.size, options.feed_forward_size),
      outer_(store, name + ".outer", options.feed_forward_size, options.size) {}

Variable FeedForward::operator()(Tape& tape, const Variable& x) const {
  const Variable inner = inner_(tape, x);
  return outer_(tape, activation_ == Activation::kRelu
                          ? ops::relu_in_place(tape, inner, dropout_)
                          : ops::dropout(tape, ops::gelu(tape, inner), dropout_));
}

LayerSteps::LayerSteps(ParameterStore& store, const std::string& name,
                       const TransformerOptions& options)
    : most_(options.layers), threshold_(options.halting_threshold) {
  if (!options.halting) return;
  halt_.emplace(store, name + ".halting", options.size, 1);
  store.at(name + ".halting.bias").start_from(1.0F, 0, 1);
}

SelfAttention::SelfAttention(ParameterStore& store, const std::string& name,
                             const TransformerOptions& options, Sees sees, bool in_full_context)
    : sees_(sees),
      heads_(options.heads),
      size_(options.size),
      window_(options.relative_window),
      dropout_(options.attention_dropout),
      query_(store, name + ".query", options.size, options.size),
      keys_(store, name + ".keys", options.size, options.size),
      values_(store, name + ".values", options.size, options.size),
      output_(store, name + ".output", options.size, options.size) {
  if (options.positions != PositionKind::kRelative) return;
  const int64_t size = options.size / heads_;
  const Shape table{(sees == Sees::kPast ? 1 : 2) * window_ + 1, size};
  relative_keys_ = &store.add(name + ".relative.keys", table, glorot_limit(table[0], size));
  relative_values_ = &store.add(name + ".relative.values", table, glorot_limit(table[0], size));
  if (sees != Sees::kPast || !in_full_context) return;
  const Shape later{window_, size};
  later_keys_ = &store.add(name + ".relative.later_keys", later, glorot_limit(table[0], size));
  later_values_ = &store.add(name + ".relative.later_values", later, glorot_limit(table[0], size));
}

ops::MultiHeadOptions SelfAttention::options(Tape& tape, Sees sees) const {
  const int64_t head_size = size_ / heads_;
  ops::MultiHeadOptions options{
      .heads = heads_,
      .scale = 1.0F / std::sqrt(static_cast<float>(head_size)),
      .causal = sees == Sees::kPast,
      .dropout = dropout_,
  };
  if (relative_keys_ == nullptr) return options;
  options.relative_keys = tape.use(*relative_keys_);
  options.relative_values = tape.use(*relative_values_);
  options.relative_window = window_;
  if (sees == sees_) return options;
  options.relative_keys = ops::stack(tape, {{options.relative_keys, tape.use(*later_keys_)}});
  options.relative_values = ops::stack(tape, {{options.relative_values, tape.use(*later_values_)}});
  return options;
}

ops::MultiHeadResult SelfAttention::look(Tape& tape, const Variable& x,
                                         std::span<const int64_t> lengths,
                                         const ops::MultiHeadOptions& options) const {
  std::vector<ops::AttentionSpan> spans;
  int64_t begin = 0;
  for (const int64_t length : lengths) {
    spans.push_back({begin, length, begin, length});
    begin += length;
  }
  return ops::multi_head_attention(tape, query_(tape, x), keys_(tape, x), values_(tape, x), spans,
                                   options);
}

Variable SelfAttention::operator()(Tape& tape, const Variable& x, std::span<const int64_t> lengths,
                                   Variable* alpha) const {
  ops::MultiHeadOptions options = this->options(tape, sees_);
  options.keep_weights = alpha != nullptr;
  const ops::MultiHeadResult result = look(tape, x, lengths, options);
  if (alpha != nullptr) *alpha = result.alpha;
  return output_(tape, result.context);
}

Variable SelfAttention::in_full_context(Tape& tape, const Variable& x,
                                        std::span<const int64_t> lengths) const {
  return output_(tape, look(tape, x, lengths, options(tape, Sees::kAll)).context);
}

Variable SelfAttention::step(Tape& tape, const Variable& x, Cache& cache, int64_t position) const {
  put(tape, keys_(tape, x), position - 1, cache.keys);
  put(tape, values_(tape, x), position - 1, cache.values);
  const int64_t rows = x.rows(), room = cache.keys.shape()[1];
  std::vector<ops::AttentionSpan> spans;
  for (int64_t r = 0; r < rows; ++r) spans.push_back({r, 1, r * room, position});
  const Shape all{rows * room, size_};
  const ops::MultiHeadResult result =
      ops::multi_head_attention(tape, query_(tape, x), cache.keys.reshaped(all),
                                cache.values.reshaped(all), spans, options(tape, sees_));
  return output_(tape, result.context);
}

}  // namespace alinea
