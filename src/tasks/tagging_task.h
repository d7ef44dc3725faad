// Learning to tag, judged by loss, accuracy, F1 of spans, and sentences that are right.
#pragma once

#include <string>
#include <vector>

#include "metrics/spans.h"
#include "models/tagging.h"
#include "text/batch.h"
#include "text/tagged_corpus.h"
#include "training/task.h"

namespace alinea {

// How good given tags, and classes, are.
struct TaggingScores {
  TagScores tags;
  bool has_classes = false;
  int64_t sentences = 0, classes_right = 0;
  int64_t sentences_right = 0;  // with all tags, and the class where there are classes

  // gold_class: kNoLabel for one that the model does not know.
  void add(std::span<const std::string> gold, std::span<const std::string> given,
           int32_t gold_class, int32_t given_class);
  double class_accuracy() const;
  double sentence_accuracy() const;
  // What TagScores::to_string says, with the classes.
  std::string to_string() const;
};

class TaggingTask : public Task {
 public:
  struct Options {
    BatchOptions batch;  // kTokens counts words
    double label_smoothing = 0;
  };
  // Everything must outlive the task.
  TaggingTask(Tagger& model, const TaggedData& data, const Options& options);

  // Names of the measures; the last one is that of models with classes alone.
  static std::vector<Measure> measures();

  const TaskTerms& terms() const override { return terms_; }
  ParameterStore& parameters() override { return model_.parameters(); }
  int64_t size() const override { return data_.training.size(); }
  int64_t line(int64_t example) const override { return data_.training.line(example); }
  int64_t cost(std::span<const int64_t> examples) const override;
  double bytes_of_cost() const override;
  EpochBatches batches(uint64_t seed, int64_t epoch) override;
  // Σ -log p of the tags, and of the classes; counted by words.
  BatchLoss loss(Tape& tape, std::span<const int64_t> examples) const override;
  // Sentences with a tag or class that training never had are none of the loss; what they should
  // have counts as wrong.
  Validation validate(Group& group) const override;

 private:
  struct Answers;
  Answers answer(Group& group) const;
  Validation judge(const Answers& answers) const;
  bool is_known(int64_t sentence) const;
  int64_t words(std::span<const int64_t> examples) const;

  Tagger& model_;
  const TaggedData& data_;
  Options options_;
  TaskTerms terms_;
};

}  // namespace alinea
