// What the trainer tells the parts that it connects: schedule, log and running average, by numbers.
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <sstream>

#include "storage/safetensors.h"
#include "storage/temporary_folder.h"
#include "training/toy_task.h"
#include "training/trainer.h"

namespace alinea {
namespace {

namespace fs = std::filesystem;

constexpr double kRate = 0.05;

// A report after every one of 20 updates, 5 an epoch.
TrainerOptions every_update() {
  TrainerOptions options;
  options.validate_by = "error";
  options.schedule.learning_rate = kRate;
  options.epochs = 4;
  options.patience = 0;
  options.log_every = 1;
  options.save_every = 0;
  return options;
}

void train(Task& task, const TrainerOptions& options, const fs::path& folder) {
  TrainingRun run(folder, {}, /*overwrite=*/false);
  run.begin();
  Trainer(task, options, ModelFolder(folder), run).run();
}

// A column of training.csv by update, of the reports or of the validations.
std::map<int64_t, double> column(const fs::path& folder, const std::string& name,
                                 bool of_validations = false) {
  std::istringstream file(bytes_of(folder / "training.csv"));
  std::vector<std::vector<std::string>> rows;
  for (std::string line, field; std::getline(file, line);) {
    std::istringstream fields(line.substr(0, line.size() - 1));  // the "\r" of its end
    rows.emplace_back();
    while (std::getline(fields, field, ',')) rows.back().push_back(field);
  }
  const auto found = std::ranges::find(rows.at(0), name);
  REQUIRE(found != rows[0].end());
  const auto index = static_cast<size_t>(found - rows[0].begin());
  std::map<int64_t, double> values;
  for (size_t r = 1; r < rows.size(); ++r)
    if (rows[r].at(2).empty() == of_validations)  // a report has a loss
      values[std::stoll(rows[r][0])] = std::stod(rows[r].at(index));
  return values;
}

TEST_CASE("the epoch column counts examples from the start of each epoch") {
  const TemporaryFolder folder;
  ToyTask task;
  train(task, every_update(), folder.path());
  const auto epochs = column(folder.path(), "epoch");
  REQUIRE(epochs.size() == 20);
  for (const auto& [update, epoch] : epochs) {
    // 13 examples in batches of 3: the fifth ends the epoch.
    const int64_t whole = update / 5, batches = update % 5;
    CHECK(epoch == Approx(static_cast<double>(whole) + 3.0 * static_cast<double>(batches) / 13));
  }
}

TEST_CASE("luong-halving halves with the first update of an epoch, not before") {
  const TemporaryFolder folder;
  ToyTask task;
  TrainerOptions given = every_update();
  given.schedule.kind = "luong-halving";
  given.schedule.decay_after = 2;
  train(task, given, folder.path());
  for (const auto& [update, rate] : column(folder.path(), "learning_rate"))
    CHECK(rate == kRate * (update <= 10 ? 1 : update <= 15 ? 0.5 : 0.25));
}

// Validates with the scores that it is given, which a measure calls better one way or the other.
class ScoredTask : public ToyTask {
 public:
  ScoredTask(Better better, std::vector<double> scores)
      : terms_{"numbers", false, {{"error", "error", better}}}, scores_(std::move(scores)) {}

  const TaskTerms& terms() const override { return terms_; }
  Validation validate(Group& /*group*/) const override { return {1.5, {scores_.at(next_++)}, ""}; }

 private:
  TaskTerms terms_;
  std::vector<double> scores_;
  mutable size_t next_ = 0;
};

TEST_CASE("on a plateau the rate falls once the measure gets no better, whichever way that is") {
  const Better better = GENERATE(Better::kLower, Better::kHigher);
  const double sign = better == Better::kHigher ? 1 : -1;
  const TemporaryFolder folder;
  // After each epoch; the second is better than the first, the third is not.
  ScoredTask task(better, {sign * 4, sign * 7, sign * 6, sign * 8});
  TrainerOptions given = every_update();
  given.schedule.kind = "plateau";
  given.schedule.decay_factor = 0.25;
  train(task, given, folder.path());
  for (const auto& [update, rate] : column(folder.path(), "learning_rate"))
    CHECK(rate == kRate * (update <= 15 ? 1 : 0.25));
  CHECK(column(folder.path(), "valid_error", /*of_validations=*/true) ==
        std::map<int64_t, double>{{5, sign * 4}, {10, sign * 7}, {15, sign * 6}, {20, sign * 8}});
  // What is validated by the loss ignores the measure: the first validation stays the best.
  given.validate_by = kValidateByLoss;
  ScoredTask same(better, {sign * 4, sign * 7, sign * 6, sign * 8});
  train(same, given, folder.path() / "loss");
  CHECK(column(folder.path() / "loss", "learning_rate").at(20) == kRate / 16);
}

TEST_CASE("training stops after so many validations without a better measure") {
  const Better better = GENERATE(Better::kLower, Better::kHigher);
  const double sign = better == Better::kHigher ? 1 : -1;
  const TemporaryFolder folder;
  ScoredTask task(better, {sign * 4, sign * 7, sign * 6, sign * 5, sign * 9});
  TrainerOptions given = every_update();
  given.epochs = 9;
  given.patience = 2;
  train(task, given, folder.path());
  CHECK(column(folder.path(), "epoch", /*of_validations=*/true).rbegin()->first == 20);
}

TEST_CASE("the running average counts the updates that were made, not those that were skipped") {
  const TemporaryFolder folder;
  ToyTask task;
  std::vector<std::vector<float>> before;  // each loss
  task.spoil = [&](int64_t loss) {
    before.push_back(task.weights());
    return loss >= 2 && loss <= 4;
  };
  TrainerOptions given = every_update();
  given.epochs = 0;
  given.updates = 7;
  given.exponential_smoothing = 0.01;
  train(task, given, folder.path());
  REQUIRE(before.size() == 7);
  // The first weighs 9/11, then come 9/12, 9/13 and 9/14, with nothing for updates 2 to 4.
  std::vector<double> average(before[0].begin(), before[0].end());
  const std::vector<std::vector<float>> after = {before[1], before[5], before[6], task.weights()};
  for (size_t t = 0; t < after.size(); ++t)
    for (size_t i = 0; i < 3; ++i)
      average[i] +=
          9.0 / static_cast<double>(t + 11) * (static_cast<double>(after[t][i]) - average[i]);
  CHECK(before[4] == before[1]);
  std::vector<float> saved(3);
  Safetensors(folder.path() / "last.safetensors").copy("weight", std::vector<int64_t>{3}, saved);
  for (size_t i = 0; i < 3; ++i) {
    CHECK(saved[i] == Approx(average[i]).epsilon(1e-5));
    CHECK(saved[i] != Approx(task.weights()[i]).epsilon(1e-3));
  }
}

TEST_CASE("a gradient longer than --clip-norm is shortened to it, a shorter one is left alone") {
  // One step of SGD from weights w over the examples of the first batch.
  const auto moved = [](double clip) {
    const TemporaryFolder folder;
    ToyTask task;
    std::vector<float> start;
    task.spoil = [&](int64_t) {
      start = task.weights();
      return false;
    };
    TrainerOptions given = every_update();
    given.optimizer.kind = "sgd";
    given.clip_norm = clip;
    given.epochs = 0;
    given.updates = 1;
    train(task, given, folder.path());
    double sum = 0;
    for (size_t i = 0; i < 3; ++i) sum += std::pow(task.weights()[i] - start[i], 2);
    return std::pair(std::sqrt(sum), column(folder.path(), "gradient_norm").at(1));
  };
  const auto [whole, norm] = moved(0);
  CHECK(whole == Approx(kRate * norm).epsilon(1e-4));
  CHECK(moved(norm / 2).first == Approx(kRate * norm / 2).epsilon(1e-4));
  CHECK(moved(norm / 2).second == norm);
  CHECK(moved(norm * 2).first == whole);
}

}  // namespace
}  // namespace alinea
