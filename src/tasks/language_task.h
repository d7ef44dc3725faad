// Learning a language model, judged by its perplexity: of tokens, </s> counted; of masked models,
// of the words that are hidden; of bidirectional ones, over both directions.
#pragma once

#include <optional>

#include "models/carried_states.h"
#include "tasks/text_examples.h"
#include "tasks/word_masking.h"
#include "training/task.h"

namespace alinea {

class LanguageTask : public Task {
 public:
  struct Data {
    const TextCorpus& training;
    const TextCorpus& validation;
  };
  struct Options {
    BatchOptions batch;
    double label_smoothing = 0;
    TextCut cut = {};   // kStreams: of causal recurrent models
    int32_t mask = 0;   // the id of <mask>, of masked models
    uint64_t seed = 1;  // of what validation masks
  };
  // Everything but the options must outlive the task.
  LanguageTask(LanguageNetwork& model, const Data& data, const Options& options);

  const TaskTerms& terms() const override { return terms_; }
  ParameterStore& parameters() override { return model_.parameters(); }
  int64_t size() const override { return training_.size(); }
  int64_t line(int64_t example) const override;
  int64_t cost(std::span<const int64_t> examples) const override;
  EpochBatches batches(uint64_t seed, int64_t epoch) override;
  BatchLoss loss(Tape& tape, std::span<const int64_t> examples) const override;
  std::span<float> carried() override;
  void gather_carried(Group& group) override;
  Validation validate(Group& group) const override;

 private:
  MaskedWords mask(const TextExamples& from, std::span<const int64_t> examples,
                   uint64_t seed) const;
  BatchLoss loss(Tape& tape, const TextExamples& from, std::span<const int64_t> examples,
                 CarriedStates* carried) const;
  BatchLoss masked_loss(Tape& tape, const TextExamples& from, std::span<const int64_t> examples,
                        uint64_t seed) const;

  LanguageNetwork& model_;
  Options options_;
  int64_t floats_of_token_;
  TextExamples training_, validation_;
  TaskTerms terms_;
  mutable std::optional<CarriedStates> carried_;  // each loss writes those of its own streams
  uint64_t mask_seed_ = 0;                        // of this epoch
};

}  // namespace alinea
