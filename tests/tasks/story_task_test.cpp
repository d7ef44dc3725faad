#include "tasks/story_task.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "models/story_variants.h"
#include "storage/temporary_folder.h"
#include "text/all_batches.h"

namespace alinea {
namespace {

// The last question of the validation has an answer that the training does not have.
StoryData story_data() {
  const TemporaryFolder folder;
  return read_stories({folder.file("stories", tiny_stories()),
                       folder.file("valid", tiny_stories() + "4 Is\tnew\n")},
                      {.vocabulary = tiny_story_words()});
}

std::unique_ptr<StoryNetwork> story_model() {
  ReaderOptions options = all_story_networks().front().options;
  return random_story_network(options, 3);
}

TEST_CASE("the loss of a batch of questions about stories is the sum of theirs") {
  const StoryData data = story_data();
  const auto model = story_model();
  StoryTask task(*model, data, {});
  REQUIRE(task.size() == 4);
  const auto loss = [&](const std::vector<int64_t>& examples) {
    Arena arena;
    Tape tape(arena, Tape::Mode::kTraining);
    const BatchLoss batch = task.loss(tape, examples);
    CHECK(batch.count == std::ssize(examples));
    return batch.reported;
  };
  double sum = 0;
  for (int64_t q = 0; q < 4; ++q) sum += loss({q});
  CHECK(loss({2, 0, 3, 1}) == Approx(sum).epsilon(1e-5));
}

TEST_CASE("a new answer is none of the loss and counts as wrong") {
  const StoryData data = story_data();
  const auto model = story_model();
  StoryTask task(*model, data, {});
  const std::vector<int64_t> every = {0, 1, 2, 3, 4};
  const auto answers = answer(*model, data.validation, every);
  double right = 0, sum = 0;
  for (size_t q = 0; q < 4; ++q) {
    const int32_t gold = data.validation.answer(static_cast<int64_t>(q));
    right += answers[q].best == gold ? 1 : 0;
    sum -= answers[q].log_probabilities[static_cast<size_t>(gold)];
  }
  const Validation validation = task.validate(alone());
  CHECK(validation.has_loss);
  CHECK(validation.loss == Approx(sum / 4));
  REQUIRE(validation.measures.size() == 1);
  CHECK(validation.measures[0] == Approx(right / 5));
}

TEST_CASE("questions with new answers alone have no loss") {
  StoryData data = story_data();
  const auto model = story_model();
  const std::vector<int64_t> last = {4};  // whose answer is new
  data.validation = data.validation.part(last);
  CHECK_FALSE(StoryTask(*model, data, {}).validate(alone()).has_loss);
}

TEST_CASE("an epoch has every question about a story once, and more facts cost more") {
  const StoryData data = story_data();
  const auto model = story_model();
  StoryTask task(*model, data, {.batch = {.size = 2}});
  CHECK(task.cost(std::vector<int64_t>{1}) > task.cost(std::vector<int64_t>{2}));
  CHECK(task.bytes_of_cost() > 0);
  std::vector<int64_t> seen;
  for (const std::vector<int64_t>& batch : all(task.batches(1, 0)))
    seen.insert(seen.end(), batch.begin(), batch.end());
  std::ranges::sort(seen);
  CHECK(seen == std::vector<int64_t>{0, 1, 2, 3});
}

}  // namespace
}  // namespace alinea
