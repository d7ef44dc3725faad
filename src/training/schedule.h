// How the learning rate moves during training. Updates are counted from 1; epoch is the number of
// passes over the training data before the update, with its fraction, so 0 at the first update.
//
//   constant       the rate as given
//   plateau        times decay_factor after decay_patience validations in a row without a new best
//   luong-halving  halved after decay_after epochs and again at every epoch from there on
//                  (Luong, Pham & Manning 2015, section 4.1: 5 epochs, with dropout 8)
//   inverse-sqrt   times sqrt(warmup / update) after the warm-up (Vaswani et al. 2017, section 5.3)
//   noam           the rate is a factor of d^-0.5 min(update^-0.5, update warmup^-1.5), d the size
//   of
//                  the model (the same, equation 3)
//
// Any of them rises linearly from rate/warmup to the rate over the first `warmup` updates.
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace alinea {

class FieldList;

struct ScheduleOptions {
  std::string kind = "constant";
  double learning_rate = 1e-3;
  int64_t warmup = 0;            // updates
  double decay_factor = 0.5;     // plateau
  int64_t decay_patience = 1;    // plateau: validations, at least 1
  int64_t decay_after = 5;       // luong-halving: epochs
  int64_t model_size = 512;      // noam: d, which is no option of its own
  double min_learning_rate = 0;  // no decay goes below; a smaller learning_rate stays as given

  void visit(FieldList& fields);
};

class Schedule {
 public:
  virtual ~Schedule() = default;

  // The rate of one update, warm-up included.
  double learning_rate(int64_t update, double epoch) const;

  // Tells of a validation. A score that is not a number counts as no improvement.
  virtual void validated(double score_lower_is_better);

  // What a checkpoint has to keep, and the way back. restore throws Error where the state is
  // unreadable or belongs to another kind of schedule.
  virtual nlohmann::json state() const;
  virtual void restore(const nlohmann::json& state);

 protected:
  explicit Schedule(const ScheduleOptions& options) : options_(options) {}
  const ScheduleOptions& options() const { return options_; }

 private:
  // What is left of the rate, 1 before any decay.
  virtual double decay(int64_t update, double epoch) const = 0;

  ScheduleOptions options_;
};

void to_json(nlohmann::json& json, const Schedule& schedule);
void from_json(const nlohmann::json& json, Schedule& schedule);

std::vector<std::string> schedule_names();

// Throws UsageError for a kind that is not one of schedule_names().
std::unique_ptr<Schedule> make_schedule(const ScheduleOptions& options);

}  // namespace alinea
