#include "tasks/glimpse_task.h"

#include "ops/cross_entropy.h"
#include "ops/sum.h"
#include "support/random.h"
#include "tasks/class_validation.h"

namespace alinea {

GlimpseTask::GlimpseTask(GlimpseClassifier& model, const Data& data, const Options& options)
    : model_(model),
      data_(data),
      options_(options),
      terms_{"pictures",
             false,
             {{"accuracy", "accuracy", Better::kHigher}, {"f1", "macro F1", Better::kHigher}}} {}

// What a glimpse leaves on the tape: its patches, the hidden units of six layers and their
// gradients.
int64_t GlimpseTask::cost(std::span<const int64_t> examples) const {
  const GlimpseOptions& o = model_.options();
  const int64_t glimpse =
      model_.retina().columns(data_.training.shape().channels) + 12 * o.hidden_size;
  return std::ssize(examples) * o.glimpses * glimpse;
}

EpochBatches GlimpseTask::batches(uint64_t seed, int64_t epoch) {
  constexpr uint64_t kStream = 0x676c696d70736573;  // keeps the paths apart from the order
  path_seed_ = Random(seed ^ kStream).next() + static_cast<uint64_t>(epoch);
  const auto extent = [](int64_t) { return Extent{.first = 1, .second = 1, .units = 1}; };
  return EpochBatches({size(), extent}, options_.batch, seed, epoch);
}

// A path depends on the seed, the epoch and the picture alone, in whatever parts a batch comes.
BatchLoss GlimpseTask::loss(Tape& tape, std::span<const int64_t> examples) const {
  PictureBatch batch{data_.training.shape()};
  std::vector<int32_t> labels;
  for (const int64_t i : examples) {
    batch.pixels.push_back(data_.training.pixels(i));
    batch.seeds.push_back(mix(mix(path_seed_) + static_cast<uint64_t>(i)));
    labels.push_back(data_.training.label(i));
  }
  const Glimpsed glimpsed = model_(tape, batch);
  const std::vector<float> rewards = rewards_of(glimpsed.logits, labels);
  const Variable loss = ops::cross_entropy(tape, glimpsed.logits, labels,
                                           static_cast<float>(options_.label_smoothing))
                            .loss;
  return {ops::add_present(tape, loss, model_.location_cost(tape, glimpsed, rewards)),
          static_cast<double>(loss.value()[0]), std::ssize(examples)};
}

Validation GlimpseTask::validate(Group& group) const {
  const PictureSet& pictures = data_.validation;
  const std::vector<int64_t> mine = share(group, pictures.size());
  const std::vector<PictureClassification> results = classify(model_, pictures, mine);
  return class_validation(group, pictures, mine, results, data_.labels);
}

}  // namespace alinea
