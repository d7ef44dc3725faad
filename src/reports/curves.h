// The curves of a training, as the report draws them.
#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "training/training_table.h"

namespace alinea {

// A training whose curves are drawn, and the name that they have beside those of others.
struct NamedLog {
  std::string name;
  TrainingTable log;
};

struct Curves {
  std::string title;  // "Loss"
  std::string unit;   // "nats"; may be empty
  // Names of columns, of several runs with the name of the run: "valid_loss, models/first". At
  // least one, none twice.
  std::vector<std::string> series;
  std::vector<size_t> runs;  // of each series, from 0
  bool logarithmic = false;  // the scale of the values
  std::string description;   // in words: where each series begins and ends
  // One row per update, ascending: the update and a field per series, null where not measured
  // and "gap" where what was measured is not finite.
  nlohmann::json rows;
  int64_t gaps = 0;  // values that are not finite
};

// Those of loss, perplexity, the measures of validations, learning rate, speed and gradient norm,
// in this order and behind them whatever else a log has, without those that were never measured. A
// kind of curve of all runs is one picture. The names of several runs must differ.
std::vector<Curves> make_curves(std::span<const NamedLog> runs);

}  // namespace alinea
