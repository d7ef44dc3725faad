// training.csv in the model folder: one row a report, header first, CRLF line ends (RFC 4180).
// A row is on disk before the next update begins, so the log can be watched and survives a crash.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "training/event_file.h"
#include "training/task.h"

namespace alinea {

// One row. What was not measured is an empty field.
struct TrainingRecord {
  int64_t update = 0;
  double epoch = 0;            // passes over the training data, with the fraction
  std::optional<double> loss;  // nats per unit
  std::optional<double> perplexity;
  double learning_rate = 0;
  std::optional<double> gradient_norm;  // before clipping
  std::optional<double> units_per_second;
  int64_t arena_bytes = 0;  // high-water mark
  double seconds = 0;       // since training began
  std::optional<double> valid_loss;
  std::vector<double> measures = {};  // the task's, or empty; NaN where one was not measured
};

// What was measured, by the columns of the log that hold it, but for update and epoch.
std::vector<Scalar> scalars(const TaskTerms& terms, const TrainingRecord& record);

class TrainingLog {
 public:
  // Begins a log at path, whose columns the task's terms name. To resume, it keeps an existing
  // log's first `kept_rows` whole rows, or as many as there are, and goes on behind them. Throws
  // Error where the file cannot be read or written, or is not such a log.
  TrainingLog(std::filesystem::path path, const TaskTerms& terms, int64_t kept_rows = 0);
  TrainingLog(const TrainingLog&) = delete;
  TrainingLog& operator=(const TrainingLog&) = delete;
  ~TrainingLog();

  // Both throw Error where the disk is full or the file is gone.
  void write(const TrainingRecord& record);
  // Returns once what was written survives a loss of power.
  void sync();

  int64_t rows() const { return rows_; }
  const std::filesystem::path& path() const { return path_; }

 private:
  void append(std::string_view line);
  [[noreturn]] void fail(int error) const;

  std::filesystem::path path_;
  bool has_perplexity_;
  size_t measures_;
  int64_t rows_ = 0;
  int file_ = -1;
};

}  // namespace alinea
