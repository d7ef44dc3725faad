// Learning to classify pictures by glimpses.
#pragma once

#include "models/picture_classification.h"
#include "text/labels.h"
#include "training/task.h"

namespace alinea {

class GlimpseTask : public Task {
 public:
  struct Data {
    const PictureSet& training;
    const PictureSet& validation;
    const Labels& labels;
  };
  struct Options {
    BatchOptions batch;
    double label_smoothing = 0;
  };
  // Everything but the options must outlive the task.
  GlimpseTask(GlimpseClassifier& model, const Data& data, const Options& options);

  const TaskTerms& terms() const override { return terms_; }
  ParameterStore& parameters() override { return model_.parameters(); }
  int64_t size() const override { return data_.training.size(); }
  int64_t line(int64_t example) const override { return example + 1; }
  int64_t cost(std::span<const int64_t> examples) const override;
  EpochBatches batches(uint64_t seed, int64_t epoch) override;
  // A picture is looked at along one path.
  BatchLoss loss(Tape& tape, std::span<const int64_t> examples) const override;
  Validation validate(Group& group) const override;

 private:
  GlimpseClassifier& model_;
  Data data_;
  Options options_;
  TaskTerms terms_;
  uint64_t path_seed_ = 0;  // of the epoch
};

}  // namespace alinea
