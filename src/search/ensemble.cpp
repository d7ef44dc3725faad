#include "search/ensemble.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "ops/log_mixture.h"
#include "support/counted.h"
#include "support/error.h"

namespace alinea {
namespace {

class EnsembleState : public State {
 public:
  EnsembleState(const Ensemble& ensemble, const Source& source, DecodingState::KeepAttention keep,
                std::span<DecodingMemory> memory, const StepOptions& options)
      : weights_(ensemble.weights) {
    for (size_t m = 0; m < ensemble.models.size(); ++m)
      states_.push_back(
          std::make_unique<DecodingState>(*ensemble.models[m], source, keep, memory[m], options));
  }

  int64_t sentences() const override { return states_[0]->sentences(); }
  int64_t vocabulary_size() const override { return states_[0]->vocabulary_size(); }
  int64_t source_length(int64_t sentence) const override {
    return states_[0]->source_length(sentence);
  }

  int32_t column(int64_t sentence, int32_t word) const override {
    return states_[0]->column(sentence, word);
  }
  int32_t word(int64_t sentence, int32_t column) const override {
    return states_[0]->word(sentence, column);
  }

  StepOutput advance(std::span<const Row> rows) override {
    std::vector<std::span<const float>> parts;
    StepOutput output;
    for (size_t m = 0; m < states_.size(); ++m) {
      const StepOutput part = states_[m]->advance(rows);
      parts.push_back(part.log_probabilities);
      add_attention(m, part.attention);
    }
    mixed_.resize(parts[0].size());
    ops::log_mixture(parts, weights_, mixed_);
    output.log_probabilities = mixed_;
    output.attention = attention_of_;
    return output;
  }

 private:
  // Members may have different numbers of heads: what is told is the mean over all of them.
  void add_attention(size_t member, const AttentionValues& values) {
    const auto width = static_cast<size_t>(values.width), steps = static_cast<size_t>(values.steps),
               heads = static_cast<size_t>(values.heads);
    if (member == 0) attention_.assign(values.alpha.size() / heads, 0);
    const float share = weights_[member] / static_cast<float>(heads);
    const size_t block = steps * width;  // [T, S] of a sentence and head
    for (size_t i = 0; i < values.alpha.size(); ++i)
      attention_[i / (heads * block) * block + i % block] += share * values.alpha[i];
    attention_of_ = {.alpha = attention_, .heads = 1, .steps = values.steps, .width = values.width};
  }

  std::vector<float> weights_;
  std::vector<std::unique_ptr<DecodingState>> states_;
  std::vector<float> mixed_;      // [rows, V]
  std::vector<float> attention_;  // [N, 1, T, S]
  AttentionValues attention_of_;
};

void check_attention(const Ensemble& ensemble, const Source& source) {
  for (const AutoregressiveModel* model : ensemble.models) {
    const std::optional<std::string> mode = model->attention_mode();
    if (mode == "global") continue;
    throw Error(
        "expected global attention in every model, because weights are averaged, but one has {}: "
        "use the models separately",
        mode ? "the mode " + *mode : "no attention");
  }
  const AutoregressiveModel& first = *ensemble.models[0];
  for (const AutoregressiveModel* model : ensemble.models)
    for (const int64_t length : source.lengths)
      if (model->source_positions(length) != first.source_positions(length))
        throw Error(
            "expected models that make equally many positions of a source, because weights are "
            "averaged, but of {} they make {} and {}: use the models separately",
            counted(length, "row"), first.source_positions(length),
            model->source_positions(length));
}

}  // namespace

Ensemble::Ensemble(std::span<const AutoregressiveModel* const> members,
                   std::span<const double> given)
    : models(members.begin(), members.end()) {
  if (!given.empty() && given.size() != models.size())
    throw UsageError("expected a weight for each of {}, got {}", counted(models.size(), "model"),
                     given.size());
  for (const double weight : given)
    if (!(weight > 0) || !std::isfinite(weight))
      throw UsageError("the weight of a model must be above 0, not {}", weight);
  for (const AutoregressiveModel* model : models)
    if (model->vocabulary_size() != models[0]->vocabulary_size())
      throw Error("models of an ensemble require the same target vocabulary, not {} and {} words",
                  models[0]->vocabulary_size(), model->vocabulary_size());
  for (const AutoregressiveModel* model : models)
    if ((model->copying() == nullptr) != (models[0]->copying() == nullptr))
      throw Error("expected models that all copy words of the source, or none of which does");
  std::vector<double> shares(given.begin(), given.end());
  shares.resize(models.size(), 1.0);
  const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
  for (const double share : shares) weights.push_back(static_cast<float>(share / sum));
}

std::unique_ptr<State> make_state(const Ensemble& ensemble, const Source& source,
                                  DecodingState::KeepAttention keep,
                                  std::span<DecodingMemory> memory, const StepOptions& options) {
  if (ensemble.models.size() == 1)
    return std::make_unique<DecodingState>(*ensemble.models[0], source, keep, memory[0], options);
  if (keep != DecodingState::KeepAttention::kNo) check_attention(ensemble, source);
  return std::make_unique<EnsembleState>(ensemble, source, keep, memory, options);
}

}  // namespace alinea
