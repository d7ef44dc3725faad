#include "training/training_state.h"

#include <algorithm>

#include "support/error.h"
#include "training/state_fields.h"

namespace alinea {

namespace {

constexpr double kLongestTraining = 1e9;  // thirty years; clocks count nanoseconds in 63 bits

// One list of the counts for both directions.
template <typename State, typename Visit>
void visit_counts(State& state, const Visit& visit) {
  visit("update", state.update);
  visit("epoch", state.epoch);
  visit("batch", state.batch);
  visit("examples_seen", state.examples_seen);
  visit("validated_at", state.validated_at);
  visit("skipped", state.skipped);
  visit("skipped_in_a_row", state.skipped_in_a_row);
  visit("arena_bytes", state.arena_bytes);
  visit("log_rows", state.log_rows);
}

nlohmann::json to_json(const TrainingInterval& interval) {
  return {{"loss", interval.loss},
          {"units", interval.units},
          {"gradient_norm", interval.gradient_norm},
          {"began", interval.began}};
}

TrainingInterval read_interval(const nlohmann::json& json) {
  return {.loss = number_field(json, "loss", -kAnyFigure, kAnyFigure),
          .units = count_field(json, "units"),
          .gradient_norm = number_field(json, "gradient_norm", 0.0, kAnyFigure),
          .began = number_field(json, "began", 0.0, kLongestTraining)};
}

Random::State read_random(const nlohmann::json& json) {
  Random::State state = {};
  const auto is_word = [](const nlohmann::json& word) { return word.is_number_unsigned(); };
  if (!json.is_array() || json.size() != state.size() || !std::ranges::all_of(json, is_word))
    throw Error("expected 'dropout' to be {} whole numbers of 64 bits", state.size());
  return json.get<Random::State>();
}

void check_order(const TrainingState& state) {
  if (state.validated_at > state.update || state.skipped > state.update ||
      state.skipped_in_a_row > state.skipped)
    throw Error("expected 'validated_at' and 'skipped' to be at most 'update', {}, got {} and {}",
                state.update, state.validated_at, state.skipped);
}

nlohmann::json field(const nlohmann::json& json, const char* name) {
  return json.is_object() ? json.value(name, nlohmann::json()) : nlohmann::json();
}

}  // namespace

void to_json(nlohmann::json& json, const TrainingState& state) {
  visit_counts(state, [&](const char* name, int64_t count) { json[name] = count; });
  json["learning_rate"] = state.learning_rate;
  json["seconds"] = state.seconds;
  json["interval"] = to_json(state.interval);
  json["dropout"] = state.dropout;
}

void from_json(const nlohmann::json& json, TrainingState& state) {
  visit_counts(state, [&](const char* name, int64_t& count) { count = count_field(json, name); });
  state.learning_rate = number_field(json, "learning_rate", 0.0, kAnyFigure);
  state.seconds = number_field(json, "seconds", 0.0, kLongestTraining);
  state.interval = read_interval(field(json, "interval"));
  state.dropout = read_random(field(json, "dropout"));
  check_order(state);
}

}  // namespace alinea
