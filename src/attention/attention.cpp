#include "attention/attention.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ops/multi_head_attention.h"
#include "ops/rows.h"
#include "support/error.h"

namespace alinea {

namespace {

// Weights that are computed at a time where nobody keeps them.
constexpr int64_t kMostWeights = int64_t{1} << 19;

AttentionWeights single(const AttentionHead::Result& part) {
  const Shape& shape = part.alpha.shape();
  const Variable& centres = part.focus.centres;
  return {part.alpha.reshaped({shape[0], 1, shape[1], shape[2]}),
          part.focus.windows,
          centres ? centres.reshaped({shape[0], 1, shape[1]}) : Variable{},
          /*layers=*/1,
          /*taken=*/{},
          part.chosen,
          part.energies ? part.energies.reshaped({shape[0], 1, shape[1], shape[2]}) : Variable{}};
}

}  // namespace

Attention::Attention(ParameterStore& store, const std::string& prefix,
                     const AttentionOptions& options, const AttentionSizes& sizes)
    : context_size_(sizes.states),
      carries_weights_(options.coverage || options.location_filters > 0),
      is_scaled_dot_(options.score == "scaled-dot" && options.mode == "global" &&
                     !carries_weights_ && options.sharpening == 1 && !options.smoothing &&
                     !options.hard),
      dropout_(options.dropout) {
  if (options.heads == 1 && !options.projected) {
    is_scaled_dot_ = false;
    heads_.emplace_back(store, prefix, options, sizes);
    return;
  }
  if (sizes.attention % options.heads != 0)
    throw UsageError("expected an attention size that {} heads divide, got {}: change one of them",
                     options.heads, sizes.attention);
  context_size_ = sizes.attention;
  const int64_t size = sizes.attention / options.heads;
  for (int64_t head = 0; head < options.heads; ++head)
    heads_.emplace_back(store, fmt::format("{}.head{}", prefix, head), options,
                        AttentionSizes{size, size, size, sizes.positions});
  const auto projection = [&](const char* name, int64_t inputs) {
    return Linear(store, prefix + name, inputs, sizes.attention);
  };
  Linear query = projection(".project.query", sizes.query);
  std::optional<Linear> keys;
  if (heads_[0].score().compares_keys()) keys.emplace(projection(".project.keys", sizes.states));
  projections_.emplace(Projections{query, keys, projection(".project.values", sizes.states)});
}

std::vector<Variable> Attention::first_weights(Tape& tape, int64_t sentences,
                                               int64_t positions) const {
  std::vector<Variable> weights;
  for (const AttentionHead& head : heads_)
    weights.push_back(head.first_weights(tape, sentences, positions));
  return weights;
}

std::vector<Variable> Attention::remember(Tape& tape, const Variable& keys,
                                          const Variable& values) const {
  if (!projections_) return heads_[0].remember(tape, keys, values);
  const Variable all_values = projections_->values(tape, values);
  const Variable all_keys = projections_->keys ? (*projections_->keys)(tape, keys) : all_values;
  if (is_scaled_dot_) return {all_values, all_keys};
  const int64_t size = context_size_ / heads();
  std::vector<Variable> blocks;
  for (int64_t i = 0; i < heads(); ++i) {
    const Variable own_values = ops::columns(tape, all_values, i * size, size);
    const Variable own_keys =
        projections_->keys ? ops::columns(tape, all_keys, i * size, size) : own_values;
    for (const Variable& block : heads_[i].remember(tape, own_keys, own_values))
      blocks.push_back(block);
  }
  return blocks;
}

// Scaled dot products of all heads in one operation.
Attention::Result Attention::all_at_once(Tape& tape, const Variable& query,
                                         const AttentionMemory& memory, bool keep_weights) const {
  const int64_t batch = query.shape()[0], steps = query.shape()[1];
  const Variable &values = memory.blocks[0], &keys = memory.blocks[1];
  const int64_t width = keys.shape()[1];
  std::vector<ops::AttentionSpan> spans;
  for (int64_t n = 0; n < batch; ++n)
    spans.push_back({n * steps, steps, n * width, memory.lengths[static_cast<size_t>(n)]});
  const int64_t size = context_size_ / heads();
  const auto rows = [](const Variable& x) { return x.reshaped({x.rows(), x.columns()}); };
  const auto [context, alpha, energies] = ops::multi_head_attention(
      tape, rows(projections_->query(tape, query)), rows(keys), rows(values), spans,
      {.heads = heads(),
       .scale = 1.0F / std::sqrt(static_cast<float>(size)),
       .dropout = dropout_,
       .keep_weights = keep_weights,
       .keep_energies = keep_weights && !tape.recording()});
  Result result{context.reshaped({batch, steps, context_size_}), {}};
  if (!keep_weights) return result;
  const std::span<ops::Window> windows = tape.arena().array<ops::Window>(batch * heads() * steps);
  for (size_t i = 0; i < windows.size(); ++i)
    windows[i] = {0, memory.lengths[i / static_cast<size_t>(heads() * steps)]};
  const bool is_whole = alpha.shape()[3] == width;  // no sentence is as long, in a search
  const auto whole = [&](const Variable& part) {
    return !part || is_whole ? part : ops::columns(tape, part, 0, width);
  };
  result.weights = {
      .alpha = whole(alpha), .windows = windows, .centres = {}, .energies = whole(energies)};
  return result;
}

// The weights of a few steps are computed and forgotten.
Attention::Result Attention::few_steps_at_a_time(Tape& tape, const Variable& query,
                                                 const AttentionMemory& memory,
                                                 std::span<const int64_t> positions) const {
  const int64_t batch = query.shape()[0], steps = query.shape()[1];
  const int64_t longest = *std::ranges::max_element(memory.lengths);
  const int64_t some = std::max<int64_t>(1, kMostWeights / (batch * longest));
  const Variable flat = query.reshaped({batch * steps, query.columns()});
  const Variable context = tape.zeros({batch, steps, context_size_});
  for (int64_t begin = 0; begin < steps; begin += some) {
    const int64_t count = std::min(some, steps - begin);
    const Arena::Temporary temporary(tape.arena());
    Tape passing(tape.arena(), Tape::Mode::kInference);  // what it keeps must not outlive it
    std::vector<int64_t> rows;
    for (int64_t n = 0; n < batch; ++n)
      for (int64_t t = begin; t < begin + count; ++t) rows.push_back(n * steps + t);
    const Variable part =
        ops::gather_rows(passing, flat, rows).reshaped({batch, count, query.columns()});
    const Variable found =
        one_by_one(passing, part, memory, positions.subspan(begin, count), {}).context;
    for (int64_t n = 0; n < batch; ++n)
      std::copy_n(found.value() + n * count * context_size_, count * context_size_,
                  context.value() + (n * steps + begin) * context_size_);
  }
  return {context, {}};
}

Attention::Result Attention::operator()(Tape& tape, const Variable& query,
                                        const AttentionMemory& memory,
                                        std::span<const int64_t> positions,
                                        std::span<Variable> carried, bool keep_weights) const {
  if (is_scaled_dot_) return all_at_once(tape, query, memory, keep_weights);
  if (!keep_weights && !tape.recording() && carried.empty())
    return few_steps_at_a_time(tape, query, memory, positions);
  return one_by_one(tape, query, memory, positions, carried);
}

// Head by head.
Attention::Result Attention::one_by_one(Tape& tape, const Variable& query,
                                        const AttentionMemory& memory,
                                        std::span<const int64_t> positions,
                                        std::span<Variable> carried) const {
  const int64_t size = context_size_ / heads();
  const Variable projected = projections_ ? projections_->query(tape, query) : query;
  std::vector<AttentionWeights> weights;
  std::vector<Variable> contexts;
  for (size_t i = 0; i < heads_.size(); ++i) {
    const size_t count = heads_[i].block_count();
    const Variable own = projections_
                             ? ops::columns(tape, projected, static_cast<int64_t>(i) * size, size)
                             : projected;
    const AttentionHead::Result head =
        heads_[i](tape, own,
                  {memory.blocks.subspan(i * count, count), memory.lengths, memory.choices,
                   static_cast<int64_t>(i), memory.reach},
                  positions, carried.empty() ? nullptr : &carried[i]);
    contexts.push_back(head.context);
    weights.push_back(single(head));
  }
  if (contexts.size() == 1) return {contexts[0], weights[0]};
  return {ops::concatenate(tape, contexts), joined(tape, weights, 1)};
}

}  // namespace alinea
