// Learning to translate: pairs of a parallel corpus, judged by perplexity and, where it is wanted,
// by a measure of greedy translations.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/translation_model.h"
#include "tasks/guided_alignment.h"
#include "tasks/spec_augment.h"
#include "tasks/teacher_forcing.h"
#include "tasks/translation_measure.h"
#include "text/batch.h"
#include "training/task.h"

namespace alinea {

struct ValidationData {
  ParallelCorpus corpus;  // every line, empty ones too
  std::optional<TranslationMeasure> measure = {};
};

class TranslationTask : public Task {
 public:
  struct Data {
    const ParallelCorpus& training;
    const ValidationData& validation;
    const Languages& languages;
    const GuidedAlignment* guide = nullptr;  // links of the training pairs, if there are any
  };
  struct Options {
    BatchOptions batch;
    double label_smoothing = 0;
    ScheduledSamplingOptions sampling = {};
    // Above 0, every epoch has other pieces of the training texts, drawn by text/piece_sampler.h.
    double pieces_alpha = 0;
    SpecAugmentOptions augment = {};  // of features
  };
  // Everything but the options must outlive the task.
  TranslationTask(EncoderDecoder& model, const Data& data, const Options& options);

  const TaskTerms& terms() const override { return terms_; }
  ParameterStore& parameters() override { return model_.parameters(); }
  int64_t size() const override { return data_.training.size(); }
  int64_t line(int64_t example) const override { return data_.training.line(example); }
  int64_t epoch_size() const override { return alinea::epoch_size(size(), options_.batch); }
  int64_t cost(std::span<const int64_t> examples) const override;
  EpochBatches batches(uint64_t seed, int64_t epoch) override;
  void begin_update(int64_t updates) override;
  void end_update(double feedback, int64_t count) override;
  BatchLoss loss(Tape& tape, std::span<const int64_t> examples) const override;
  // The baseline of hard attention.
  std::span<float> carried() override;
  // The loss counts </s>.
  Validation validate(Group& group) const override;

 private:
  // A training pair in the pieces of this epoch.
  struct SampledPair {
    std::vector<int32_t> source, target;
  };
  // What a word leaves on the tape.
  struct Floats {
    int64_t source_word, target_word;
  };
  static Floats floats_of(const EncoderDecoder& model);
  SampledPair sample(int64_t pair) const;
  Batch make_sampled_batch(std::span<const int64_t> pairs) const;
  void augment(Batch& batch) const;
  std::vector<std::string> translate_greedily(Group& group) const;
  void judge_translations(Group& group, Validation& validation) const;

  EncoderDecoder& model_;
  Data data_;
  Options options_;
  Floats floats_;
  LikelihoodOptions likelihood_;  // at this update
  TaskTerms terms_;
  std::unique_ptr<const PieceSampler> source_sampler_, target_sampler_;  // none: as in the corpus
  uint64_t seed_ = 0;
  int64_t epoch_ = 0;
};

}  // namespace alinea
