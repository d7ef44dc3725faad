// A task that is nowhere in src: what one has to provide, and no more.
#pragma once

#include <algorithm>
#include <vector>

#include "layers/embedding.h"
#include "layers/linear.h"
#include "ops/batched_matmul.h"
#include "ops/cross_entropy.h"
#include "training/task.h"

namespace alinea {

// Which class a list of kLength words belongs to, from the mean of their vectors:
//   p = softmax(W mean_i(E x_i) + b)
class BagTask : public Task {
 public:
  static constexpr int64_t kLength = 4, kSize = 6;
  struct Example {
    std::vector<int32_t> words;
    int32_t label;
  };
  BagTask(std::vector<Example> examples, int64_t words, int64_t classes)
      : examples_(std::move(examples)),
        embedding_(store_, "embedding", words, kSize),
        output_(store_, "output", kSize, classes) {
    store_.allocate(ParameterStore::Gradients::kKept);
  }

  const TaskTerms& terms() const override { return terms_; }
  ParameterStore& parameters() override { return store_; }
  int64_t size() const override { return std::ssize(examples_); }
  int64_t cost(std::span<const int64_t> examples) const override { return std::ssize(examples); }

  EpochBatches batches(uint64_t seed, int64_t epoch) override {
    const auto extent = [](int64_t) { return Extent{kLength, 1, kLength}; };
    return EpochBatches({size(), extent}, {.size = 4}, seed, epoch);
  }

  BatchLoss loss(Tape& tape, std::span<const int64_t> examples) const override {
    const ops::CrossEntropy entropy =
        ops::cross_entropy(tape, logits(tape, examples), labels(examples));
    return {.objective = entropy.loss,
            .reported = static_cast<double>(entropy.loss.value()[0]),
            .count = std::ssize(examples)};
  }

  Validation validate(Group& /*group*/) const override {
    Validation validation{.loss = 0, .measures = {0}, .details = {}};
    for (int64_t i = 0; i < size(); ++i) {
      Arena arena;
      Tape tape(arena, Tape::Mode::kInference);
      const std::span<const float> scores = logits(tape, std::span(&i, 1)).values();
      const auto best = std::ranges::max_element(scores) - scores.begin();
      if (best == examples_[i].label) validation.measures[0] += 1.0 / static_cast<double>(size());
    }
    validation.loss = 1 - validation.measures[0];
    return validation;
  }

 private:
  Variable logits(Tape& tape, std::span<const int64_t> examples) const {
    const int64_t n = std::ssize(examples);
    std::vector<int32_t> words;
    for (const int64_t i : examples)
      words.insert(words.end(), examples_[i].words.begin(), examples_[i].words.end());
    const Variable shares = tape.zeros({n, 1, kLength});
    std::ranges::fill(shares.values(), 1.0F / kLength);
    const Variable vectors = embedding_(tape, words).reshaped({n, kLength, kSize});
    return output_(tape, ops::weighted_sum(tape, shares, vectors).reshaped({n, kSize}));
  }

  std::vector<int32_t> labels(std::span<const int64_t> examples) const {
    std::vector<int32_t> labels;
    for (const int64_t i : examples) labels.push_back(examples_[i].label);
    return labels;
  }

  std::vector<Example> examples_;
  ParameterStore store_;
  Embedding embedding_;
  Linear output_;
  TaskTerms terms_{"examples", false, {{"accuracy", "accuracy", Better::kHigher}}};
};

}  // namespace alinea
