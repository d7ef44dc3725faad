#include "tasks/reading_task.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "models/reader_variants.h"
#include "storage/temporary_folder.h"
#include "text/all_batches.h"

namespace alinea {
namespace {

// The last question's answer does not stand in its document.
ReadingData reading_data() {
  const TemporaryFolder folder;
  std::string text;
  for (const std::string& line : tiny_question_lines()) text += line + "\n";
  const auto file = folder.file("questions", text + "the cat\tXXXXX ran\tdog\n");
  return read_reading({.training = file, .validation = file, .book = {}, .validation_book = {}},
                      {.vocabulary = tiny_reading_words()});
}

TEST_CASE("the loss of a batch of questions is the sum of theirs") {
  const ReadingData data = reading_data();
  const auto model = random_reader(all_readers().front().options, 3);
  ReadingTask task(*model, data, {});
  REQUIRE(task.size() == 5);
  const auto loss = [&](const std::vector<int64_t>& examples) {
    Arena arena;
    Tape tape(arena, Tape::Mode::kTraining);
    const BatchLoss batch = task.loss(tape, examples);
    CHECK(batch.count == std::ssize(examples));
    return batch.reported;
  };
  double sum = 0;
  for (int64_t q = 0; q < 5; ++q) sum += loss({q});
  CHECK(loss({2, 0, 4, 3, 1}) == Approx(sum).epsilon(1e-5));
}

TEST_CASE("an answer that cannot be found is none of the loss and counts as wrong") {
  const ReadingData data = reading_data();
  const auto model = random_reader(all_readers().front().options, 3);
  ReadingTask task(*model, data, {});
  const std::vector<int64_t> every = {0, 1, 2, 3, 4, 5};
  const auto answers = answer(*model, data.validation, every);
  double right = 0, sum = 0;
  for (size_t q = 0; q < 6; ++q) {
    const auto gold = data.validation.answer(static_cast<int64_t>(q));
    if (answers[q].choices.front().spelling == gold) ++right;
    if (q < 5) sum -= answers[q].log_probability;
  }
  const Validation validation = task.validate(alone());
  CHECK(validation.loss == Approx(sum / 5));
  REQUIRE(validation.measures.size() == 1);
  CHECK(validation.measures[0] == Approx(right / 6));
}

TEST_CASE("questions without an answer in their documents have no loss") {
  ReadingData data = reading_data();
  const auto model = random_reader(all_readers().front().options, 3);
  CHECK(ReadingTask(*model, data, {}).validate(alone()).has_loss);
  const std::vector<int64_t> last = {5};  // whose answer cannot be found
  data.validation = data.validation.part(last);
  const Validation validation = ReadingTask(*model, data, {}).validate(alone());
  CHECK_FALSE(validation.has_loss);
  CHECK(validation.measures[0] == 0);
}

TEST_CASE("numbers that overflow are no loss that one could take for a good one") {
  const ReadingData data = reading_data();
  const auto model = random_reader(all_readers().front().options, 3);
  for (float& value : model->parameters().at("encoder.embedding.weight").value()) value = NAN;
  model->parameters().changed();
  ReadingTask task(*model, data, {});
  CHECK(std::isnan(task.validate(alone()).loss));
}

TEST_CASE("an epoch has every question once") {
  const ReadingData data = reading_data();
  const auto model = random_reader(all_readers().front().options, 3);
  ReadingTask task(*model, data, {.size = 2});
  CHECK(task.cost(std::vector<int64_t>{0, 1}) > task.cost(std::vector<int64_t>{1}));
  std::vector<int64_t> seen;
  for (const std::vector<int64_t>& batch : all(task.batches(1, 0)))
    seen.insert(seen.end(), batch.begin(), batch.end());
  std::ranges::sort(seen);
  CHECK(seen == std::vector<int64_t>{0, 1, 2, 3, 4});
}

}  // namespace
}  // namespace alinea
