#include "models/attention_costs.h"

#include "ops/attention_cost.h"
#include "ops/sum.h"

namespace alinea {

namespace {

// visit(n, t, row), for the row of each target word of each sentence and each head; its number is
// also its place in AttentionWeights::chosen.
template <typename Visit>
void for_each_look(std::span<const AttentionWeights> attention, const Batch& batch, Visit visit) {
  for (int64_t n = 0; n < batch.size; ++n)
    for (int64_t t = 0; t < batch.target_lengths[static_cast<size_t>(n)]; ++t) {
      const auto [block, step] = block_step(attention, t);
      const AttentionWeights& weights = attention[block];
      for (int64_t head = 0; head < weights.heads(); ++head)
        visit(n, t,
              ops::WeightRow{static_cast<int64_t>(block),
                             (n * weights.heads() + head) * weights.steps() + step});
    }
}

std::vector<Variable> alphas(std::span<const AttentionWeights> attention) {
  std::vector<Variable> alphas;
  for (const AttentionWeights& block : attention) alphas.push_back(block.alpha);
  return alphas;
}

// R_t - b_t of all words of a sentence.
std::vector<float> advantages(std::span<const float> log_probabilities, float baseline) {
  std::vector<float> result(log_probabilities.size());
  double sum = 0;
  for (size_t t = result.size(); t-- > 0;) {
    sum += static_cast<double>(log_probabilities[t]) - static_cast<double>(baseline);
    result[t] = static_cast<float>(sum);
  }
  return result;
}

Variable hard_cost(Tape& tape, std::span<const AttentionWeights> attention, const Batch& batch,
                   const Likelihood& likelihood, const AttentionCosts& costs) {
  std::vector<std::vector<float>> rewards;
  for (const std::vector<float>& words : likelihood.token_log_probabilities)
    rewards.push_back(advantages(words, costs.baseline));
  std::vector<ops::Reinforcement> looks;
  for_each_look(attention, batch, [&](int64_t n, int64_t t, const ops::WeightRow& row) {
    const AttentionWeights& weights = attention[static_cast<size_t>(row.part)];
    looks.push_back({row,
                     costs.drawn ? weights.chosen[static_cast<size_t>(row.row)] : ops::kNoPosition,
                     rewards[static_cast<size_t>(n)][static_cast<size_t>(t)]});
  });
  return ops::reinforcement(tape, alphas(attention), looks, costs.entropy);
}

Variable doubly_stochastic_cost(Tape& tape, std::span<const AttentionWeights> attention,
                                const Batch& batch, const AttentionCosts& costs) {
  std::vector<ops::LookingRow> looks;
  for_each_look(attention, batch, [&](int64_t n, int64_t, const ops::WeightRow& row) {
    looks.push_back({row, n, costs.positions[static_cast<size_t>(n)]});
  });
  const float share = 1.0F / static_cast<float>(attention.front().heads());
  return ops::uneven_attention(tape, alphas(attention), looks, share, costs.doubly_stochastic);
}

}  // namespace

std::vector<ops::PositionChoice> drawn_choices(Random& random, int64_t sentences) {
  const uint64_t seed = random.next();
  std::vector<ops::PositionChoice> choices;
  for (int64_t n = 0; n < sentences; ++n) {
    const uint64_t own = mix(seed + static_cast<uint64_t>(n));
    choices.push_back(
        {own % 2 == 0 ? ops::PositionChoice::Kind::kDrawn : ops::PositionChoice::Kind::kExpected,
         own});
  }
  return choices;
}

Variable attention_costs(Tape& tape, std::span<const AttentionWeights> attention,
                         const Batch& batch, const Likelihood& likelihood,
                         const AttentionCosts& costs) {
  Variable sum;
  if (costs.hard) sum = hard_cost(tape, attention, batch, likelihood, costs);
  if (costs.doubly_stochastic == 0) return sum;
  return ops::add_present(tape, sum, doubly_stochastic_cost(tape, attention, batch, costs));
}

}  // namespace alinea
