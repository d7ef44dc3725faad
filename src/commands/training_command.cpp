#include "commands/training_command.h"

#include <algorithm>

#include "options/threads.h"
#include "support/error.h"
#include "training/ranks.h"

namespace alinea {

void TrainingCommand::add_folder(Options& table) {
  table.group("Data")
      .required("model", folder_, "folder for the model")
      .output()
      .add(
          "overwrite", overwrite_,
          "start over if the folder contains a model; otherwise an unfinished training is resumed");
}

void TrainingCommand::run(Options& table, std::span<const std::string> arguments) {
  add_options(table);
  const bool is_run = table.parse(arguments, [&] {
    check_first_values(first_);
    take_defaults(table);
  });
  if (!is_run) return;
  complete(learning_, table);
  if (first_.layer_decay < 1 && learning_.trainer.optimizer.kind == "sgd")
    throw UsageError(
        "--layer-decay applies to optimizers whose steps are as long for small gradients as for "
        "large ones, but the optimizer is sgd: choose another");
  check(table);
  const ModelFolder folder(folder_);
  std::map<std::string, std::filesystem::path> all_files = files();
  all_files.merge(first_files(first_));
  const Ranks ranks(learning_.ranks);
  keep_heaps_small();
  TrainingRun run = open_run(folder, table, all_files, overwrite_, ranks.group());
  prepare(run);
  scale_rates(first_, model().parameters());
  if (!run.goes_on()) initialize(model(), first_, learning_.trainer.seed);
  Trainer trainer(task(), learning_.trainer, folder, run);
  trainer.run([&] {
    begin(run, folder, [&](const ModelFolder& made) {
      save_description(model(), made, {{"training", table.effective()}});
    });
  });
}

}  // namespace alinea
