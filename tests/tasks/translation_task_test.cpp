// What the task makes of the options, the corpus and the model, by numbers computed step by step.
#include "tasks/translation_task.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

#include "models/near.h"
#include "models/variants.h"
#include "ops/engine.h"
#include "storage/temporary_folder.h"

namespace alinea {
namespace {

constexpr int64_t kWords = TinyBatch::kTargetVocabulary;

Language language(int64_t size) {
  std::vector<std::string> words = {"<unk>", "<s>", "</s>"};
  while (std::ssize(words) < size) words.push_back("w" + std::to_string(words.size()));
  return {make_tokenizer("space", {}), Vocabulary(words)};
}

struct Given {
  ParallelCorpus corpus = [] {
    ParallelCorpus made;
    made.add(std::vector{3, 4, 5}, std::vector{6, 7});
    made.add(std::vector{3}, std::vector{3, 4, 5, 12});
    made.add(std::vector{8, 9, 10, 3}, std::vector{10});
    return made;
  }();
  ValidationData validation;
  Languages languages{language(TinyBatch::kSourceVocabulary), language(kWords)};
  std::unique_ptr<EncoderDecoder> model = random_model(all_variants().front().options, 5);

  Given() {
    ops::set_threads(1);
    validation.corpus.add(std::vector{4, 4}, std::vector{7, 8, 9});
    validation.corpus.add(std::vector{9}, std::vector<int32_t>{});
  }

  TranslationTask task(const TranslationTask::Options& options,
                       const GuidedAlignment* guide = nullptr) {
    return {*model, {corpus, validation, languages, guide}, options};
  }
};

double loss_of(const TranslationTask& task, const std::vector<int64_t>& examples) {
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  return task.loss(tape, examples).reported;
}

TEST_CASE("the baseline of hard attention follows the reward, and is what the task carries") {
  Given given;
  CHECK(given.task({}).carried().empty());
  ModelOptions options = choice_variants().front().options;
  REQUIRE(options.attention_choice == "hard");
  given.model = random_model(options, 5);
  TranslationTask task = given.task({});
  REQUIRE(task.carried().size() == 1);
  CHECK(task.carried()[0] == 0);
  Random random(1);
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining, &random);
  const BatchLoss loss = task.loss(tape, std::vector<int64_t>{0, 1, 2});
  CHECK(loss.reported == near(-loss.feedback, 1e-5));  // without smoothing, and without penalties
  CHECK(static_cast<double>(loss.objective.value()[0]) != near(loss.reported, 1e-3));
  task.end_update(loss.feedback, loss.count);
  const double reward = loss.feedback / static_cast<double>(loss.count);
  CHECK(static_cast<double>(task.carried()[0]) == near(0.1 * reward, 1e-5));
  task.end_update(-8, 2);
  CHECK(static_cast<double>(task.carried()[0]) == near(0.09 * reward - 0.4, 1e-5));
}

// Of a pair, over its target words and </s>: log p(y_t), and the sum of log p over all words.
struct StepByStep {
  double given = 0, all = 0;
};

StepByStep steps(const EncoderDecoder& model, std::span<const int32_t> source,
                 std::span<const int32_t> target) {
  const std::vector<SentencePair> pairs = {{source, {}}};
  const Batch batch = make_batch(pairs);
  Arena arena;
  Tape tape(arena, Tape::Mode::kInference);
  DecoderState state = model.start(tape, {batch.source, batch.source_lengths});
  StepByStep sums;
  for (size_t t = 0; t <= target.size(); ++t) {
    const int32_t previous = t == 0 ? kBegin : target[t - 1];
    const DecoderStep step =
        model.step(tape, std::span(&previous, 1), state, static_cast<int64_t>(t) + 1);
    const auto log_p = model.log_probabilities(tape, step.readout).values();
    sums.given += static_cast<double>(log_p[t == target.size() ? kEnd : target[t]]);
    sums.all += std::accumulate(log_p.begin(), log_p.end(), 0.0);
  }
  return sums;
}

TEST_CASE("the loss of a translation is smoothed as the option says") {
  Given given;
  for (const double smoothing : {0.0, 0.3}) {
    const TranslationTask task = given.task({.batch = {}, .label_smoothing = smoothing});
    double sum = 0;
    for (int64_t i = 0; i < 3; ++i) {
      const StepByStep pair = steps(*given.model, given.corpus.source(i), given.corpus.target(i));
      const double expected =
          -(1 - smoothing) * pair.given - smoothing / static_cast<double>(kWords) * pair.all;
      CHECK(loss_of(task, {i}) == near(expected, 1e-3));
      sum += expected;
    }
    CHECK(loss_of(task, {2, 0, 1}) == near(sum, 1e-3));
  }
}

TEST_CASE("a loss counts target words and </s>") {
  Given given;
  const TranslationTask task = given.task({});
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  CHECK(task.loss(tape, std::vector<int64_t>{0, 1, 2}).count == 3 + 5 + 2);
  CHECK(task.loss(tape, std::vector<int64_t>{2}).count == 2);
}

TEST_CASE("validation is the mean loss of a word, unsmoothed, and its perplexity") {
  Given given;
  const TranslationTask task = given.task({.batch = {}, .label_smoothing = 0.3});
  const double sum = steps(*given.model, std::vector{4, 4}, std::vector{7, 8, 9}).given +
                     steps(*given.model, std::vector{9}, {}).given;
  const Validation validation = task.validate(alone());
  CHECK(validation.loss == near(-sum / 5, 1e-4));
  REQUIRE(validation.measures.size() == 1);
  CHECK(validation.measures[0] == Approx(std::exp(-sum / 5)).epsilon(1e-3));
}

TEST_CASE("guided alignment adds its cost to the loss of the pairs that it is of") {
  Given given;
  const TemporaryFolder folder;
  const GuidedAlignment guide(folder.file("links", "0-0 2-1\n0-3\n\n"), given.corpus,
                              {.cost = "mse", .weight = 2});
  const TranslationTask plain = given.task({}), guided = given.task({}, &guide);
  double sum = 0;
  for (const int64_t i : {1, 0}) {
    const Batch batch = make_batch(given.corpus, std::vector<int64_t>{i});
    Arena arena;
    Tape tape(arena, Tape::Mode::kTraining);
    const Likelihood likelihood = given.model->likelihood(tape, batch);
    const auto cost = static_cast<double>(guide.loss(tape, likelihood.attention, batch).value()[0]);
    CHECK(cost > 0.01);
    CHECK(loss_of(guided, {i}) == near(loss_of(plain, {i}) + cost, 1e-4));
    sum += loss_of(plain, {i}) + cost;
  }
  CHECK(loss_of(guided, {1, 0}) == near(sum, 1e-3));
}

TEST_CASE("scheduled sampling reads the target's words at first and its own after k updates") {
  Given given;
  TranslationTask task = given.task({.batch = {}, .sampling = {.kind = "linear", .decay = 4}});
  const TranslationTask plain = given.task({});
  const auto loss_after = [&](int64_t updates) {
    task.begin_update(updates);
    Random random(1);
    Arena arena;
    Tape tape(arena, Tape::Mode::kTraining, &random);
    return task.loss(tape, std::vector<int64_t>{0, 1, 2}).reported;
  };
  const double forced = loss_of(plain, {0, 1, 2});
  CHECK(loss_after(0) == near(forced, 1e-4));
  CHECK(loss_after(4) != near(forced, 1e-2));
  CHECK(loss_after(0) == near(forced, 1e-4));
}

}  // namespace
}  // namespace alinea
