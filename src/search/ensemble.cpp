#include "search/ensemble.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "ops/log_mixture.h"
#include "support/error.h"

namespace alinea {
namespace {

class EnsembleState : public State {
 public:
  EnsembleState(const Ensemble& ensemble, const Sources& sources, DecodingState::KeepAttention keep,
                std::span<const std::vector<int32_t>> words)
      : weights_(ensemble.weights) {
    for (const Seq2Seq* model : ensemble.models)
      states_.push_back(std::make_unique<DecodingState>(*model, sources, keep, words));
  }

  int64_t sentences() const override { return states_[0]->sentences(); }
  int64_t vocabulary_size() const override { return states_[0]->vocabulary_size(); }
  int64_t source_length(int64_t sentence) const override {
    return states_[0]->source_length(sentence);
  }

  StepOutput advance(std::span<const Row> rows) override {
    std::vector<std::span<const float>> parts;
    StepOutput output;
    for (size_t m = 0; m < states_.size(); ++m) {
      const StepOutput part = states_[m]->advance(rows);
      parts.push_back(part.log_probabilities);
      if (m == 0) attention_.assign(part.attention.size(), 0);
      for (size_t i = 0; i < attention_.size(); ++i)
        attention_[i] += weights_[m] * part.attention[i];
      output.source_width = part.source_width;
    }
    mixed_.resize(parts[0].size());
    ops::log_mixture(parts, weights_, mixed_);
    output.log_probabilities = mixed_;
    output.attention = attention_;
    return output;
  }

 private:
  std::vector<float> weights_;
  std::vector<std::unique_ptr<DecodingState>> states_;
  std::vector<float> mixed_;      // [rows, V]
  std::vector<float> attention_;  // [rows, source_width]
};

void check_attention(const Ensemble& ensemble) {
  for (const Seq2Seq* model : ensemble.models) {
    const ModelOptions& options = model->options();
    if (options.has_attention() && options.attention_mode == "global") continue;
    throw Error(
        "expected global attention in every model, because weights are averaged, but one has {}: "
        "use the models separately",
        options.has_attention() ? "the mode " + options.attention_mode : "no attention");
  }
}

}  // namespace

Ensemble::Ensemble(std::span<const Seq2Seq* const> members, std::span<const double> given)
    : models(members.begin(), members.end()) {
  if (!given.empty() && given.size() != models.size())
    throw UsageError("expected a weight for each of {} models, got {}", models.size(),
                     given.size());
  for (const double weight : given)
    if (!(weight > 0) || !std::isfinite(weight))
      throw UsageError("the weight of a model must be above 0, not {}", weight);
  for (const Seq2Seq* model : models)
    if (model->vocabularies().target != models[0]->vocabularies().target)
      throw Error("models of an ensemble require the same target vocabulary, not {} and {} words",
                  models[0]->vocabularies().target, model->vocabularies().target);
  std::vector<double> shares(given.begin(), given.end());
  shares.resize(models.size(), 1.0);
  const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
  for (const double share : shares) weights.push_back(static_cast<float>(share / sum));
}

std::unique_ptr<State> make_state(const Ensemble& ensemble, const Sources& sources,
                                  DecodingState::KeepAttention keep,
                                  std::span<const std::vector<int32_t>> words) {
  if (ensemble.models.size() == 1)
    return std::make_unique<DecodingState>(*ensemble.models[0], sources, keep, words);
  if (keep == DecodingState::KeepAttention::kYes) check_attention(ensemble);
  return std::make_unique<EnsembleState>(ensemble, sources, keep, words);
}

}  // namespace alinea
