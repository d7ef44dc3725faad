#include "training/trainer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "support/error.h"

namespace alinea {

namespace {

// Keeps the dropout masks apart from the initial parameters, which come of the same seed.
constexpr uint64_t kDropoutStream = 0x64726f706f7574;

// Nothing for the loss, which every task has.
std::optional<size_t> measure_named(const std::string& name, const TaskTerms& terms) {
  if (name == kValidateByLoss) return std::nullopt;
  const auto found = std::ranges::find(terms.measures, name, &Measure::name);
  if (found == terms.measures.end())
    throw std::invalid_argument("no measure of this task is called " + name);
  return static_cast<size_t>(found - terms.measures.begin());
}

double seconds_between(std::chrono::steady_clock::time_point begin,
                       std::chrono::steady_clock::time_point end) {
  return std::chrono::duration<double>(end - begin).count();
}

}  // namespace

Trainer::Trainer(Task& task, const TrainerOptions& options)
    : task_(task),
      options_(options),
      judge_(measure_named(options.validate_by, task.terms())),
      better_(judge_ ? task.terms().measures[*judge_].better : Better::kLower),
      optimizer_(make_optimizer(options.optimizer,
                                static_cast<int64_t>(task.parameters().values().size()))),
      schedule_(make_schedule(options.schedule)),
      stopping_(better_, options.patience),
      dropout_(options.seed ^ kDropoutStream),
      progress_(Progress::on_stderr()) {
  ParameterStore& parameters = task_.parameters();
  for (const Parameter& parameter : parameters.parameters()) {
    if (parameter.rate_factor() == 1) continue;
    const auto begin = parameter.value().data() - parameters.values().data();
    optimizer_->scale_rate(begin, begin + parameter.shape().elements(), parameter.rate_factor());
  }
  Random random(options.seed);
  parameters.initialize(random);
}

void Trainer::run(const ModelFolder& folder) {
  log_ = std::make_unique<TrainingLog>(folder.training_log(), task_.terms());
  begin_ = Clock::now();
  interval_ = {};
  while (epoch(folder)) {
  }
  if (validated_at_ != update_) validate(folder);
  progress_.finish();
  if (options_.profile) progress_.message(profile_.table());
}

bool Trainer::epoch(const ModelFolder& folder) {
  for (const std::vector<int64_t>& batch : task_.batches(options_.seed, epoch_)) {
    update(batch);
    examples_seen_ += static_cast<int64_t>(batch.size());
    if (update_ % options_.log_every == 0) report();
    show();
    if (options_.validate_every > 0 && update_ % options_.validate_every == 0) validate(folder);
    if (finished()) return false;
  }
  ++epoch_;
  examples_seen_ = 0;
  if (options_.validate_every == 0) validate(folder);
  return !finished();
}

void Trainer::update(std::span<const int64_t> examples) {
  ParameterStore& parameters = task_.parameters();
  parameters.clear_gradients();
  arena_.reset();
  Profile* profile = options_.profile ? &profile_ : nullptr;
  Tape tape(arena_, Tape::Mode::kTraining, &dropout_, profile);
  const BatchLoss batch = task_.loss(tape, examples);
  const auto loss = static_cast<double>(batch.sum.value()[0]);
  tape.backward(batch.sum, 1.0F / static_cast<float>(batch.count));

  const ProfileTimer timer(profile, "optimizer");
  const double norm = clip_by_global_norm(parameters.gradients(), options_.clip_norm);
  if (!std::isfinite(loss) || !std::isfinite(norm))
    throw Error(
        "the loss of update {} is not a number: lower --learning-rate or --clip-norm and train "
        "again",
        update_ + 1);
  ++update_;
  rate_ = schedule_->learning_rate(update_, epochs_done());
  optimizer_->update(parameters.values(), parameters.gradients(), rate_);
  parameters.changed();
  interval_.loss += loss;
  interval_.units += batch.count;
  interval_.gradient_norm = norm;
}

double Trainer::epochs_done() const {
  return static_cast<double>(epoch_) +
         static_cast<double>(examples_seen_) / static_cast<double>(task_.size());
}

double Trainer::seconds() const { return seconds_between(begin_, Clock::now()); }

std::optional<double> Trainer::seconds_left() const {
  double share = 0;  // of the whole training
  if (options_.updates > 0)
    share = static_cast<double>(update_) / static_cast<double>(options_.updates);
  if (options_.epochs > 0)
    share = std::max(share, epochs_done() / static_cast<double>(options_.epochs));
  if (share <= 0) return std::nullopt;
  return seconds() * (1 / share - 1);
}

void Trainer::show() {
  constexpr double kRefresh = 0.5;  // seconds
  if (!progress_.is_terminal() || seconds_between(shown_, Clock::now()) < kRefresh) return;
  if (interval_.units == 0) return;
  shown_ = Clock::now();
  progress_.show(figures());
}

ProgressFigures Trainer::figures() const {
  ProgressFigures figures;
  figures.update = update_;
  figures.epoch = epochs_done();
  figures.loss = interval_.loss / static_cast<double>(interval_.units);
  if (task_.terms().has_perplexity) figures.perplexity = std::exp(figures.loss);
  figures.units_per_second =
      static_cast<double>(interval_.units) / seconds_between(interval_.begin, Clock::now());
  figures.unit = task_.terms().unit;
  figures.arena_bytes = static_cast<int64_t>(arena_.high_water());
  figures.seconds_left = seconds_left();
  return figures;
}

void Trainer::report() {
  const ProgressFigures now = figures();
  TrainingRecord record;
  record.update = update_;
  record.epoch = now.epoch;
  record.loss = now.loss;
  record.perplexity = now.perplexity;
  record.learning_rate = rate_;
  record.gradient_norm = interval_.gradient_norm;
  record.units_per_second = now.units_per_second;
  record.arena_bytes = now.arena_bytes;
  record.seconds = seconds();
  log_->write(record);
  if (!progress_.is_terminal()) progress_.show(now);
  interval_ = {};
}

void Trainer::validate(const ModelFolder& folder) {
  if (interval_.units > 0) report();
  validated_at_ = update_;
  const Validation validation = task_.validate();
  if (!std::isfinite(validation.loss))
    throw Error(
        "the validation loss of update {} is {}: lower --learning-rate or --clip-norm and train "
        "again",
        update_, validation.loss);
  const double score = judge_ ? validation.measures[*judge_] : validation.loss;
  const bool best = stopping_.validated(score);
  schedule_->validated(better_ == Better::kHigher ? -score : score);
  folder.save_parameters(task_.parameters(), Snapshot::kLast);
  if (best) folder.save_parameters(task_.parameters(), Snapshot::kBest);

  TrainingRecord record;
  record.update = update_;
  record.epoch = epochs_done();
  record.learning_rate = rate_;
  record.arena_bytes = static_cast<int64_t>(arena_.high_water());
  record.seconds = seconds();
  record.valid_loss = validation.loss;
  record.measures = validation.measures;
  log_->write(record);
  std::string line = fmt::format("validation at update {}  epoch {:.2f}  loss {:.4f}", update_,
                                 epochs_done(), validation.loss);
  for (size_t i = 0; i < validation.measures.size(); ++i)
    line += fmt::format("  {} {:.4f}", task_.terms().measures[i].title, validation.measures[i]);
  progress_.message(line + (best ? "  (best)" : ""));
  if (!validation.details.empty()) progress_.message(validation.details);
  interval_ = {};
}

bool Trainer::finished() const {
  if (options_.updates > 0 && update_ >= options_.updates) return true;
  if (options_.epochs > 0 && epoch_ >= options_.epochs) return true;
  return stopping_.should_stop();
}

}  // namespace alinea
