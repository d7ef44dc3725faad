#include "training/trainer.h"

#include <fmt/format.h>
#include <omp.h>

#include <algorithm>
#include <cmath>
#include <new>
#include <stdexcept>

#include "storage/model_files.h"
#include "support/error.h"
#include "support/units.h"

namespace alinea {

namespace {

// Keeps the dropout masks apart from the initial parameters, which come of the same seed.
constexpr uint64_t kDropoutStream = 0x64726f706f7574;
constexpr const char* kPerplexity = "perplexity";
constexpr int64_t kPlannedBy = 1000;  // batches

// Nothing for the loss, which every task has, and for the perplexity, which rises with it and
// overflows.
std::optional<size_t> measure_named(const std::string& name, const TaskTerms& terms) {
  if (name == kValidateByLoss || name == kPerplexity) return std::nullopt;
  const auto found = std::ranges::find(terms.measures, name, &Measure::name);
  if (found == terms.measures.end())
    throw std::invalid_argument("no measure of this task is called " + name);
  return static_cast<size_t>(found - terms.measures.begin());
}

// Tells the optimizer which parameters learn at a rate of their own.
void scale_rates(const ParameterStore& store, Optimizer& optimizer) {
  for (const Parameter& parameter : store.parameters()) {
    const double factor = parameter.rate_factor() *
                          (optimizer.is_normalized() ? parameter.normalized_rate_factor() : 1.0);
    if (factor == 1) continue;
    const int64_t begin = parameter.offset();
    optimizer.scale_rate(begin, begin + parameter.shape().elements(), factor);
  }
}

std::unique_ptr<Optimizer> optimizer_of(const ParameterStore& store,
                                        const OptimizerOptions& options) {
  const std::span<const float> values = store.values();
  try {
    return make_optimizer(options, std::ssize(values));
  } catch (const std::bad_alloc&) {
    throw Error(
        "out of memory: the optimizer {} needs memory beside the {:.1f} GB of parameters and "
        "gradients: choose another, smaller layers or a smaller vocabulary",
        options.kind, 2 * static_cast<double>(values.size_bytes()) / kGigabyte);
  }
}

}  // namespace

Trainer::Trainer(Task& task, const TrainerOptions& options, const ModelFolder& folder,
                 const TrainingRun& run)
    : task_(task),
      options_(options),
      folder_(folder),
      run_(run),
      group_(run.group()),
      judge_(measure_named(options.validate_by, task.terms())),
      better_(judge_ ? task.terms().measures[*judge_].better : Better::kLower),
      optimizer_(optimizer_of(task.parameters(), options.optimizer)),
      schedule_(make_schedule(options.schedule)),
      stopping_(better_, options.patience),
      kept_(folder.path(), better_, options.keep),
      dropout_(options.seed ^ kDropoutStream),
      team_(task, options.profile),
      reporter_(task.terms(), {task.epoch_size(), options.epochs, options.updates}) {
  scale_rates(task_.parameters(), *optimizer_);
  if (options.exponential_smoothing > 0)
    smoothing_.emplace(options.exponential_smoothing, std::ssize(task.parameters().values()));
  task_.parameters().compute_in(options.precision);
  if (!group_.is_alone()) sum_.emplace(group_, task_.parameters());
  if (run_.goes_on()) restore();
}

void Trainer::run(const std::function<void()>& begin) {
  if (is_finished() && state_.validated_at == state_.update) return say_finished();
  plan_memory();
  begin_ = Clock::now() - std::chrono::duration_cast<Clock::duration>(
                              std::chrono::duration<double>(state_.seconds));
  if (begin) begin();
  if (group_.leads()) {
    reporter_.open(folder_.training_log(), state_.log_rows);
    if (options_.events) reporter_.open_events(folder_.path() / kEventFile, state_.seconds);
  }
  if (run_.goes_on()) {
    reporter_.message(fmt::format("resuming from update {}", state_.update));
  } else {
    if (smoothing_) smoothing_->begin(task_.parameters().values());
    save();
  }
  const Interruption interruption;
  while (!must_stop(interruption)) {
    if (is_validation_due()) validate();
    if (is_finished()) return finish();
    if (is_save_due()) save();
    learn();
  }
  save();
  report_profile();
  reporter_.message(fmt::format(
      "interrupted and saved at update {}: the same command resumes from there", state_.update));
}

// The ranks stop after the same update, whichever of them was told to.
bool Trainer::must_stop(const Interruption& interruption) {
  group_.begin(fmt::format("update {}", state_.update + 1));
  double told = interruption.requested() ? 1 : 0;
  group_.sum(std::span(&told, 1));
  return told > 0;
}

void Trainer::plan_memory() {
  const ParameterStore& parameters = task_.parameters();
  size_t fixed = parameters.values().size_bytes() + parameters.gradients().size_bytes();
  for (const auto& [name, values] : states()) fixed += values.size_bytes();
  if (options_.precision == Precision::kBf16) fixed += parameters.values().size_bytes() / 2;
  const int64_t left = options_.memory * 1'000'000 - static_cast<int64_t>(fixed);
  if (options_.memory > 0 && left <= 0)
    throw Error("parameters, gradients and optimizer need {:.1f} MB: raise --memory",
                static_cast<double>(fixed) / kMegabyte);
  // Measuring is no part of the training.
  const std::vector<float> carried(task_.carried().begin(), task_.carried().end());
  memory_.emplace(task_, options_.memory > 0 ? left : 0);
  std::ranges::copy(carried, task_.carried().begin());

  // By the first epoch, wherever the training goes on from: a batch comes in the same parts. Its
  // pools are random samples, so that not all are needed.
  EpochBatches batches = task_.batches(options_.seed, 0);
  int64_t sum = 0, count = 0, most = 0;
  std::vector<int64_t> longest;
  for (; count < kPlannedBy && !batches.done(); ++count) {
    std::vector<int64_t> mine = share(batches.next());
    const int64_t bytes = memory_->bytes(mine);
    sum += bytes;
    if (bytes <= most) continue;
    most = bytes;
    longest = std::move(mine);
  }
  memory_->even_out(static_cast<double>(sum) / static_cast<double>(count),
                    omp_get_max_threads() * task_.terms().least_share);
  std::string line = fmt::format(
      "memory: {:.1f} MB for parameters, gradients and optimizer, about {:.1f} MB for the largest "
      "batch",
      static_cast<double>(fixed) / kMegabyte, static_cast<double>(most) / kMegabyte);
  const size_t parts = memory_->parts(longest).size();
  if (parts > 1) line += fmt::format(", which is split into {} parts", parts);
  reporter_.message(line);
}

void Trainer::finish() {
  if (state_.validated_at != state_.update) validate();
  if (save_is_due_ || saved_at_ != state_.update) save();
  reporter_.finish();
  report_profile();
}

void Trainer::report_profile() {
  if (!options_.profile) return;
  Profile whole = team_.profile();
  whole.add(profile_);
  reporter_.message(whole.table());
}

void Trainer::validate() {
  reporter_.report(state_);
  state_.validated_at = state_.update;
  team_.release();  // validation needs memory of its own
  const AverageInPlace average(task_.parameters(), smoothing_ ? &*smoothing_ : nullptr);
  const Validation validation = task_.validate(group_);
  check_converging(validation);
  const double loss = validation.has_loss ? validation.loss : std::nan("");
  const double score = judge_ ? validation.measures[*judge_] : loss;
  // Without a score, as where another program that gives it failed, nothing is decided.
  const bool has_score = !std::isnan(score);
  const bool best = has_score && stopping_.validated(score, loss);
  if (has_score) schedule_->validated(better_ == Better::kHigher ? -score : score);
  if (group_.leads()) {
    folder_.save_parameters(task_.parameters(), Snapshot::kLast);
    if (best || best_is_lost_) folder_.save_parameters(task_.parameters(), Snapshot::kBest);
    if (has_score) kept_.validated(state_.update, {score, loss}, task_.parameters());
  }
  best_is_lost_ = false;
  save_is_due_ = true;
  state_.seconds = seconds();
  reporter_.validated(state_, validation, best);
  begin_interval();
}

// Nothing could be compared with such a validation, and its parameters are of no use. The log shows
// it until training goes on.
void Trainer::check_converging(const Validation& validation) {
  if (!validation.has_loss) return;
  const double perplexity = task_.terms().has_perplexity ? std::exp(validation.loss) : 0;
  if (std::isfinite(validation.loss) && std::isfinite(perplexity)) return;
  reporter_.validated(state_, validation, /*best=*/false);
  throw Error(
      "training diverged, the validation loss of update {} is {}{}: lower --learning-rate or "
      "--clip-norm to resume from the last checkpoint",
      state_.update, validation.loss,
      std::isfinite(perplexity) ? "" : fmt::format(" and the perplexity {}", perplexity));
}

bool Trainer::is_validation_due() const {
  if (state_.validated_at == state_.update) return false;
  if (options_.validate_every == 0) return state_.batch == 0;
  return state_.update % options_.validate_every == 0;
}

// After an update that was skipped it waits: whether the parameters lead to finite losses at all is
// not known yet.
bool Trainer::is_save_due() {
  const bool is_time = options_.save_every > 0 && state_.update % options_.save_every == 0;
  if (is_time && saved_at_ != state_.update) save_is_due_ = true;
  return save_is_due_ && state_.skipped_in_a_row == 0;
}

bool Trainer::is_finished() const {
  if (options_.updates > 0 && state_.update >= options_.updates) return true;
  if (options_.epochs > 0 && state_.epoch >= options_.epochs) return true;
  return stopping_.should_stop();
}

void Trainer::say_finished() {
  reporter_.message(fmt::format(
      "nothing to do, the training ended after {} updates and {:.2f} epochs: {}", state_.update,
      state_.epochs_done(task_.epoch_size()),
      stopping_.should_stop()
          ? "raise --patience to continue, or give --overwrite to start over"
          : "raise --epochs or --updates to continue, or give --overwrite to start over"));
}

double Trainer::seconds() const {
  return std::chrono::duration<double>(Clock::now() - begin_).count();
}

}  // namespace alinea
