// The curves of a training, as the report draws them.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "training/training_table.h"

namespace alinea {

struct Curves {
  std::string title;                // "Loss"
  std::string unit;                 // "nats"; may be empty
  std::vector<std::string> series;  // names of columns, at least one
  bool logarithmic = false;         // the scale of the values
  std::string description;          // in words: where each series begins and ends
  // One row per update, ascending: the update and a field per series, null where not measured
  // and "gap" where what was measured is not finite.
  nlohmann::json rows;
  int64_t gaps = 0;  // values that are not finite
};

// Those of loss, perplexity, the measures of validations, learning rate, speed and gradient norm,
// in this order and behind them whatever else the log has, without those that were never measured.
std::vector<Curves> make_curves(const TrainingTable& log);

}  // namespace alinea
