// Learning to find the words that belong into the blanks of queries, judged by loss and accuracy.
#pragma once

#include "models/reading.h"
#include "text/batch.h"
#include "text/reading_text.h"
#include "training/task.h"

namespace alinea {

class ReadingTask : public Task {
 public:
  // kTokens of the batch options counts words of documents and queries. Everything must outlive the
  // task.
  ReadingTask(Reader& model, const ReadingData& data, const BatchOptions& batch);

  static TaskTerms task_terms();

  const TaskTerms& terms() const override { return terms_; }
  ParameterStore& parameters() override { return model_.parameters(); }
  int64_t size() const override { return data_.training.size(); }
  int64_t line(int64_t example) const override { return data_.training.line(example); }
  int64_t cost(std::span<const int64_t> examples) const override;
  double bytes_of_cost() const override;
  EpochBatches batches(uint64_t seed, int64_t epoch) override;
  // Σ -log P(answer), counted by questions.
  BatchLoss loss(Tape& tape, std::span<const int64_t> examples) const override;
  // Questions whose answer does not stand in the document are none of the loss and count as wrong.
  Validation validate(Group& group) const override;

 private:
  Reader& model_;
  const ReadingData& data_;
  BatchOptions batch_;
  TaskTerms terms_;
};

}  // namespace alinea
