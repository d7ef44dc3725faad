// Trains a model: batches, updates, validation, the parameters that are kept, and what it takes to
// go on later as if nothing had happened.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "serialization/model_folder.h"
#include "training/early_stopping.h"
#include "training/exponential_smoothing.h"
#include "training/gradient_sum.h"
#include "training/gradient_team.h"
#include "training/interruption.h"
#include "training/kept_parameters.h"
#include "training/memory_plan.h"
#include "training/optimizer.h"
#include "training/reporter.h"
#include "training/schedule.h"
#include "training/task.h"
#include "training/training_run.h"
#include "training/training_state.h"

namespace alinea {

inline constexpr const char* kValidateByLoss = "loss";

struct TrainerOptions {
  Precision precision = Precision::kF32;  // of products with weights
  OptimizerOptions optimizer;
  ScheduleOptions schedule;
  int64_t update_every = 1;                // batches that make an update
  double clip_norm = 1.0;                  // 0: no clipping
  double exponential_smoothing = 0;        // 0: none
  int64_t epochs = 10;                     // 0: no limit
  int64_t updates = 0;                     // 0: no limit
  int64_t validate_every = 0;              // updates; 0: at the end of every epoch
  std::string validate_by = "perplexity";  // a measure of the task, or the loss
  int64_t patience = 5;                    // validations without a new best; 0: no early stopping
  KeptOptions keep;                        // parameters of validations
  int64_t log_every = 100;                 // updates
  int64_t save_every = 1000;               // updates; 0: at validations only
  // Megabytes for parameters, gradients, optimizer and a batch, which is cut where it needs more;
  // 0: no limit but MemoryPlan's own.
  int64_t memory = 0;
  bool profile = false;  // print where the time went
  bool events = false;   // for TensorBoard
  uint64_t seed = 1;
};

class Trainer {
 public:
  // Begins with the parameters as they are, or takes them and all else from where the run starts.
  // All but the options must outlive the trainer. Throws Error where the checkpoint belongs to
  // another model. The ranks of the run's group share every batch and every validation.
  Trainer(Task& task, const TrainerOptions& options, const ModelFolder& folder,
          const TrainingRun& run);

  // Trains until an option, SIGINT or SIGTERM ends it, on whatever rank, writing parameters, log
  // and checkpoints into the folder on the first. Throws Error where losses or gradients are no
  // longer finite, or the parameters of the ranks no longer the same; what was saved stays.
  // `begin` is called once all that can be refused was, before anything is written.
  void run(const std::function<void()>& begin = {});

 private:
  using Clock = std::chrono::steady_clock;
  void restore();
  nlohmann::json read_checkpoint();
  void check_same_parameters();
  void save();
  std::vector<std::pair<std::string, std::span<float>>> states();
  std::vector<TensorView> tensors();
  void finish();
  void report_profile();
  void begin_epoch();
  void learn();
  void plan_memory();
  void update(std::span<const std::vector<int64_t>> batches);
  std::vector<int64_t> share(std::span<const int64_t> examples) const;
  GradientTeam::Learned accumulate(std::span<const std::vector<int64_t>> batches);
  void add_up(GradientTeam::Learned& learned);
  bool must_stop(const Interruption& interruption);
  void skip(double loss, double norm);
  void advance(std::span<const std::vector<int64_t>> batches);
  void validate();
  void check_converging(const Validation& validation);
  void begin_interval();
  bool is_validation_due() const;
  bool is_save_due();
  bool is_finished() const;
  void say_finished();
  double seconds() const;

  Task& task_;
  TrainerOptions options_;
  const ModelFolder& folder_;
  const TrainingRun& run_;
  Group& group_;
  std::optional<size_t> judge_;  // the measure to validate by; none: the loss
  Better better_;
  std::unique_ptr<Optimizer> optimizer_;
  std::unique_ptr<Schedule> schedule_;
  std::optional<ExponentialSmoothing> smoothing_;
  EarlyStopping stopping_;
  KeptParameters kept_;
  Random dropout_;
  GradientTeam team_;
  Profile profile_;  // of what comes after the gradients
  std::optional<MemoryPlan> memory_;
  std::optional<GradientSum> sum_;  // where there are other ranks
  Reporter reporter_;

  TrainingState state_;
  std::optional<EpochBatches> batches_;  // that this epoch still has; none before the first
  int64_t saved_at_ = -1;                // update
  bool save_is_due_ = false;
  bool best_is_lost_ = false;               // its file is missing or damaged
  Clock::time_point begin_ = Clock::now();  // as if training had never been interrupted
};

}  // namespace alinea
