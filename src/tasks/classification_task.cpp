#include "tasks/classification_task.h"

#include <numeric>

#include "encoders/encoder_cost.h"
#include "ops/cross_entropy.h"
#include "ops/sum.h"
#include "support/name_table.h"
#include "tasks/class_validation.h"

namespace alinea {

namespace {

// Of each class, given how many documents it has.
using Weights = std::vector<float> (*)(std::span<const int64_t> documents);

const NameTable<Weights> kClassWeights(
    "class weights", {{"none",
                       [](std::span<const int64_t> documents) {
                         return std::vector<float>(documents.size(), 1.0F);
                       }},
                      {"balanced", [](std::span<const int64_t> documents) {
                         const int64_t all =
                             std::accumulate(documents.begin(), documents.end(), int64_t{0});
                         std::vector<float> weights;
                         for (const int64_t of_class : documents)
                           weights.push_back(static_cast<float>(all) /
                                             static_cast<float>(std::ssize(documents) * of_class));
                         return weights;
                       }}});

}  // namespace

std::vector<std::string> class_weight_names() { return kClassWeights.names(); }

std::vector<float> class_weights(const std::string& kind, const DocumentCorpus& corpus,
                                 int64_t classes) {
  std::vector<int64_t> documents(static_cast<size_t>(classes));
  for (int64_t d = 0; d < corpus.size(); ++d) ++documents[corpus.label(d)];
  return kClassWeights[kind](documents);
}

TaskTerms ClassificationTask::task_terms(const std::string& unit) {
  return {unit,
          false,
          {{"accuracy", "accuracy", Better::kHigher}, {"f1", "macro F1", Better::kHigher}},
          /*least_share=*/2,
          "cut long documents with --max-words and --max-sentences"};
}

ClassificationTask::ClassificationTask(DocumentClassifier& model, const LabelledData& data,
                                       const Options& options)
    : model_(model),
      data_(data),
      options_(options),
      floats_of_word_(floats_of_word(model.options().words)),
      class_weights_(class_weights(options.class_weights, data.training, data.labels.size())),
      terms_(task_terms(model.options().pairs ? "pairs" : "documents")) {}

// The words, of which none is padding; the sentences weigh little beside them. Of a long text the
// weights of intra-attention, too: half of the words' square in each direction.
int64_t ClassificationTask::cost(std::span<const int64_t> examples) const {
  const ClassifierOptions& o = model_.options();
  const bool has_weights = o.words.intra_attention && !o.has_sentence_level();
  int64_t cost = 0;
  for (const int64_t d : examples) {
    const int64_t words = std::ssize(data_.training.words(d));
    cost += words + data_.training.sentences(d);
    if (has_weights) cost += o.words.layers * words * words / floats_of_word_;
  }
  return cost;
}

double ClassificationTask::bytes_of_cost() const {
  return static_cast<double>(sizeof(float)) * static_cast<double>(floats_of_word_);
}

EpochBatches ClassificationTask::batches(uint64_t seed, int64_t epoch) {
  const auto extent = [this](int64_t d) {
    const int64_t words = std::ssize(data_.training.words(d));
    return Extent{.first = words,
                  .second = data_.training.sentences(d),
                  .units = std::max(words, int64_t{1})};
  };
  return EpochBatches({size(), extent}, options_.batch, seed, epoch);
}

BatchLoss ClassificationTask::loss(Tape& tape, std::span<const int64_t> examples) const {
  std::vector<int32_t> labels;
  std::vector<float> weights;
  for (const int64_t d : examples) {
    labels.push_back(data_.training.label(d));
    weights.push_back(class_weights_[labels.back()]);
  }
  const Classified classified = model_(tape, data_.training, examples);
  const Variable loss = ops::cross_entropy(tape, classified.logits, labels,
                                           static_cast<float>(options_.label_smoothing), weights)
                            .loss;
  return {ops::add_present(tape, loss, classified.penalty), static_cast<double>(loss.value()[0]),
          std::ssize(examples)};
}

Validation ClassificationTask::validate(Group& group) const {
  const DocumentCorpus& corpus = data_.validation;
  const std::vector<int64_t> mine = share(group, corpus.size());
  const std::vector<Classification> results = classify(model_, corpus, mine);
  return class_validation(group, corpus, mine, results, data_.labels);
}

}  // namespace alinea
