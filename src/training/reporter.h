// Tells of a training: on stderr for the one who waits, in training.csv and a file of events for
// good.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>

#include "training/event_file.h"
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
  // From now on what is logged goes to a file for TensorBoard, too; first what the log holds. So
  // many seconds of the training are over.
  void open_events(const std::filesystem::path& file, double seconds);

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
  void log(const TrainingRecord& row);

  TaskTerms terms_;
  Length length_;
  Progress progress_;
  std::unique_ptr<TrainingLog> log_;
  std::unique_ptr<EventFile> events_;
  double began_ = 0;  // seconds since 1970
  double shown_ = 0;  // seconds
};

}  // namespace alinea
