#include "tasks/classification_task.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <set>

#include "support/error.h"
#include "text/all_batches.h"

namespace alinea {
namespace {

// Five documents of class a, two of b; document d has d % 4 + 1 sentences of d % 3 + 1 words.
LabelledData tiny_data() {
  LabelledData data{
      Labels({"a", "b"}), Vocabulary({"<unk>", "<s>", "</s>", "x", "y", "z"}), {}, {}, {}};
  for (int32_t d = 0; d < 7; ++d) {
    for (int32_t s = 0; s < d % 4 + 1; ++s)
      data.training.add_sentence(std::vector<int32_t>(static_cast<size_t>(d % 3 + 1), d % 5));
    data.training.add_document(d < 5 ? 0 : 1);
  }
  data.validation = data.training;
  return data;
}

ClassifierOptions tiny_options(const std::string& pooling = "attention") {
  ClassifierOptions options;
  options.words.embedding_size = 5;
  options.words.hidden_size = 3;
  options.words.dropout = 0;
  options.pooling = {.kind = pooling, .attention_size = 7, .rows = 2};
  return options;
}

DocumentClassifier tiny_model(const ClassifierOptions& options = tiny_options()) {
  return {options, {.vocabulary = 6, .classes = 2}, ParameterStore::Gradients::kKept};
}

void randomize(DocumentClassifier& model) {
  Random random(3);
  model.parameters().initialize(random);
}

double loss_of(ClassificationTask& task, const std::vector<int64_t>& examples) {
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  return task.loss(tape, examples).reported;
}

TEST_CASE("balanced classes have the same say") {
  const LabelledData data = tiny_data();
  CHECK(class_weights("none", data.training, 2) == std::vector<float>{1, 1});
  const std::vector<float> weights = class_weights("balanced", data.training, 2);
  CHECK(weights[0] == Approx(7.0 / 10));
  CHECK(weights[1] == Approx(7.0 / 4));
  CHECK_THROWS_AS(class_weights("other", data.training, 2), UsageError);
}

TEST_CASE("the loss of a batch is that of its documents, by their classes' weights") {
  const LabelledData data = tiny_data();
  DocumentClassifier model = tiny_model();
  randomize(model);
  ClassificationTask plain(model, data, {}),
      balanced(model, data, {.batch = {}, .class_weights = "balanced"});
  double sum = 0, weighted = 0;
  for (int64_t d = 0; d < 7; ++d) {
    const double alone = loss_of(plain, {d});
    sum += alone;
    weighted += alone * (d < 5 ? 0.7 : 1.75);
  }
  const std::vector<int64_t> all = {6, 0, 3, 1, 5, 2, 4};
  CHECK(loss_of(plain, all) == Approx(sum).epsilon(1e-5));
  CHECK(loss_of(balanced, all) == Approx(weighted).epsilon(1e-5));
  CHECK(weighted != Approx(sum));
}

TEST_CASE("the penalty of self-attentive pooling is minimised, but not told") {
  const LabelledData data = tiny_data();
  ClassifierOptions options = tiny_options("self-attentive");
  options.pooling.penalty = 0;
  const auto objective_of = [&](double penalty) {
    options.pooling.penalty = penalty;
    DocumentClassifier model = tiny_model(options);
    randomize(model);
    const ClassificationTask task(model, data, {});
    Arena arena;
    Tape tape(arena, Tape::Mode::kTraining);
    const BatchLoss loss = task.loss(tape, std::vector<int64_t>{0, 3, 5});
    return std::pair(static_cast<double>(loss.objective.value()[0]), loss.reported);
  };
  const auto [plain, told] = objective_of(0);
  CHECK(plain == told);
  const auto [once, told_once] = objective_of(1);
  CHECK(told_once == told);
  CHECK(once > told + 1);
  CHECK(objective_of(2.5).first - told == Approx(2.5 * (once - told)).epsilon(1e-5));
}

TEST_CASE("the loss of a document is smoothed over the classes as the option says") {
  const LabelledData data = tiny_data();
  DocumentClassifier model = tiny_model();
  randomize(model);
  ClassificationTask smoothed(model, data, {.batch = {}, .label_smoothing = 0.3});
  const std::vector<Classification> results = classify(model, data.training);
  for (const int64_t d : {1, 6}) {
    const auto log_p = [&](int32_t label) {
      return static_cast<double>(results[d].log_probabilities[label]);
    };
    const int32_t label = data.training.label(d);
    CHECK(std::abs(log_p(0) - log_p(1)) > 0.1);
    CHECK(loss_of(smoothed, {d}) ==
          Approx(-0.7 * log_p(label) - 0.3 / 2 * (log_p(0) + log_p(1))).epsilon(1e-4));
  }
}

TEST_CASE("validation is the mean loss, the accuracy and the F1 of what the model answers") {
  const LabelledData data = tiny_data();
  DocumentClassifier model = tiny_model();
  randomize(model);
  ClassificationTask task(model, data,
                          {.batch = {}, .label_smoothing = 0.3, .class_weights = "balanced"});
  ClassificationTask plain(model, data, {});
  double sum = 0;
  for (int64_t d = 0; d < 7; ++d) sum += loss_of(plain, {d});
  const Validation validation = task.validate(alone());
  CHECK(validation.loss == Approx(sum / 7).epsilon(1e-5));
  int64_t right = 0;
  const std::vector<Classification> results = classify(model, data.validation);
  for (int64_t d = 0; d < 7; ++d) right += results[d].label == data.validation.label(d) ? 1 : 0;
  REQUIRE(validation.measures.size() == task.terms().measures.size());
  CHECK(validation.measures[0] == Approx(static_cast<double>(right) / 7));
  CHECK_THAT(validation.details, Catch::Contains("precision") && Catch::Contains("\nb "));
}

TEST_CASE("batches hold every document once, by documents or by words") {
  const LabelledData data = tiny_data();
  DocumentClassifier model = tiny_model();
  ClassificationTask by_documents(model, data, {.batch = {.size = 3}});
  ClassificationTask by_words(model, data, {.batch = {.size = 8, .unit = BatchUnit::kTokens}});
  std::vector<int64_t> seen;
  for (const auto& batch : all(by_documents.batches(1, 0))) {
    CHECK(batch.size() <= 3);
    seen.insert(seen.end(), batch.begin(), batch.end());
  }
  std::sort(seen.begin(), seen.end());
  CHECK(seen == std::vector<int64_t>{0, 1, 2, 3, 4, 5, 6});
  for (const auto& batch : all(by_words.batches(1, 0))) {
    int64_t words = 0;
    for (const int64_t d : batch) words += std::ssize(data.training.words(d));
    CHECK((words <= 8 || batch.size() == 1));
  }
  CHECK(all(by_documents.batches(1, 0)) == all(by_documents.batches(1, 0)));
  std::set<std::vector<std::vector<int64_t>>> orders;
  for (int64_t epoch = 0; epoch < 5; ++epoch) orders.insert(all(by_documents.batches(1, epoch)));
  CHECK(orders.size() > 1);
}

}  // namespace
}  // namespace alinea
