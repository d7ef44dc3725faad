#include "training/training_state.h"

namespace alinea {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(TrainingInterval, loss, units, gradient_norm, began)

namespace {

// One list of the fields for both directions.
template <typename State, typename Visit>
void visit_fields(State& state, const Visit& visit) {
  visit("update", state.update);
  visit("epoch", state.epoch);
  visit("batch", state.batch);
  visit("examples_seen", state.examples_seen);
  visit("validated_at", state.validated_at);
  visit("skipped", state.skipped);
  visit("skipped_in_a_row", state.skipped_in_a_row);
  visit("learning_rate", state.learning_rate);
  visit("seconds", state.seconds);
  visit("arena_bytes", state.arena_bytes);
  visit("log_rows", state.log_rows);
  visit("interval", state.interval);
  visit("dropout", state.dropout);
}

}  // namespace

void to_json(nlohmann::json& json, const TrainingState& state) {
  visit_fields(state, [&](const char* name, const auto& field) { json[name] = field; });
}

void from_json(const nlohmann::json& json, TrainingState& state) {
  visit_fields(state, [&](const char* name, auto& field) { json.at(name).get_to(field); });
}

}  // namespace alinea
