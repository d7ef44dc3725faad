// The task that docs/tour.md prints: the trainer takes it as it is.
#include "tasks/bag_task.h"

#include <catch2/catch.hpp>

#include "ops/engine.h"
#include "storage/temporary_folder.h"
#include "training/trainer.h"

namespace alinea {
namespace {

// The class of a list is what its words have in common.
std::vector<BagTask::Example> lists() {
  std::vector<BagTask::Example> examples;
  for (int32_t i = 0; i < 12; ++i) {
    const int32_t label = i % 3, first = 3 * label;
    examples.push_back({{first, first + i % 2, first + 2, first + (i + 1) % 3}, label});
  }
  return examples;
}

TEST_CASE("the trainer trains a task that it has never heard of, and goes on with it") {
  ops::set_threads(1);
  const TemporaryFolder folder;
  const auto train = [&](const char* name, int64_t updates) {
    BagTask task(lists(), /*words=*/9, /*classes=*/3);
    Random random(2);
    task.parameters().initialize(random);
    TrainerOptions options;
    options.validate_by = "accuracy";
    options.patience = 0;
    options.epochs = 0;
    options.updates = updates;
    options.schedule.learning_rate = 0.05;
    const std::filesystem::path path = folder.path() / name;
    TrainingRun run(path, {}, /*overwrite=*/false);
    if (!run.goes_on()) run.begin();
    Trainer(task, options, ModelFolder(path), run).run();
    CHECK((updates < 60 || task.validate(alone()).measures[0] == 1));
    const std::span<const float> values = task.parameters().values();
    return std::vector<float>(values.begin(), values.end());
  };
  const std::vector<float> whole = train("whole", 60);
  train("halves", 31);
  CHECK(train("halves", 60) == whole);
}

}  // namespace
}  // namespace alinea
