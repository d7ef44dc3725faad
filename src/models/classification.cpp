#include "models/classification.h"

#include <algorithm>
#include <numeric>

#include "ops/cross_entropy.h"

namespace alinea {

namespace {

// What bounds the memory of a batch.
constexpr int64_t kMostWords = 1 << 14;

int64_t words_in(const DocumentCorpus& corpus, int64_t document) {
  return std::ssize(corpus.words(document));
}

// The documents by length, cut into batches.
std::vector<std::vector<int64_t>> batches_of(const DocumentCorpus& corpus, int64_t size) {
  std::vector<int64_t> order(static_cast<size_t>(corpus.size()));
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, {}, [&](int64_t d) { return words_in(corpus, d); });
  std::vector<std::vector<int64_t>> batches;
  int64_t words = 0;
  for (const int64_t d : order) {
    words += words_in(corpus, d);
    if (batches.empty() || std::ssize(batches.back()) >= size || words > kMostWords) {
      batches.emplace_back();
      words = words_in(corpus, d);
    }
    batches.back().push_back(d);
  }
  return batches;
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
                                     const ClassificationOptions& options) {
  using Keep = DocumentClassifier::Keep;
  std::vector<Classification> results(static_cast<size_t>(corpus.size()));
  Arena arena;
  for (const std::vector<int64_t>& batch : batches_of(corpus, options.batch_size)) {
    arena.reset();
    Tape tape(arena, Tape::Mode::kInference);
    Classified classified =
        model(tape, corpus, batch, options.keep_weights ? Keep::kWeights : Keep::kNothing);
    const Variable& logits = classified.logits;
    ops::log_softmax({logits.value(), logits.shape()});
    const auto classes = static_cast<size_t>(logits.columns());
    for (size_t n = 0; n < batch.size(); ++n) {
      results[batch[n]] = classification(logits.values().subspan(n * classes, classes));
      if (!classified.weights.empty()) results[batch[n]].weights = std::move(classified.weights[n]);
    }
  }
  return results;
}

}  // namespace alinea
