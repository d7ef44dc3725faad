// training.csv in the model folder: one row a report, header first, CRLF line ends (RFC 4180).
// A row is on disk before the next update begins, so the log can be watched and survives a crash.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "training/task.h"

namespace alinea {

// One row. What was not measured is an empty field.
struct TrainingRecord {
  int64_t update = 0;
  double epoch = 0;            // passes over the training data, with the fraction
  std::optional<double> loss;  // nats a unit
  std::optional<double> perplexity;
  double learning_rate = 0;
  std::optional<double> gradient_norm;  // before clipping
  std::optional<double> units_per_second;
  int64_t arena_bytes = 0;  // high-water mark
  double seconds = 0;       // since training began
  std::optional<double> valid_loss;
  std::vector<double> measures = {};  // the task's, or empty
};

class TrainingLog {
 public:
  // Begins a new log at path, whose columns the task's terms name. To resume, after_update > 0
  // keeps an existing log's whole rows up to and including that update and goes on behind them.
  // Throws Error where the file cannot be read or written, or is not such a log.
  TrainingLog(std::filesystem::path path, const TaskTerms& terms, int64_t after_update = 0);

  void write(const TrainingRecord& record);

 private:
  void append(const std::string& line);

  std::filesystem::path path_;
  bool has_perplexity_;
  size_t measures_;
  std::ofstream file_;
};

}  // namespace alinea
