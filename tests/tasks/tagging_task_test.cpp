#include "tasks/tagging_task.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "models/tagger_variants.h"
#include "storage/temporary_folder.h"
#include "text/all_batches.h"

namespace alinea {
namespace {

const std::string kTagged =
    "ab b\tB-x I-x\tbuy\ndd\tO\tfly\ncab ab b\tO B-y O\tbuy\nöa\tB-x\tfly\n";

TaggedData tagged_data(bool classes, const std::string& validation = kTagged) {
  const TemporaryFolder folder;
  TaggedOptions options{.form = {.form = "lines", .tag_column = 2}};
  if (classes) options.form.class_column = 3;
  options.letters = true;
  return read_tagged({folder.file("train", kTagged), folder.file("valid", validation)}, options);
}

std::unique_ptr<Tagger> tagger_for(const TaggedData& data, bool crf) {
  TaggerOptions options = all_taggers().front().options;
  options.crf = crf;
  options.character_features = true;
  options.joint_class = data.classes.has_value();
  const Tagger::Sizes sizes{.vocabulary = data.reader.words().size(),
                            .tags = data.tags.size(),
                            .classes = data.classes ? data.classes->size() : 0,
                            .letters = data.reader.letters()->size()};
  auto model = std::make_unique<Tagger>(options, sizes, ParameterStore::Gradients::kKept);
  Random random(3);
  for (float& value : model->parameters().values()) value = 1.6F * random.uniform() - 0.8F;
  model->parameters().changed();
  return model;
}

BatchLoss tagging_loss(Arena& arena, TaggingTask& task, const std::vector<int64_t>& examples) {
  Tape tape(arena, Tape::Mode::kTraining);
  return task.loss(tape, examples);
}

TEST_CASE("the loss of a batch is that of its sentences, counted by words") {
  const TaggedData data = tagged_data(GENERATE(false, true));
  const auto model = tagger_for(data, GENERATE(false, true));
  TaggingTask task(*model, data, {});
  double sum = 0;
  for (int64_t s = 0; s < 4; ++s) {
    Arena arena;
    sum += tagging_loss(arena, task, {s}).reported;
  }
  Arena arena;
  const BatchLoss all = tagging_loss(arena, task, {2, 0, 3, 1});
  CHECK(all.reported == Approx(sum).epsilon(1e-5));
  CHECK(all.count == 7);
  CHECK(static_cast<double>(all.objective.value()[0]) == Approx(all.reported));
}

TEST_CASE("tags are smoothed over the others as the option says") {
  const TaggedData data = tagged_data(false);
  const auto model = tagger_for(data, false);
  TaggingTask plain(*model, data, {}),
      smoothed(*model, data, {.batch = {}, .label_smoothing = 0.3});
  Arena arena, other;
  const double loss = tagging_loss(arena, plain, {1}).reported;
  Tape tape(other, Tape::Mode::kInference);
  const std::vector<int64_t> one = {1};
  const TagStates states = (*model)(tape, data.training, one);
  double uniform = 0, sum = 0;
  for (const float e : states.emissions.values()) sum += std::exp(static_cast<double>(e));
  for (const float e : states.emissions.values())
    uniform += (std::log(sum) - static_cast<double>(e)) / static_cast<double>(data.tags.size());
  CHECK(tagging_loss(arena, smoothed, {1}).reported ==
        Approx(0.7 * loss + 0.3 * uniform).epsilon(1e-4));
}

TEST_CASE("tagging is validated by what the model answers") {
  const TaggedData data = tagged_data(GENERATE(false, true));
  const auto model = tagger_for(data, GENERATE(false, true));
  TaggingTask task(*model, data, {.batch = {}, .label_smoothing = 0.3});
  TaggingTask plain(*model, data, {});
  Arena arena;
  const double loss = tagging_loss(arena, plain, {0, 1, 2, 3}).reported;
  const Validation validation = task.validate(alone());
  CHECK(validation.loss == Approx(loss / 7).epsilon(1e-5));
  TaggingScores scores;
  scores.has_classes = data.classes.has_value();
  const std::vector<Tagging> results = tag(*model, data.validation);
  for (int64_t s = 0; s < 4; ++s) {
    std::vector<std::string> gold, given;
    for (const int32_t id : data.validation.tags(s)) gold.push_back(data.tags.name(id));
    for (const int32_t id : results[s].tags) given.push_back(data.tags.name(id));
    scores.add(gold, given, data.validation.label(s), results[s].label);
  }
  REQUIRE(validation.measures.size() == task.terms().measures.size());
  REQUIRE(validation.measures.size() == (data.classes ? 4 : 3));
  CHECK(validation.measures[0] == scores.tags.accuracy());
  CHECK(validation.measures[1] == scores.tags.spans().f1());
  CHECK(validation.measures[2] == scores.sentence_accuracy());
  if (data.classes) CHECK(validation.measures[3] == scores.class_accuracy());
  CHECK_THAT(validation.details, Catch::Contains("precision") && Catch::Contains("\nx "));
}

TEST_CASE("a sentence is right where all of its tags are, and its class where it has one") {
  const std::vector<std::string> gold = {"B-x", "O"}, other = {"B-x", "B-x"};
  TaggingScores plain, joint;
  joint.has_classes = true;
  for (TaggingScores* scores : {&plain, &joint}) {
    scores->add(gold, gold, 0, 1);
    scores->add(gold, gold, 2, 2);
    scores->add(gold, other, 2, 2);
    scores->add(gold, gold, kNoLabel, 0);
  }
  CHECK(plain.sentence_accuracy() == Approx(0.75));
  CHECK(joint.sentence_accuracy() == Approx(0.25));
  CHECK(joint.class_accuracy() == Approx(0.5));
  CHECK_THAT(joint.to_string(),
             Catch::StartsWith("4 sentences  class accuracy 0.5000  class and all tags right "
                               "0.2500\n8 words  accuracy 0.8750"));
}

TEST_CASE("sentences with what training never had are none of the loss, and count as wrong") {
  const bool crf = GENERATE(false, true);
  const std::string known = "ab b\tB-x I-x\tbuy\n";
  const TaggedData all = tagged_data(true, known + "dd ab\tO B-zz\tfly\nöa\tB-x\tdrive\n");
  const TaggedData some = tagged_data(true, known);
  const auto model = tagger_for(some, crf);
  const Validation with = TaggingTask(*model, all, {}).validate(alone());
  const Validation without = TaggingTask(*model, some, {}).validate(alone());
  CHECK(with.loss == Approx(without.loss).epsilon(1e-6));
  CHECK(with.measures[3] < 1);
  CHECK_THAT(with.details, Catch::Contains("\nzz "));
}

TEST_CASE("sentences with new tags alone have no loss") {
  const TaggedData data = tagged_data(false, "dd ab\tO B-zz\tfly\n");
  const auto model = tagger_for(data, false);
  CHECK_FALSE(TaggingTask(*model, data, {}).validate(alone()).has_loss);
}

TEST_CASE("without spans there is no F1") {
  TaggedData data = tagged_data(false, "ab b\tO O\tbuy\n");
  const auto model = tagger_for(data, false);
  const Validation validation = TaggingTask(*model, data, {}).validate(alone());
  CHECK(std::isnan(validation.measures[1]));
  CHECK(validation.details.empty());
}

TEST_CASE("batches hold every sentence once, by sentences or by words") {
  const TaggedData data = tagged_data(false);
  const auto model = tagger_for(data, false);
  TaggingTask by_sentences(*model, data, {.batch = {.size = 3}});
  TaggingTask by_words(*model, data, {.batch = {.size = 4, .unit = BatchUnit::kTokens}});
  std::vector<int64_t> seen;
  for (const auto& batch : all(by_sentences.batches(1, 0)))
    seen.insert(seen.end(), batch.begin(), batch.end());
  std::ranges::sort(seen);
  CHECK(seen == std::vector<int64_t>{0, 1, 2, 3});
  for (const auto& batch : all(by_words.batches(1, 0)))
    CHECK((by_words.cost(batch) <= 4 || batch.size() == 1));
}

}  // namespace
}  // namespace alinea
