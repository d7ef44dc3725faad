// Learning to classify documents, judged by loss, accuracy and the mean F1 of the classes.
#pragma once

#include <string>
#include <vector>

#include "models/classification.h"
#include "text/batch.h"
#include "text/labelled_documents.h"
#include "training/task.h"

namespace alinea {

// A weight for each class by which its documents count in the loss. "none": 1; "balanced": the
// number of documents divided by that of the classes and that of the class's documents, so that
// every class has the same say. Throws UsageError for another kind.
std::vector<float> class_weights(const std::string& kind, const DocumentCorpus& corpus,
                                 int64_t classes);
std::vector<std::string> class_weight_names();

class ClassificationTask : public Task {
 public:
  struct Options {
    BatchOptions batch;  // kTokens counts words
    double label_smoothing = 0;
    std::string class_weights = "none";
  };
  // Everything must outlive the task.
  ClassificationTask(DocumentClassifier& model, const LabelledData& data, const Options& options);

  // "documents", or "pairs".
  static TaskTerms task_terms(const std::string& unit = "documents");

  const TaskTerms& terms() const override { return terms_; }
  ParameterStore& parameters() override { return model_.parameters(); }
  int64_t size() const override { return data_.training.size(); }
  int64_t cost(std::span<const int64_t> examples) const override;
  double bytes_of_cost() const override;
  EpochBatches batches(uint64_t seed, int64_t epoch) override;
  BatchLoss loss(Tape& tape, std::span<const int64_t> examples) const override;
  // Every document counts the same, whatever the class weights.
  Validation validate(Group& group) const override;

 private:
  DocumentClassifier& model_;
  const LabelledData& data_;
  Options options_;
  int64_t floats_of_word_;
  std::vector<float> class_weights_;
  TaskTerms terms_;
};

}  // namespace alinea
