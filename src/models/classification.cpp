#include "models/classification.h"

#include <algorithm>
#include <numeric>

#include "models/length_batches.h"
#include "ops/cross_entropy.h"

namespace alinea {

namespace {

std::vector<int64_t> words_in(const DocumentCorpus& corpus, std::span<const int64_t> documents) {
  std::vector<int64_t> words;
  for (const int64_t document : documents) words.push_back(std::ssize(corpus.words(document)));
  return words;
}

Classification classification(std::span<const float> log_probabilities) {
  Classification result;
  result.log_probabilities.assign(log_probabilities.begin(), log_probabilities.end());
  result.label =
      static_cast<int32_t>(std::ranges::max_element(log_probabilities) - log_probabilities.begin());
  return result;
}

}  // namespace

std::vector<Classification> classify(const DocumentClassifier& model, const DocumentCorpus& corpus,
                                     std::span<const int64_t> documents,
                                     const ClassificationOptions& options) {
  std::vector<Classification> results(documents.size());
  Arena arena;
  for (const std::vector<int64_t>& batch :
       batches_by_length(words_in(corpus, documents), options.batch_size)) {
    check_not_cancelled(options.is_cancelled);
    arena.reset();
    Tape tape(arena, Tape::Mode::kInference);
    std::vector<int64_t> numbers = batch;
    for (int64_t& i : numbers) i = documents[i];
    Classified classified =
        model(tape, corpus, numbers, {options.keep_weights, options.keep_self_attention});
    const Variable& logits = classified.logits;
    ops::log_softmax({logits.value(), logits.shape()});
    const auto classes = static_cast<size_t>(logits.columns());
    for (size_t n = 0; n < batch.size(); ++n) {
      results[batch[n]] = classification(logits.values().subspan(n * classes, classes));
      if (!classified.weights.empty()) results[batch[n]].weights = std::move(classified.weights[n]);
      if (!classified.of_hypotheses.empty())
        results[batch[n]].of_hypothesis = std::move(classified.of_hypotheses[n]);
      if (!classified.of_premises.empty())
        results[batch[n]].of_premise = std::move(classified.of_premises[n]);
      if (!classified.self_attention.empty() && !model.options().has_sentence_level())
        results[batch[n]].self_attention = std::move(classified.self_attention[n]);
    }
  }
  return results;
}

std::vector<Classification> classify(const DocumentClassifier& model, const DocumentCorpus& corpus,
                                     const ClassificationOptions& options) {
  std::vector<int64_t> all(static_cast<size_t>(corpus.size()));
  std::iota(all.begin(), all.end(), 0);
  return classify(model, corpus, all, options);
}

}  // namespace alinea
