#include "training/trainer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "support/error.h"

namespace alinea {

namespace {

// Keeps the dropout masks apart from the initial parameters, which come of the same seed.
constexpr uint64_t kDropoutStream = 0x64726f706f7574;

Better better(const TrainerOptions& options) {
  return options.validate_by == "bleu" ? Better::kHigher : Better::kLower;
}

double seconds_between(std::chrono::steady_clock::time_point begin,
                       std::chrono::steady_clock::time_point end) {
  return std::chrono::duration<double>(end - begin).count();
}

}  // namespace

Trainer::Trainer(Seq2Seq& model, const Data& data, const TrainerOptions& options)
    : model_(model),
      data_(data),
      options_(options),
      optimizer_(make_optimizer(options.optimizer,
                                static_cast<int64_t>(model.parameters().values().size()))),
      schedule_(make_schedule(options.schedule)),
      stopping_(better(options), options.patience),
      dropout_(options.seed ^ kDropoutStream),
      progress_(Progress::on_stderr()) {
  Random random(options.seed);
  model_.parameters().initialize(random);
}

void Trainer::run(const ModelFolder& folder) {
  log_ = std::make_unique<TrainingLog>(folder.training_log());
  begin_ = Clock::now();
  interval_ = {};
  while (epoch(folder)) {
  }
  if (validated_at_ != update_) validate(folder);
  progress_.finish();
}

bool Trainer::epoch(const ModelFolder& folder) {
  for (const std::vector<int64_t>& batch :
       epoch_batches(data_.training, options_.batch, options_.seed, epoch_)) {
    update(batch);
    sentences_seen_ += static_cast<int64_t>(batch.size());
    if (update_ % options_.log_every == 0) report();
    show();
    if (options_.validate_every > 0 && update_ % options_.validate_every == 0) validate(folder);
    if (finished()) return false;
  }
  ++epoch_;
  sentences_seen_ = 0;
  if (options_.validate_every == 0) validate(folder);
  return !finished();
}

void Trainer::update(std::span<const int64_t> indices) {
  const Batch batch = make_batch(data_.training, indices);
  const int64_t tokens = batch.target_tokens();
  ParameterStore& parameters = model_.parameters();
  parameters.clear_gradients();
  arena_.reset();
  Tape tape(arena_, Tape::Mode::kTraining, &dropout_);
  const Forced forced = model_.force(tape, batch, static_cast<float>(options_.label_smoothing));
  const auto loss = static_cast<double>(forced.loss.value()[0]);
  tape.backward(forced.loss, 1.0F / static_cast<float>(tokens));

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
  interval_.tokens += tokens;
  interval_.gradient_norm = norm;
}

double Trainer::epochs_done() const {
  return static_cast<double>(epoch_) +
         static_cast<double>(sentences_seen_) / static_cast<double>(data_.training.size());
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
  if (interval_.tokens == 0) return;
  shown_ = Clock::now();
  const double loss = interval_.loss / static_cast<double>(interval_.tokens);
  progress_.show({update_, epochs_done(), loss, std::exp(loss),
                  static_cast<double>(interval_.tokens) / seconds_between(interval_.begin, shown_),
                  static_cast<int64_t>(arena_.high_water()), seconds_left()});
}

void Trainer::report() {
  const double loss = interval_.loss / static_cast<double>(interval_.tokens);
  const double speed =
      static_cast<double>(interval_.tokens) / seconds_between(interval_.begin, Clock::now());
  const auto arena = static_cast<int64_t>(arena_.high_water());
  TrainingRecord record;
  record.update = update_;
  record.epoch = epochs_done();
  record.loss = loss;
  record.perplexity = std::exp(loss);
  record.learning_rate = rate_;
  record.gradient_norm = interval_.gradient_norm;
  record.target_tokens_per_second = speed;
  record.arena_bytes = arena;
  record.seconds = seconds();
  log_->write(record);
  if (!progress_.is_terminal())
    progress_.show({update_, epochs_done(), loss, std::exp(loss), speed, arena, seconds_left()});
  interval_ = {};
}

void Trainer::validate(const ModelFolder& folder) {
  if (interval_.tokens > 0) report();
  validated_at_ = update_;
  const ValidationScores scores = alinea::validate(model_, data_.languages, data_.validation);
  if (!std::isfinite(scores.loss))
    throw Error(
        "the validation loss of update {} is {}: lower --learning-rate or --clip-norm and train "
        "again",
        update_, scores.loss);
  const bool by_bleu = better(options_) == Better::kHigher;
  const double score = by_bleu ? *scores.bleu : scores.perplexity;
  const bool best = stopping_.validated(score);
  schedule_->validated(by_bleu ? -score : score);
  folder.save_parameters(model_.parameters(), Snapshot::kLast);
  if (best) folder.save_parameters(model_.parameters(), Snapshot::kBest);

  TrainingRecord record;
  record.update = update_;
  record.epoch = epochs_done();
  record.learning_rate = rate_;
  record.arena_bytes = static_cast<int64_t>(arena_.high_water());
  record.seconds = seconds();
  record.valid_loss = scores.loss;
  record.valid_perplexity = scores.perplexity;
  record.valid_bleu = scores.bleu;
  log_->write(record);
  progress_.message(fmt::format(
      "validation at update {}  epoch {:.2f}  loss {:.4f}  perplexity {:.4f}{}{}", update_,
      epochs_done(), scores.loss, scores.perplexity,
      scores.bleu ? fmt::format("  BLEU {:.2f}", *scores.bleu) : "", best ? "  (best)" : ""));
  interval_ = {};
}

bool Trainer::finished() const {
  if (options_.updates > 0 && update_ >= options_.updates) return true;
  if (options_.epochs > 0 && epoch_ >= options_.epochs) return true;
  return stopping_.should_stop();
}

}  // namespace alinea
