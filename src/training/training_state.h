// Where a training stands, but for the parameters and what optimizer, schedule and early stopping
// keep themselves.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>

#include "support/random.h"

namespace alinea {

// What was learned from since the last report.
struct TrainingInterval {
  double loss = 0;  // nats
  int64_t units = 0;
  double gradient_norm = 0;  // of the last update, before clipping
  double began = 0;          // seconds since training began
};

struct TrainingState {
  int64_t update = 0;         // skipped ones counted
  int64_t epoch = 0;          // whole ones
  int64_t batch = 0;          // the next one of this epoch
  int64_t examples_seen = 0;  // in this epoch
  int64_t validated_at = 0;   // update
  int64_t skipped = 0;        // updates
  int64_t skipped_in_a_row = 0;
  double learning_rate = 0;  // of the last update
  double seconds = 0;        // of training, interruptions not counted
  int64_t arena_bytes = 0;   // high-water mark
  int64_t log_rows = 0;      // of training.csv
  TrainingInterval interval = {};
  Random::State dropout = {};

  // Passes over `examples`, with the fraction.
  double epochs_done(int64_t examples) const {
    return static_cast<double>(epoch) +
           static_cast<double>(examples_seen) / static_cast<double>(examples);
  }
};

void to_json(nlohmann::json& json, const TrainingState& state);
// Throws Error where a field is absent, of another type or out of its range.
void from_json(const nlohmann::json& json, TrainingState& state);

}  // namespace alinea
