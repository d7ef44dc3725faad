// Trains a model: batches, updates, validation, the parameters that are kept, the log.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "models/model_folder.h"
#include "training/early_stopping.h"
#include "training/optimizer.h"
#include "training/progress.h"
#include "training/schedule.h"
#include "training/task.h"
#include "training/training_log.h"

namespace alinea {

inline constexpr const char* kValidateByLoss = "loss";

struct TrainerOptions {
  std::string optimizer = "adam";
  ScheduleOptions schedule;
  double clip_norm = 1.0;                  // 0: no clipping
  int64_t epochs = 10;                     // 0: no limit
  int64_t updates = 0;                     // 0: no limit
  int64_t validate_every = 0;              // updates; 0: at the end of every epoch
  std::string validate_by = "perplexity";  // a measure of the task, or the loss
  int64_t patience = 5;                    // validations without a new best; 0: no early stopping
  int64_t log_every = 100;                 // updates
  bool profile = false;                    // print where the time went
  uint64_t seed = 1;
};

class Trainer {
 public:
  // Initialises the parameters by the seed. The task must outlive the trainer.
  Trainer(Task& task, const TrainerOptions& options);

  // Trains until an option ends it, writing parameters and log into the folder. Throws Error where
  // the loss is no longer a number; what was saved stays.
  void run(const ModelFolder& folder);

 private:
  using Clock = std::chrono::steady_clock;
  // What was learned from since the last report.
  struct Interval {
    double loss = 0, gradient_norm = 0;
    int64_t units = 0;
    Clock::time_point begin = Clock::now();
  };

  bool epoch(const ModelFolder& folder);
  void update(std::span<const int64_t> examples);
  void report();
  void show();
  ProgressFigures figures() const;
  void validate(const ModelFolder& folder);
  bool finished() const;
  double epochs_done() const;
  std::optional<double> seconds_left() const;
  double seconds() const;

  Task& task_;
  TrainerOptions options_;
  std::optional<size_t> judge_;  // the measure to validate by; none: the loss
  Better better_;
  std::unique_ptr<Optimizer> optimizer_;
  std::unique_ptr<Schedule> schedule_;
  EarlyStopping stopping_;
  Random dropout_;
  Arena arena_;
  Profile profile_;
  Progress progress_;
  std::unique_ptr<TrainingLog> log_;

  int64_t update_ = 0;
  int64_t epoch_ = 0;          // whole ones
  int64_t examples_seen_ = 0;  // in this epoch
  int64_t validated_at_ = -1;  // update
  double rate_ = 0;            // of the last update
  Interval interval_;
  Clock::time_point begin_ = Clock::now();
  Clock::time_point shown_ = begin_;
};

}  // namespace alinea
