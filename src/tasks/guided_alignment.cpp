#include "tasks/guided_alignment.h"

#include <algorithm>

#include "ops/batched_matmul.h"
#include "support/name_table.h"

namespace alinea {

namespace {

const NameTable<ops::AlignmentCost> kCosts("alignment cost",
                                           {{"ce", ops::AlignmentCost::kCrossEntropy},
                                            {"mse", ops::AlignmentCost::kSquaredError},
                                            {"mult", ops::AlignmentCost::kProduct}});

void check_inside(const Links& links, int64_t source_tokens, int64_t target_tokens) {
  if (const auto link = link_outside(links, source_tokens, target_tokens))
    throw Error(
        "expected links between {} source and {} target tokens, got {}-{}: positions are those "
        "of the tokens that the model reads, counted from 0",
        source_tokens, target_tokens, link->source, link->target);
}

// Rows of the reference alignment for one batch, in the order of its sentences.
class RowsOfBatch {
 public:
  explicit RowsOfBatch(std::span<const AttentionWeights> blocks) : blocks_(blocks) {}

  // Target word t of sentence n should look at source word s; t in ascending order.
  void link(int64_t n, int64_t t, int32_t s) {
    const auto [block, step] = block_step(blocks_, t);
    const auto part = static_cast<int64_t>(block);
    const int64_t row = n * blocks_[block].steps() + step;
    const auto end = std::ssize(rows_.sources);
    if (rows_.rows.empty() || rows_.rows.back().part != part || rows_.rows.back().row != row)
      rows_.rows.push_back({part, row, end, end});
    rows_.sources.push_back(s);
    ++rows_.rows.back().end;
  }
  const ops::LinkedRows& rows() const { return rows_; }

 private:
  std::span<const AttentionWeights> blocks_;
  ops::LinkedRows rows_;
};

// The mean of the heads that are guided, [N, T, S].
Variable guided_heads(Tape& tape, const AttentionWeights& weights, int64_t layer, int64_t head) {
  const Shape& shape = weights.alpha.shape();
  const int64_t batch = shape[0], heads = shape[1], steps = shape[2], width = shape[3];
  if (heads == 1) return weights.alpha.reshaped({batch, steps, width});
  const int64_t each = heads / weights.layers;
  if (layer >= weights.layers || head >= each)
    throw UsageError("expected a layer below {} and a head below {} to be guided, got {} and {}",
                     weights.layers, each, layer, head);
  const int64_t guided = (layer < 0 ? weights.layers : 1) * (head < 0 ? each : 1);
  const Variable shares = tape.zeros({batch, 1, heads});
  for (int64_t i = 0; i < batch * heads; ++i) {
    const int64_t own = i % heads;
    const bool is_guided = (layer < 0 || own / each == layer) && (head < 0 || own % each == head);
    shares.value()[i] = is_guided ? 1.0F / static_cast<float>(guided) : 0.0F;
  }
  return ops::weighted_sum(tape, shares, weights.alpha.reshaped({batch, heads, steps * width}))
      .reshaped({batch, steps, width});
}

}  // namespace

std::vector<std::string> alignment_cost_names() { return kCosts.names(); }

GuidedAlignment::GuidedAlignment(const std::filesystem::path& file, const ParallelCorpus& corpus,
                                 const GuidedAlignmentOptions& options, WordLinks* words)
    : cost_(kCosts[options.cost]),
      weight_(static_cast<float>(options.weight)),
      layer_(options.layer),
      head_(options.head),
      shifted_(options.shifted || options.full_context),
      to_end_(options.to_end),
      links_(corpus.placement()) {
  LinkReader reader(file);
  int64_t index = 0;
  for (Links links; reader.next(links);) {
    if (words != nullptr) words->next();
    if (index == corpus.size() || corpus.line(index) != reader.line_number()) continue;
    try {
      if (words != nullptr) links = words->to_tokens(links);
      check_inside(links, std::ssize(corpus.source(index)), std::ssize(corpus.target(index)));
    } catch (const Error& error) {
      throw Error("{}:{}: {}", file.string(), reader.line_number(), error.what());
    }
    std::ranges::sort(links, {},
                      [](const Link& link) { return std::pair(link.target, link.source); });
    links_.append(links);
    ++index;
  }
  if (reader.line_number() != corpus.report().lines())
    throw Error("expected as many lines in '{}' as the training texts have, {}, got {}",
                file.string(), corpus.report().lines(), reader.line_number());
  links_.finish();
}

Variable GuidedAlignment::loss(Tape& tape, std::span<const AttentionWeights> attention,
                               const Batch& batch) const {
  RowsOfBatch reference(attention);
  for (int64_t n = 0; n < batch.size; ++n) {
    const auto sentence = static_cast<size_t>(n);
    const int64_t end = batch.target_lengths[sentence] - 1;
    const auto source_end = static_cast<int32_t>(batch.source_lengths[sentence] - 1);
    const int64_t step = shifted_ ? 1 : 0;  // that is asked about a word, from its own
    const std::span<const Link> pair = links(batch.index[sentence]);
    auto link = pair.begin();
    for (int64_t t = 0; t < end; ++t) {
      if (to_end_ && !pair.empty() && (link == pair.end() || link->target != t))
        reference.link(n, t + step, source_end);
      for (; link != pair.end() && link->target == t; ++link)
        reference.link(n, t + step, link->source);
    }
    if (!shifted_) reference.link(n, end, source_end);
  }
  std::vector<Variable> weights;
  for (const AttentionWeights& block : attention)
    weights.push_back(guided_heads(tape, block, layer_, head_));
  return ops::alignment_cost(tape, weights, reference.rows(), cost_, weight_);
}

}  // namespace alinea
