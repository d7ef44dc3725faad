#include "training/schedule.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "options/field_list.h"
#include "options/limits.h"
#include "support/error.h"
#include "support/name_table.h"
#include "training/state_fields.h"

namespace alinea {
namespace {

class Constant : public Schedule {
 public:
  explicit Constant(const ScheduleOptions& options) : Schedule(options) {}

 private:
  double decay(int64_t /*update*/, double /*epoch*/) const override { return 1; }
};

class Plateau : public Schedule {
 public:
  explicit Plateau(const ScheduleOptions& options) : Schedule(options) {}

  void validated(double score) override {
    if (score < best_) {
      best_ = score;
      without_improvement_ = 0;
    } else if (++without_improvement_ >= options().decay_patience) {
      decay_ *= options().decay_factor;
      without_improvement_ = 0;
    }
  }

  nlohmann::json state() const override {
    nlohmann::json state = Schedule::state();
    // JSON has no infinity: null stands for "none yet".
    state["best"] = std::isfinite(best_) ? nlohmann::json(best_) : nlohmann::json();
    state["without_improvement"] = without_improvement_;
    state["decay"] = decay_;
    return state;
  }

  void restore(const nlohmann::json& state) override {
    Schedule::restore(state);
    best_ = optional_figure(state, "best").value_or(kNone);
    without_improvement_ = count_field(state, "without_improvement");
    decay_ = number_field(state, "decay", 0.0, 1.0);
  }

 private:
  static constexpr double kNone = std::numeric_limits<double>::infinity();

  double decay(int64_t /*update*/, double /*epoch*/) const override { return decay_; }

  double best_ = kNone;
  int64_t without_improvement_ = 0;
  double decay_ = 1;
};

class LuongHalving : public Schedule {
 public:
  explicit LuongHalving(const ScheduleOptions& options) : Schedule(options) {}

 private:
  double decay(int64_t /*update*/, double epoch) const override {
    const double after = std::floor(epoch) - static_cast<double>(options().decay_after);
    return after < 0 ? 1 : std::exp2(-(after + 1));
  }
};

class InverseSqrt : public Schedule {
 public:
  explicit InverseSqrt(const ScheduleOptions& options) : Schedule(options) {}

 private:
  double decay(int64_t update, double /*epoch*/) const override {
    const auto warmup = static_cast<double>(std::max<int64_t>(options().warmup, 1));
    return std::sqrt(std::min(1.0, warmup / static_cast<double>(update)));
  }
};

class Noam : public Schedule {
 public:
  explicit Noam(const ScheduleOptions& options) : Schedule(options) {}

 private:
  double decay(int64_t update, double /*epoch*/) const override {
    const int64_t later = std::max({update, options().warmup, int64_t{1}});
    return 1 / std::sqrt(static_cast<double>(options().model_size) * static_cast<double>(later));
  }
};

template <typename Kind>
std::unique_ptr<Schedule> make(const ScheduleOptions& options) {
  return std::make_unique<Kind>(options);
}

using Make = std::unique_ptr<Schedule> (*)(const ScheduleOptions&);

const NameTable<Make> kSchedules("schedule", {{"constant", make<Constant>},
                                              {"plateau", make<Plateau>},
                                              {"luong-halving", make<LuongHalving>},
                                              {"inverse-sqrt", make<InverseSqrt>},
                                              {"noam", make<Noam>}});

}  // namespace

void ScheduleOptions::visit(FieldList& fields) {
  fields.choice("schedule", kind, schedule_names(), "learning rate schedule")
      .add("learning-rate", learning_rate,
           "learning rate; the default for adagrad is 0.01, for adadelta and schedule noam 1")
      .expect("a number above 0", [this] { return learning_rate > 0; })
      .add("warmup", warmup, "updates over which the learning rate increases from 0")
      .range<int64_t>(0, kNoLimit)
      .add("decay-factor", decay_factor, "plateau: factor by which the rate is multiplied")
      .range(0.0, 1.0)
      .needs("schedule", {"plateau"})
      .add("decay-patience", decay_patience,
           "plateau: validations without improvement before the rate is reduced")
      .range<int64_t>(1, kNoLimit)
      .needs("schedule", {"plateau"})
      .add("decay-after", decay_after, "luong-halving: epochs before the first halving")
      .range<int64_t>(0, kNoLimit)
      .needs("schedule", {"luong-halving"})
      .add("min-learning-rate", min_learning_rate, "lower bound of the learning rate's decay")
      .range(0.0, kAnyNumber)
      .needs("schedule", {"plateau", "luong-halving", "inverse-sqrt", "noam"});
}

double Schedule::learning_rate(int64_t update, double epoch) const {
  const double full = options_.learning_rate;
  const double floor = std::min(full, options_.min_learning_rate);
  const double rate = std::max(floor, full * decay(update, epoch));
  if (update >= options_.warmup) return rate;
  return rate * static_cast<double>(update) / static_cast<double>(options_.warmup);
}

void Schedule::validated(double /*score_lower_is_better*/) {}

nlohmann::json Schedule::state() const { return {{"kind", options_.kind}}; }

void Schedule::restore(const nlohmann::json& state) {
  if (!state.is_object() || state.value("kind", nlohmann::json()) != options_.kind) {
    throw Error("expected the saved state of a {} learning rate, got {}", options_.kind,
                state.dump());
  }
}

void to_json(nlohmann::json& json, const Schedule& schedule) { json = schedule.state(); }

void from_json(const nlohmann::json& json, Schedule& schedule) { schedule.restore(json); }

std::vector<std::string> schedule_names() { return kSchedules.names(); }

std::unique_ptr<Schedule> make_schedule(const ScheduleOptions& options) {
  return kSchedules[options.kind](options);
}

}  // namespace alinea
