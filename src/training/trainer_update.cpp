// How the trainer learns from the batches of an update.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

#include "support/error.h"
#include "training/gradient_norm.h"
#include "training/trainer.h"

namespace alinea {

namespace {

constexpr int64_t kMostSkipped = 10;  // updates in a row

}  // namespace

// Where training goes on, the epoch has given some of its batches already.
void Trainer::begin_epoch() {
  batches_ = task_.batches(options_.seed, state_.epoch);
  for (int64_t given = 0; given < state_.batch; ++given) {
    if (batches_->done())
      throw Error(
          "the checkpoint at update {} is at batch {} of its epoch, which has {}: it is damaged; "
          "give --overwrite to start over",
          state_.update, state_.batch, given);
    batches_->next();
  }
}

void Trainer::learn() {
  task_.begin_update(state_.update);
  if (!batches_ || batches_->done()) begin_epoch();
  std::vector<std::vector<int64_t>> batches;
  while (std::ssize(batches) < options_.update_every && !batches_->done())
    batches.push_back(batches_->next());
  update(batches);
  advance(batches);
  if (state_.update % options_.log_every == 0) {
    reporter_.report(state_);
    begin_interval();
  }
  reporter_.show(state_);
}

// Every rank takes one example in so many, so that all have short and long ones.
std::vector<int64_t> Trainer::share(std::span<const int64_t> examples) const {
  std::vector<int64_t> mine = alinea::share(group_, std::ssize(examples));
  for (int64_t& i : mine) i = examples[static_cast<size_t>(i)];
  return mine;
}

// Leaves the gradients of the sum over all examples of the batches, on however many ranks and in
// however many parts they come.
GradientTeam::Learned Trainer::accumulate(std::span<const std::vector<int64_t>> batches) {
  std::vector<std::vector<int64_t>> shares;
  for (const std::vector<int64_t>& batch : batches) shares.push_back(share(batch));
  std::vector<std::span<const int64_t>> parts;
  for (const std::vector<int64_t>& mine : shares)
    if (!mine.empty()) std::ranges::copy(memory_->parts(mine), std::back_inserter(parts));
  if (group_.is_alone()) return team_.sum(parts, dropout_);
  // All ranks keep the same generator, and each drops units by one of its own.
  Random own(dropout_.next() + static_cast<uint64_t>(group_.rank()));
  GradientTeam::Learned learned = team_.sum(parts, own, &*sum_);
  add_up(learned);
  return learned;
}

// Over the ranks: what was learned, and the gradients.
void Trainer::add_up(GradientTeam::Learned& learned) {
  const ProfileTimer timer(options_.profile ? &profile_ : nullptr, "sum over the ranks");
  std::array<double, 3> sums = {learned.loss, static_cast<double>(learned.units), learned.feedback};
  group_.sum(sums);
  sum_->finish();
  learned = {sums[0], static_cast<int64_t>(sums[1]), sums[2],
             global_norm(task_.parameters().gradients())};
}

void Trainer::update(std::span<const std::vector<int64_t>> batches) {
  ParameterStore& parameters = task_.parameters();
  const GradientTeam::Learned learned = accumulate(batches);
  const ProfileTimer timer(options_.profile ? &profile_ : nullptr, "optimizer");
  // The gradients of the mean loss are so many times those of the sum.
  const double mean = 1 / static_cast<double>(learned.units), norm = mean * learned.norm;
  ++state_.update;
  state_.learning_rate =
      schedule_->learning_rate(state_.update, state_.epochs_done(task_.epoch_size()));
  if (!std::isfinite(learned.loss) || !std::isfinite(norm)) return skip(learned.loss, norm);
  state_.skipped_in_a_row = 0;
  optimizer_->update(parameters.values(), parameters.gradients(), state_.learning_rate,
                     mean * clipping(norm, options_.clip_norm));
  if (smoothing_) smoothing_->update(parameters.values(), optimizer_->steps());
  parameters.changed();
  state_.interval.loss += learned.loss;
  state_.interval.units += learned.units;
  state_.interval.gradient_norm = norm;
  task_.end_update(learned.feedback, learned.units);
}

// The parameters stay as they are. Where they have never led to a finite loss they are not worth
// keeping, and the checkpoint before them is what to go on from.
void Trainer::skip(double loss, double norm) {
  ++state_.skipped;
  ++state_.skipped_in_a_row;
  reporter_.message(
      fmt::format("update {} skipped, with a loss of {} and a gradient norm of {}: {} skipped so "
                  "far, {} in a row",
                  state_.update, loss, norm, state_.skipped, state_.skipped_in_a_row));
  if (state_.skipped_in_a_row < kMostSkipped) return;
  if (saved_at_ >= state_.update - state_.skipped_in_a_row) run_.discard(saved_at_);
  throw Error(
      "the losses or gradients of {} updates in a row were not finite: lower --learning-rate or "
      "--clip-norm to resume from the last good parameters",
      state_.skipped_in_a_row);
}

void Trainer::advance(std::span<const std::vector<int64_t>> batches) {
  state_.batch += std::ssize(batches);
  for (const std::vector<int64_t>& batch : batches) state_.examples_seen += std::ssize(batch);
  if (batches_->done()) {
    ++state_.epoch;
    state_.batch = 0;
    state_.examples_seen = 0;
  }
  state_.arena_bytes = std::max(state_.arena_bytes, team_.high_water());
  state_.seconds = seconds();
}

void Trainer::begin_interval() {
  state_.interval = {};
  state_.interval.began = state_.seconds;
}

}  // namespace alinea
