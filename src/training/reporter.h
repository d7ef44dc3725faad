// Tells of a training: on stderr for the one who waits, in training.csv for good.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>

#include "training/progress.h"
#include "training/task.h"
#include "training/training_log.h"
#include "training/training_state.h"

namespace alinea {

class Reporter {
 public:
  // How long the training is to be; 0: no limit.
  struct Length {
    int64_t examples, epochs, updates;
  };
  Reporter(const TaskTerms& terms, const Length& length);

  // Begins the log, or goes on with the one that is there behind `rows`. Without it there is none.
  void open(const std::filesystem::path& log, int64_t rows);

  // In a terminal, now and then.
  void show(const TrainingState& state);
  // What the interval brought.
  void report(const TrainingState& state);
  void validated(const TrainingState& state, const Validation& validation, bool best);
  void message(std::string_view text) { progress_.message(text); }
  void finish() { progress_.finish(); }

  // Once the log is on disk: its rows.
  int64_t sync();

 private:
  ProgressFigures figures(const TrainingState& state) const;
  std::optional<double> seconds_left(const TrainingState& state) const;
  TrainingRecord record(const TrainingState& state) const;

  TaskTerms terms_;
  Length length_;
  Progress progress_;
  std::unique_ptr<TrainingLog> log_;
  double shown_ = 0;  // seconds
};

}  // namespace alinea
