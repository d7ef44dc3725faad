#include "attention/attention.h"

#include <fmt/format.h>

#include "ops/rows.h"
#include "support/error.h"

namespace alinea {

namespace {

// The weights of several heads as one: parts [N, T, S] -> [N, heads, T, S].
AttentionWeights joined(Tape& tape, std::span<const AttentionHead::Result> parts) {
  const Shape& shape = parts[0].alpha.shape();
  const int64_t batch = shape[0], steps = shape[1], heads = std::ssize(parts);
  std::vector<Variable> alphas, centres;
  const std::span<ops::Window> windows = tape.arena().array<ops::Window>(batch * heads * steps);
  for (int64_t head = 0; head < heads; ++head) {
    const AttentionHead::Result& part = parts[head];
    alphas.push_back(part.alpha.reshaped({batch, steps * shape[2]}));
    if (part.focus.centres) centres.push_back(part.focus.centres.reshaped({batch, steps}));
    for (int64_t n = 0; n < batch; ++n)
      for (int64_t t = 0; t < steps; ++t)
        windows[(n * heads + head) * steps + t] = part.focus.windows[n * steps + t];
  }
  return {ops::concatenate(tape, alphas).reshaped({batch, heads, steps, shape[2]}), windows,
          centres.empty() ? Variable{}
                          : ops::concatenate(tape, centres).reshaped({batch, heads, steps})};
}

AttentionWeights single(const AttentionHead::Result& part) {
  const Shape& shape = part.alpha.shape();
  const Variable& centres = part.focus.centres;
  return {part.alpha.reshaped({shape[0], 1, shape[1], shape[2]}), part.focus.windows,
          centres ? centres.reshaped({shape[0], 1, shape[1]}) : Variable{}};
}

}  // namespace

Attention::Attention(ParameterStore& store, const std::string& prefix,
                     const AttentionOptions& options, const AttentionSizes& sizes)
    : context_size_(sizes.states), has_coverage_(options.coverage) {
  if (options.heads == 1) {
    heads_.emplace_back(store, prefix, options, sizes);
    return;
  }
  if (sizes.attention % options.heads != 0)
    throw UsageError(
        "expected an attention size that {} heads divide, got {}: change "
        "--attention-heads or --attention-size",
        options.heads, sizes.attention);
  const int64_t size = sizes.attention / options.heads;
  context_size_ = sizes.attention;
  for (int64_t head = 0; head < options.heads; ++head) {
    const std::string name = fmt::format("{}.head{}", prefix, head);
    projections_.push_back({Linear(store, name + ".project.query", sizes.query, size),
                            Linear(store, name + ".project.keys", sizes.states, size),
                            Linear(store, name + ".project.values", sizes.states, size)});
    heads_.emplace_back(store, name, options, AttentionSizes{size, size, size, sizes.positions});
  }
}

std::vector<Variable> Attention::remember(Tape& tape, const Variable& states) const {
  if (projections_.empty()) return heads_[0].remember(tape, states, states);
  std::vector<Variable> blocks;
  for (size_t i = 0; i < heads_.size(); ++i)
    for (const Variable& block : heads_[i].remember(tape, projections_[i].keys(tape, states),
                                                    projections_[i].values(tape, states)))
      blocks.push_back(block);
  return blocks;
}

Attention::Result Attention::operator()(Tape& tape, const Variable& query,
                                        const AttentionMemory& memory,
                                        std::span<const int64_t> positions,
                                        std::span<Variable> covered) const {
  std::vector<AttentionHead::Result> parts;
  std::vector<Variable> contexts;
  for (size_t i = 0; i < heads_.size(); ++i) {
    const size_t count = heads_[i].block_count();
    const Variable projected = projections_.empty() ? query : projections_[i].query(tape, query);
    parts.push_back(heads_[i](tape, projected,
                              {memory.blocks.subspan(i * count, count), memory.lengths}, positions,
                              covered.empty() ? nullptr : &covered[i]));
    contexts.push_back(parts.back().context);
  }
  if (parts.size() == 1) return {contexts[0], single(parts[0])};
  return {ops::concatenate(tape, contexts), joined(tape, parts)};
}

}  // namespace alinea
