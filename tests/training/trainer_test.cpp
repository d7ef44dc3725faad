#include "training/trainer.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cctype>
#include <cmath>
#include <csignal>
#include <fstream>
#include <limits>
#include <map>
#include <sstream>
#include <utility>

#include "storage/temporary_folder.h"
#include "support/error.h"
#include "training/kept_parameters.h"
#include "training/toy_task.h"
#include "training/training_table.h"

namespace alinea {
namespace {

namespace fs = std::filesystem;

TrainerOptions options() {
  TrainerOptions options;
  options.validate_by = "error";
  options.schedule.kind = "plateau";
  options.schedule.learning_rate = 0.05;
  options.epochs = 7;  // 35 updates
  options.validate_every = 4;
  options.patience = 0;
  options.log_every = 3;
  options.save_every = 5;
  return options;
}

// Trains in the folder, or goes on there.
std::vector<float> train(const fs::path& folder, const TrainerOptions& options,
                         const std::function<bool(int64_t)>& spoil = {}) {
  ToyTask task;
  if (spoil) task.spoil = spoil;
  TrainingRun run(folder, {}, /*overwrite=*/false);
  if (!run.start()) run.begin();
  Trainer(task, options, ModelFolder(folder), run).run();
  return task.weights();
}

bool interrupt(int64_t loss, int64_t at) {
  if (loss == at) std::raise(at % 2 == 0 ? SIGINT : SIGTERM);
  return false;
}

std::string log_with_times(const fs::path& folder) { return bytes_of(folder / "training.csv"); }

// training.csv without the columns that tell the time.
std::string log(const fs::path& folder) {
  std::istringstream file(log_with_times(folder));
  std::string text;
  for (std::string line; std::getline(file, line);) {
    std::istringstream fields(line);
    std::string field;
    for (int column = 0; std::getline(fields, field, ','); ++column)
      if (column != 5 && column != 7) text += field + ",";
    text += "\n";
  }
  return text;
}

TEST_CASE("a penalty is minimised, and no part of what is told") {
  const TemporaryFolder folder;
  TrainerOptions once = options();
  once.optimizer.kind = "sgd";  // a step of Adam is as long for every gradient
  once.epochs = 0;
  once.updates = 1;
  once.log_every = 1;
  const auto train_with = [&](float penalty) {
    ToyTask task;
    task.penalty = penalty;
    const fs::path path = folder.path() / std::to_string(penalty);
    TrainingRun run(path, {}, /*overwrite=*/false);
    run.begin();
    Trainer(task, once, ModelFolder(path), run).run();
    const TrainingTable table = read_training_table(path / "training.csv");
    return std::pair(*table.rows.front()[*table.column("loss")], task.weights());
  };
  const auto [loss, weights] = train_with(0);
  const auto [loss_with_penalty, other_weights] = train_with(3);
  CHECK(loss == loss_with_penalty);
  CHECK(weights != other_weights);
}

TEST_CASE("a training interrupted after an update ends with the same bits and the same log") {
  const TemporaryFolder folder;
  const std::vector<float> whole = train(folder.path() / "whole", options());
  for (const int64_t at : {1, 3, 4, 5, 6, 8, 20, 34, 35}) {
    CAPTURE(at);
    const fs::path model = folder.path() / std::to_string(at);
    train(model, options(), [&](int64_t loss) { return interrupt(loss, at); });
    CHECK(train(model, options()) == whole);
    CHECK(log(model) == log(folder.path() / "whole"));
    CHECK(bytes_of(model / "best.safetensors") ==
          bytes_of(folder.path() / "whole/best.safetensors"));
  }
}

TEST_CASE("a task is told at each update how many came before, where training goes on too") {
  const TemporaryFolder folder;
  std::vector<int64_t> begun;
  for (const int64_t updates : {3, 7}) {
    TrainerOptions given = options();
    given.updates = updates;
    ToyTask task;
    TrainingRun run(folder.path() / "model", {}, /*overwrite=*/false);
    if (!run.start()) run.begin();
    Trainer(task, given, ModelFolder(folder.path() / "model"), run).run();
    begun.insert(begun.end(), task.begun.begin(), task.begun.end());
  }
  CHECK(begun == std::vector<int64_t>{0, 1, 2, 3, 4, 5, 6});
}

TEST_CASE("a training interrupted every three updates, with any optimizer") {
  const auto [optimizer, schedule] =
      GENERATE(table<std::string, std::string>({{"adam", "inverse-sqrt"},
                                                {"sgd", "luong-halving"},
                                                {"adamw", "constant"},
                                                {"adagrad", "constant"},
                                                {"adadelta", "constant"},
                                                {"rmsprop", "constant"}}));
  const TemporaryFolder folder;
  TrainerOptions given = options();
  given.optimizer.kind = optimizer;
  given.optimizer.momentum = 0.5;  // of sgd
  given.schedule.kind = schedule;
  given.schedule.decay_after = 2;
  given.validate_every = 0;
  const std::vector<float> whole = train(folder.path() / "whole", given);
  for (int i = 0; i < 35 / 3; ++i)
    train(folder.path() / "parts", given, [&](int64_t loss) { return interrupt(loss, 3); });
  CHECK(train(folder.path() / "parts", given) == whole);
  CHECK(log(folder.path() / "parts") == log(folder.path() / "whole"));
}

TEST_CASE("a training that averages its parameters goes on with them and their average") {
  const TemporaryFolder folder;
  TrainerOptions given = options();
  given.schedule.kind = "constant";  // what is validated does not change what is learned
  const std::vector<float> plain = train(folder.path() / "plain", given);
  given.exponential_smoothing = 0.1;
  const std::vector<float> whole = train(folder.path() / "whole", given);
  CHECK(whole == plain);
  for (int i = 0; i < 35 / 3; ++i)
    train(folder.path() / "parts", given, [&](int64_t loss) { return interrupt(loss, 3); });
  CHECK(train(folder.path() / "parts", given) == whole);
  CHECK(log(folder.path() / "parts") == log(folder.path() / "whole"));
  for (const std::string file : {"best.safetensors", "last.safetensors"})
    CHECK(bytes_of(folder.path() / "parts" / file) == bytes_of(folder.path() / "whole" / file));
}

// The toy task with every two batches made one.
struct PairedTask : ToyTask {
  PairedTask() { batch_size *= 2; }
};

TEST_CASE("several batches make the update that one of all their examples makes") {
  const TemporaryFolder folder;
  TrainerOptions given = options();
  PairedTask paired;
  TrainingRun run(folder.path() / "paired", {}, /*overwrite=*/false);
  run.begin();
  Trainer(paired, given, ModelFolder(folder.path() / "paired"), run).run();
  given.update_every = 2;  // of the five batches of an epoch the last stands alone
  const std::vector<float> delayed = train(folder.path() / "delayed", given);
  for (size_t i = 0; i < 3; ++i) CHECK(delayed[i] == Approx(paired.weights()[i]).epsilon(1e-5));
  CHECK(fs::exists(folder.path() / "delayed/checkpoint-21.safetensors"));
  CHECK(fs::exists(folder.path() / "paired/checkpoint-21.safetensors"));
  CHECK(delayed != train(folder.path() / "single", options()));

  for (int i = 0; i < 4; ++i)  // each in the middle of an update
    train(folder.path() / "parts", given, [&](int64_t loss) { return interrupt(loss, 5); });
  CHECK(train(folder.path() / "parts", given) == delayed);
  CHECK(log(folder.path() / "parts") == log(folder.path() / "delayed"));
}

TEST_CASE("parameters of several validations are kept, across interruptions too") {
  const TemporaryFolder folder;
  TrainerOptions given = options();
  given.keep = {.best = 3, .last = 2};
  train(folder.path() / "whole", given);
  for (int i = 0; i < 35 / 3; ++i)
    train(folder.path() / "parts", given, [&](int64_t loss) { return interrupt(loss, 3); });
  train(folder.path() / "parts", given);
  const auto kept = [&](const std::string& model) {
    std::map<std::string, std::string> files;
    for (const fs::path& file : last_kept(folder.path() / model, 9))
      files[file.filename()] = bytes_of(file);
    return files;
  };
  CHECK(kept("whole").size() >= 3);
  CHECK(kept("whole") == kept("parts"));
  CHECK(best_kept(folder.path() / "whole", 9).front() != last_kept(folder.path() / "whole", 1)[0]);
  // One that begins anew has none of them.
  TrainingRun again(folder.path() / "whole", {}, /*overwrite=*/true);
  again.begin();
  CHECK(kept("whole").empty());
}

TEST_CASE("an interruption before the last validation leaves it to the next time, once") {
  const TemporaryFolder folder;
  train(folder.path(), options(), [&](int64_t loss) { return interrupt(loss, 35); });
  CHECK(fs::exists(folder.path() / "checkpoint-35.safetensors"));
  const std::string before = bytes_of(folder.path() / "checkpoint-35.safetensors");
  train(folder.path(), options());  // comes to the last validation
  const std::string after = bytes_of(folder.path() / "checkpoint-35.safetensors");
  CHECK(after != before);
  train(folder.path(), options());
  CHECK(bytes_of(folder.path() / "checkpoint-35.safetensors") == after);
}

TEST_CASE("early stopping counts across an interruption") {
  const TemporaryFolder folder;
  TrainerOptions given = options();
  given.schedule.learning_rate = 0.6;  // past the goal and back
  given.epochs = 0;
  given.updates = 400;
  given.patience = 3;
  train(folder.path() / "whole", given);
  const std::string whole = log(folder.path() / "whole");
  CHECK(std::ranges::count(whole, '\n') < 200);
  for (int64_t at = 3; at <= 19; at += 8) {
    const fs::path model = folder.path() / std::to_string(at);
    train(model, given, [&](int64_t loss) { return interrupt(loss, at); });
    train(model, given);
    CHECK(log(model) == whole);
  }
}

TEST_CASE("a finished training has nothing to do, and goes on when more is asked for") {
  const TemporaryFolder folder;
  TrainerOptions less = options();
  less.epochs = 4;  // 20 updates, where a validation is due
  train(folder.path() / "model", less);
  const std::string before = log(folder.path() / "model");
  int64_t losses = 0;
  train(folder.path() / "model", less, [&](int64_t) { return ++losses > 100; });
  CHECK(losses == 0);
  CHECK(log(folder.path() / "model") == before);
  CHECK(train(folder.path() / "model", options()) == train(folder.path() / "whole", options()));
  CHECK(log(folder.path() / "model") == log(folder.path() / "whole"));
}

TEST_CASE("a loss that is not finite skips its update and leaves the parameters alone") {
  const TemporaryFolder folder;
  TrainerOptions one = options();
  one.epochs = 0;
  one.updates = 1;
  const std::vector<float> after_one = train(folder.path() / "one", one);
  one.updates = 6;
  const auto bad = [](int64_t loss) { return loss > 1; };
  CHECK(train(folder.path() / "skipping", one, bad) == after_one);
  CHECK(train(folder.path() / "good", one) != after_one);
  CHECK_NOTHROW(train(folder.path() / "nine", options(),
                      [](int64_t loss) { return loss % 11 >= 2; }));  // nine in a row at most
}

TEST_CASE("ten bad updates in a row end the training, and it goes on from good parameters") {
  const TemporaryFolder folder;
  const fs::path model = folder.path() / "model";
  TrainerOptions given = options();
  given.save_every = GENERATE(1, 5, 0);
  CAPTURE(given.save_every);
  CHECK_THROWS_WITH(train(model, given, [](int64_t loss) { return loss > 11; }),
                    Catch::Contains("10 updates in a row") && Catch::Contains("--learning-rate"));
  // What led to nothing but bad losses is not what it goes on from.
  CHECK_FALSE(fs::exists(model / "checkpoint-11.safetensors"));
  CHECK_FALSE(fs::exists(model / "checkpoint-15.safetensors"));
  CHECK(train(model, given) == train(folder.path() / "whole", given));
  CHECK(log(model) == log(folder.path() / "whole"));
}

// The arena's, of the second report.
int64_t high_water(const fs::path& model) {
  std::istringstream rows(log_with_times(model));
  std::string row, field;
  for (int i = 0; i < 3; ++i) std::getline(rows, row);
  std::istringstream fields(row);
  for (int i = 0; i < 7; ++i) std::getline(fields, field, ',');
  return std::stoll(field);
}

TEST_CASE("a batch that needs too much memory is cut and leads to the same place") {
  const TemporaryFolder folder;
  TrainerOptions given = options();
  given.memory = 2;
  const std::vector<float> whole = train(folder.path() / "whole", options());
  CHECK(train(folder.path() / "room", given) == whole);
  given.memory = 1;
  const std::vector<float> cut = train(folder.path() / "cut", given);
  CHECK(high_water(folder.path() / "whole") > 1'000'000);
  CHECK(high_water(folder.path() / "cut") < 1'000'000);
  for (size_t i = 0; i < cut.size(); ++i) CHECK(cut[i] == Approx(whole[i]).epsilon(1e-5));
}

TEST_CASE("best parameters that were lost are replaced") {
  const TemporaryFolder folder;
  const fs::path model = folder.path() / "model", best = model / "best.safetensors";
  const auto at_9 = [](int64_t loss) { return interrupt(loss, 9); };
  train(model, options(), at_9);
  std::ofstream(best, std::ios::binary | std::ios::in).seekp(200) << "damage";
  CHECK_FALSE(ModelFolder(model).has_parameters(Snapshot::kBest));
  train(model, options());
  CHECK(ModelFolder(model).has_parameters(Snapshot::kBest));
}

// By update, the error in the log's last column.
std::map<std::string, double> errors(const fs::path& model) {
  std::istringstream rows(log_with_times(model));
  std::map<std::string, double> errors;
  for (std::string row; std::getline(rows, row);) {
    const std::string error = row.substr(row.rfind(',') + 1);
    if (std::isdigit(error[0]) != 0) errors[row.substr(0, row.find(','))] = std::stod(error);
  }
  return errors;
}

TEST_CASE("lost best parameters are replaced by the next validation, though it is worse") {
  const TemporaryFolder folder;
  const fs::path model = folder.path() / "model", best = model / "best.safetensors";
  TrainerOptions given = options();
  given.updates = 8;
  train(model, given);
  const bool is_removed = GENERATE(true, false);
  if (is_removed) {
    fs::remove(best);
  } else {
    fs::resize_file(best, fs::file_size(best) - 1);
  }
  given.schedule.learning_rate = 3;  // away from the goal
  given.updates = 12;
  train(model, given);
  CHECK(errors(model).at("12") > errors(model).at("8"));
  REQUIRE(fs::exists(best));
  CHECK(bytes_of(best) == bytes_of(model / "last.safetensors"));
  // Only that one: the score to beat is still the one that was lost.
  given.updates = 16;
  train(model, given);
  CHECK(errors(model).at("16") > errors(model).at("8"));
  CHECK(bytes_of(best) != bytes_of(model / "last.safetensors"));
}

// Validations find these losses in turn, and the last one again and again.
struct Judged : ToyTask {
  explicit Judged(std::vector<double> found) : losses(std::move(found)) {}
  const TaskTerms& terms() const override { return terms_; }
  Validation validate(Group& /*group*/) const override {
    const double loss = losses[std::min(count++, losses.size() - 1)];
    return {loss, {std::exp(loss)}, ""};
  }
  std::vector<double> losses;
  mutable size_t count = 0;
  TaskTerms terms_{"numbers", true, {{"perplexity", "perplexity", Better::kLower}}};
};

void train_judged(const fs::path& folder, const std::vector<double>& losses) {
  TrainerOptions given = options();
  given.validate_by = "perplexity";
  given.updates = 12;
  Judged task(losses);
  TrainingRun run(folder, {}, /*overwrite=*/false);
  if (!run.start()) run.begin();
  Trainer(task, given, ModelFolder(folder), run).run();
}

TEST_CASE("a perplexity without end ends the training, and the log tells of it") {
  const TemporaryFolder folder;
  CHECK_THROWS_WITH(train_judged(folder.path(), {3, 800}),
                    Catch::Contains("training diverged, the validation loss of update 8 is 800 and "
                                    "the perplexity inf") &&
                        Catch::Contains("--learning-rate"));
  CHECK_THAT(log(folder.path()), Catch::Contains("\n8,") && Catch::Contains(",800,inf"));
  // What was best before stays, and training goes on from the checkpoint before.
  CHECK(fs::exists(folder.path() / "best.safetensors"));
  CHECK_FALSE(fs::exists(folder.path() / "checkpoint-8.safetensors"));
  CHECK_NOTHROW(train_judged(folder.path(), {2}));
  CHECK_THAT(log(folder.path()), !Catch::Contains(",800,"));
}

TEST_CASE("a loss that is not a number ends the training without best parameters") {
  const TemporaryFolder folder;
  CHECK_THROWS_WITH(train_judged(folder.path(), {std::numeric_limits<double>::quiet_NaN()}),
                    Catch::Contains("training diverged, the validation loss of update 4 is nan"));
  CHECK_FALSE(fs::exists(folder.path() / "best.safetensors"));
}

TEST_CASE("losses are compared where perplexities are equal to the last bit") {
  const TemporaryFolder folder;
  train_judged(folder.path() / "falling", {3e-18, 2e-18, 1e-18});
  CHECK(bytes_of(folder.path() / "falling/best.safetensors") ==
        bytes_of(folder.path() / "falling/last.safetensors"));
  train_judged(folder.path() / "rising", {1e-18, 2e-18, 3e-18});
  CHECK(bytes_of(folder.path() / "rising/best.safetensors") !=
        bytes_of(folder.path() / "rising/last.safetensors"));
}

TEST_CASE("a checkpoint of another model is refused") {
  struct Wider : ToyTask {
    ParameterStore store;
    Wider() {
      store.add("weight", {4}, 1);
      store.allocate(ParameterStore::Gradients::kKept);
    }
    ParameterStore& parameters() override { return store; }
  };
  const TemporaryFolder folder;
  train(folder.path(), options());
  const TrainingRun run(folder.path(), {}, false);
  Wider task;
  CHECK_THROWS_WITH(Trainer(task, options(), ModelFolder(folder.path()), run),
                    Catch::Contains("shape [3], expected [4]"));
}

TEST_CASE("a parameter learns at its own rate") {
  const auto distance_at = [](double factor) {
    const TemporaryFolder folder;
    ToyTask task;
    task.weight().scale_rate(factor);
    TrainingRun run(folder.path(), {}, /*overwrite=*/false);
    run.begin();
    TrainerOptions once = options();
    once.updates = 1;
    const ModelFolder model(folder.path());
    Trainer trainer(task, once, model, run);
    const std::vector<float> before = task.weights();
    trainer.run();
    return std::abs(task.weights()[0] - before[0]);
  };
  // One step of Adam goes as far as the rate.
  CHECK(distance_at(1) == Approx(0.05).epsilon(1e-3));
  CHECK(distance_at(0.125) == Approx(0.05 / 8).epsilon(1e-3));
}

TEST_CASE("a validation without a loss is told as one, and is the best by nothing") {
  const TemporaryFolder folder;
  ToyTask task;
  task.has_loss = false;
  TrainingRun run(folder.path(), {}, /*overwrite=*/false);
  run.begin();
  TrainerOptions by_loss = options();
  by_loss.validate_by = "loss";
  by_loss.keep.best = 2;
  Trainer(task, by_loss, ModelFolder(folder.path()), run).run();
  CHECK_FALSE(fs::exists(folder.path() / "best.safetensors"));
  CHECK(fs::exists(folder.path() / "last.safetensors"));
  const TrainingTable table = read_training_table(folder.path() / "training.csv");
  const size_t loss = table.column("valid_loss").value(),
               error = table.column("valid_error").value();
  int64_t validations = 0;
  for (size_t row = 0; row < table.rows.size(); ++row) {
    CHECK_FALSE(table.rows[row][loss]);
    CHECK(is_validation(table, row) == table.rows[row][error].has_value());
    validations += is_validation(table, row) ? 1 : 0;
  }
  CHECK(validations > 3);
}

TEST_CASE(
    "a share of the rate holds with any optimizer, one for normalized steps with those alone") {
  const auto distance_at = [](const std::string& optimizer, double factor, double normalized) {
    const TemporaryFolder folder;
    ToyTask task;
    task.weight().scale_rate(factor);
    task.weight().scale_normalized_rate(normalized);
    TrainingRun run(folder.path(), {}, /*overwrite=*/false);
    run.begin();
    TrainerOptions once = options();
    once.updates = 1;
    once.optimizer.kind = optimizer;
    const ModelFolder model(folder.path());
    Trainer trainer(task, once, model, run);
    const std::vector<float> before = task.weights();
    trainer.run();
    return std::abs(task.weights()[0] - before[0]);
  };
  for (const std::string optimizer : {"sgd", "adam"}) {
    CAPTURE(optimizer);
    const double whole = distance_at(optimizer, 1, 1);
    REQUIRE(whole > 0);
    CHECK(distance_at(optimizer, 0.5, 1) == Approx(whole / 2).epsilon(1e-3));
    CHECK(distance_at(optimizer, 0.5, 0.5) ==
          Approx(optimizer == "sgd" ? whole / 2 : whole / 4).epsilon(1e-3));
  }
}

}  // namespace
}  // namespace alinea
