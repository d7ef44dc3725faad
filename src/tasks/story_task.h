// Learning to answer questions about stories, judged by loss and accuracy.
#pragma once

#include "models/story_reading.h"
#include "text/batch.h"
#include "text/story_text.h"
#include "training/task.h"

namespace alinea {

class StoryTask : public Task {
 public:
  struct Options {
    BatchOptions batch = {};  // kTokens counts words of facts and questions
    double label_smoothing = 0;
  };
  // Everything must outlive the task.
  StoryTask(StoryNetwork& model, const StoryData& data, const Options& options);

  static TaskTerms task_terms();

  const TaskTerms& terms() const override { return terms_; }
  ParameterStore& parameters() override { return model_.parameters(); }
  int64_t size() const override { return data_.training.size(); }
  int64_t line(int64_t example) const override { return data_.training.line(example); }
  int64_t cost(std::span<const int64_t> examples) const override;
  EpochBatches batches(uint64_t seed, int64_t epoch) override;
  // Σ -log P(answer), counted by questions.
  BatchLoss loss(Tape& tape, std::span<const int64_t> examples) const override;
  // Questions whose answer the training does not have are none of the loss and count as wrong.
  Validation validate(Group& group) const override;

 private:
  int64_t sentences(int64_t question) const { return data_.training.facts(question) + 1; }

  StoryNetwork& model_;
  const StoryData& data_;
  Options options_;
  TaskTerms terms_;
};

}  // namespace alinea
