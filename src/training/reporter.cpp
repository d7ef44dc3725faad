#include "training/reporter.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "support/figure.h"
#include "training/training_table.h"

namespace alinea {

Reporter::Reporter(const TaskTerms& terms, const Length& length)
    : terms_(terms), length_(length), progress_(Progress::on_stderr()) {}

void Reporter::open(const std::filesystem::path& log, int64_t rows) {
  log_ = std::make_unique<TrainingLog>(log, terms_, rows);
}

void Reporter::open_events(const std::filesystem::path& file, double seconds) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  began_ = std::chrono::duration<double>(now).count() - seconds;
  events_ = std::make_unique<EventFile>(file, began_);
  const TrainingTable table = read_training_table(log_->path());
  const size_t update = table.column("update").value(), elapsed = table.column("seconds").value();
  for (const TrainingTable::Row& row : table.rows) {
    std::vector<Scalar> scalars;
    for (size_t c = 0; c < row.size(); ++c)
      if (row[c] && c != update && table.columns[c] != "epoch")
        scalars.push_back({table.columns[c], *row[c]});
    events_->write(began_ + row[elapsed].value_or(0), static_cast<int64_t>(row[update].value_or(0)),
                   scalars);
  }
}

void Reporter::log(const TrainingRecord& row) {
  if (log_) log_->write(row);
  if (events_) events_->write(began_ + row.seconds, row.update, scalars(terms_, row));
}

void Reporter::show(const TrainingState& state) {
  constexpr double kRefresh = 0.5;  // seconds
  if (!progress_.is_terminal() || state.interval.units == 0) return;
  if (state.seconds - shown_ < kRefresh) return;
  shown_ = state.seconds;
  progress_.show(figures(state));
}

void Reporter::report(const TrainingState& state) {
  if (state.interval.units == 0) return;  // all of it was skipped
  const ProgressFigures now = figures(state);
  TrainingRecord row = record(state);
  row.loss = now.loss;
  row.perplexity = now.perplexity;
  row.gradient_norm = state.interval.gradient_norm;
  row.units_per_second = now.units_per_second;
  log(row);
  if (!progress_.is_terminal()) progress_.show(now);
}

void Reporter::validated(const TrainingState& state, const Validation& validation, bool best) {
  TrainingRecord row = record(state);
  if (validation.has_loss) row.valid_loss = validation.loss;
  row.measures = validation.measures;
  log(row);
  std::string line = fmt::format("validation at update {}  epoch {:.2f}  loss {}", row.update,
                                 row.epoch, validation.has_loss ? figure(validation.loss) : "none");
  for (size_t i = 0; i < validation.measures.size(); ++i) {
    const double value = validation.measures[i];
    line += fmt::format("  {} {}", terms_.measures[i].title,
                        std::isnan(value) ? "none" : figure(value));
  }
  progress_.message(line + (best ? "  (best)" : ""));
  if (!validation.details.empty()) progress_.message(validation.details);
}

int64_t Reporter::sync() {
  if (!log_) return 0;
  log_->sync();
  return log_->rows();
}

TrainingRecord Reporter::record(const TrainingState& state) const {
  TrainingRecord row;
  row.update = state.update;
  row.epoch = state.epochs_done(length_.examples);
  row.learning_rate = state.learning_rate;
  row.arena_bytes = state.arena_bytes;
  row.seconds = state.seconds;
  return row;
}

ProgressFigures Reporter::figures(const TrainingState& state) const {
  const auto units = static_cast<double>(state.interval.units);
  ProgressFigures figures;
  figures.update = state.update;
  figures.epoch = state.epochs_done(length_.examples);
  figures.loss = state.interval.loss / units;
  if (terms_.has_perplexity) figures.perplexity = std::exp(figures.loss);
  figures.units_per_second = units / (state.seconds - state.interval.began);
  figures.unit = terms_.unit;
  figures.arena_bytes = state.arena_bytes;
  figures.seconds_left = seconds_left(state);
  return figures;
}

std::optional<double> Reporter::seconds_left(const TrainingState& state) const {
  double share = 0;  // of the whole training
  if (length_.updates > 0)
    share = static_cast<double>(state.update) / static_cast<double>(length_.updates);
  if (length_.epochs > 0)
    share =
        std::max(share, state.epochs_done(length_.examples) / static_cast<double>(length_.epochs));
  if (share <= 0) return std::nullopt;
  return state.seconds * (1 / share - 1);
}

}  // namespace alinea
