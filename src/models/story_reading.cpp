#include "models/story_reading.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "models/length_batches.h"
#include "ops/cross_entropy.h"

namespace alinea {

namespace {

StoryAnswer story_answer(std::span<const float> log_probabilities) {
  StoryAnswer answer;
  answer.log_probabilities.assign(log_probabilities.begin(), log_probabilities.end());
  answer.best =
      static_cast<int32_t>(std::ranges::max_element(log_probabilities) - log_probabilities.begin());
  answer.is_number = std::ranges::none_of(log_probabilities, [](float p) { return std::isnan(p); });
  return answer;
}

void keep_look(const AttentionWeights& weights, int64_t n, int64_t sentences, StoryAnswer& answer) {
  const AttentionValues values = weights.values();
  answer.attention.append(values, n, sentences - 1, sentences);
  if (values.taken.empty()) return;
  const auto taken =
      values.taken.subspan(static_cast<size_t>(n * values.steps), static_cast<size_t>(sentences));
  answer.steps.assign(taken.begin(), taken.end());
}

}  // namespace

std::vector<StoryAnswer> answer(const StoryNetwork& model, const StoryCorpus& corpus,
                                std::span<const int64_t> questions,
                                const StoryAnswerOptions& options) {
  std::vector<StoryAnswer> answers(questions.size());
  std::vector<int64_t> lengths;
  for (const int64_t q : questions) lengths.push_back(corpus.words_read(q));
  Arena arena;
  for (const std::vector<int64_t>& batch : batches_by_length(lengths, options.batch_size)) {
    arena.reset();
    Tape tape(arena, Tape::Mode::kInference);
    std::vector<int64_t> numbers;
    numbers.reserve(batch.size());
    for (const int64_t i : batch) numbers.push_back(questions[i]);
    const StoryStates states = model(tape, corpus, numbers, options.keep_attention);
    ops::log_softmax({states.logits.value(), states.logits.shape()});
    const auto classes = static_cast<size_t>(states.logits.columns());
    for (size_t n = 0; n < batch.size(); ++n) {
      StoryAnswer& result = answers[batch[n]];
      result = story_answer(states.logits.values().subspan(n * classes, classes));
      if (states.attention)
        keep_look(states.attention, static_cast<int64_t>(n), corpus.facts(numbers[n]) + 1, result);
    }
  }
  return answers;
}

std::vector<StoryAnswer> answer(const StoryNetwork& model, const StoryCorpus& corpus,
                                const StoryAnswerOptions& options) {
  std::vector<int64_t> all(static_cast<size_t>(corpus.size()));
  std::iota(all.begin(), all.end(), 0);
  return answer(model, corpus, all, options);
}

}  // namespace alinea
