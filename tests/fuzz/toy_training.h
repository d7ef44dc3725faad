// A training of three numbers: what a checkpoint that is fuzzed belongs to.
#pragma once

#include <csignal>
#include <cstdint>
#include <filesystem>

#include "training/toy_task.h"
#include "training/trainer.h"

namespace alinea::fuzz {

inline RunRecord toy_record() {
  return {{{"epochs", 3}, {"seed", 1}, {"cell", "gru"}}, {{"source", {.bytes = 7, .crc32 = 9}}}};
}

// Trains in the folder, or goes on there, as the program does, until it has computed so many
// losses.
inline void train_toy(const std::filesystem::path& folder, int64_t losses) {
  TrainerOptions options;
  options.validate_by = "error";
  options.schedule.kind = "plateau";
  options.epochs = options.patience = 0;
  options.validate_every = options.save_every = 1;
  options.optimizer.kind = "adam";
  ToyTask task;
  task.spoil = [losses](int64_t loss) {
    if (loss == losses) std::raise(SIGINT);
    return false;
  };
  TrainingRun run(folder, toy_record(), /*overwrite=*/false);
  if (!run.goes_on()) run.begin();
  Trainer(task, options, ModelFolder(folder), run).run();
}

}  // namespace alinea::fuzz
