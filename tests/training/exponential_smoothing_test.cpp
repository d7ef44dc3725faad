#include "training/exponential_smoothing.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "storage/safetensors.h"
#include "storage/temporary_folder.h"
#include "training/toy_task.h"
#include "training/trainer.h"

namespace alinea {
namespace {

TrainerOptions smoothed_options() {
  TrainerOptions options;
  options.validate_by = "error";
  options.schedule.learning_rate = 0.05;
  options.epochs = 0;
  options.updates = 23;
  options.validate_every = 7;
  options.patience = 0;
  options.exponential_smoothing = 0.4;
  return options;
}

std::vector<float> weights_in(const std::filesystem::path& file) {
  std::vector<float> weights(3);
  Safetensors(file).copy("weight", std::vector<int64_t>{3}, weights);
  return weights;
}

struct WatchedTask : ToyTask {
  mutable std::vector<float> validated;
  Validation validate(Group& group) const override {
    validated = weights();
    return ToyTask::validate(group);
  }
};

TEST_CASE("what is validated and saved is the average, and what is trained is not") {
  const TemporaryFolder folder;
  WatchedTask task;
  std::vector<std::vector<float>> path;  // the weights before each update
  task.spoil = [&](int64_t) {
    path.push_back(task.weights());
    return false;
  };
  TrainingRun run(folder.path(), {}, /*overwrite=*/false);
  run.begin();
  const ModelFolder model(folder.path());
  Trainer(task, smoothed_options(), model, run).run();
  path.push_back(task.weights());
  REQUIRE(path.size() == 24);

  const std::vector<float> saved = weights_in(folder.path() / "last.safetensors");
  for (size_t i = 0; i < 3; ++i) {
    auto average = static_cast<double>(path[0][i]);
    for (size_t t = 1; t < path.size(); ++t) {
      const double share = t <= 12 ? 9.0 / (static_cast<double>(t) + 10) : 0.4;
      average = (1 - share) * average + share * static_cast<double>(path[t][i]);
    }
    CHECK(static_cast<double>(saved[i]) == Approx(average).epsilon(1e-5));
    CHECK(std::abs(saved[i] - path.back()[i]) > 1e-3F);
  }
  CHECK(task.validated == saved);
  // A checkpoint has both.
  CHECK(weights_in(folder.path() / "checkpoint-23.safetensors") == path.back());
}

TEST_CASE("an average of which the newest parameters are all is none") {
  const TemporaryFolder folder;
  ToyTask task;
  TrainerOptions options = smoothed_options();
  options.exponential_smoothing = 1;
  TrainingRun run(folder.path(), {}, /*overwrite=*/false);
  run.begin();
  Trainer(task, options, ModelFolder(folder.path()), run).run();
  const std::vector<float> saved = weights_in(folder.path() / "last.safetensors");
  for (size_t i = 0; i < 3; ++i) CHECK(saved[i] == Approx(task.weights()[i]).epsilon(1e-6));
}

}  // namespace
}  // namespace alinea
