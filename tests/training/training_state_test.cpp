#include "training/training_state.h"

#include <catch2/catch.hpp>
#include <limits>

#include "storage/json.h"
#include "support/error.h"
#include "training/early_stopping.h"
#include "training/schedule.h"

namespace alinea {
namespace {

using nlohmann::json;

TrainingState example() {
  TrainingState state;
  int64_t number = 1'000;
  for (int64_t* count : {&state.update, &state.epoch, &state.batch, &state.examples_seen,
                         &state.validated_at, &state.skipped, &state.skipped_in_a_row,
                         &state.arena_bytes, &state.log_rows, &state.interval.units})
    *count = number--;
  state.learning_rate = 1e38;
  state.seconds = 12.5;
  state.interval.loss = -1e300;
  state.interval.gradient_norm = 1e200;
  state.interval.began = 3.25;
  state.dropout = {1, 2, 3, std::numeric_limits<uint64_t>::max()};
  return state;
}

// The example with another value at a JSON pointer.
json changed(const std::string& pointer, const json& value) {
  json state = example();
  state.at(json::json_pointer(pointer)) = value;
  return state;
}

TEST_CASE("where a training stands comes back from JSON as it was") {
  const json state = example();
  CHECK(json(parse_json<json>(state.dump()).get<TrainingState>()) == state);
  CHECK(state.get<TrainingState>().dropout == example().dropout);
  CHECK(state.get<TrainingState>().interval.loss == -1e300);
}

TEST_CASE("a number out of its range is refused by its name") {
  const json largest = std::numeric_limits<int64_t>::max();
  for (const std::string name :
       {"/update", "/epoch", "/batch", "/examples_seen", "/validated_at", "/skipped",
        "/skipped_in_a_row", "/arena_bytes", "/log_rows", "/interval/units"}) {
    for (const json& value :
         {largest, json(std::numeric_limits<uint64_t>::max()), json(1e300), json(-1), json(1.5),
          json("7"), json(nullptr), json(true), json::array({1})}) {
      CAPTURE(name, value);
      const std::string field = name.substr(name.rfind('/') + 1);
      CHECK_THROWS_WITH(changed(name, value).get<TrainingState>(),
                        Catch::Contains("expected '" + field + "' to be a number from 0 to"));
    }
  }
}

TEST_CASE("a figure that no clock can show is refused, and one that is no number") {
  for (const std::string name : {"/seconds", "/interval/began"})
    for (const json& value : {json(1e300), json(-1), json(1e10), json("1"), json(nullptr)}) {
      CAPTURE(name, value);
      CHECK_THROWS_AS(changed(name, value).get<TrainingState>(), Error);
    }
  for (const std::string name : {"/learning_rate", "/interval/gradient_norm"})
    CHECK_THROWS_AS(changed(name, -1).get<TrainingState>(), Error);
  CHECK_THROWS_AS(changed("/interval/loss", "low").get<TrainingState>(), Error);
  CHECK_THROWS_AS(changed("/interval", 3).get<TrainingState>(), Error);
  for (const json& words : {json(1), json::array({1, 2, 3}), json::array({1, 2, 3, -4}),
                            json::array({1, 2, 3, 1e300}), json::array({1, 2, 3, 4, 5})})
    CHECK_THROWS_WITH(changed("/dropout", words).get<TrainingState>(),
                      Catch::Contains("'dropout' to be 4 whole numbers"));
  CHECK_THROWS_AS(json::array().get<TrainingState>(), Error);
}

TEST_CASE("what cannot have happened is refused") {
  CHECK_THROWS_WITH(changed("/validated_at", 1'001).get<TrainingState>(),
                    Catch::Contains("at most 'update', 1000, got 1001"));
  CHECK_THROWS_AS(changed("/skipped", 1'001).get<TrainingState>(), Error);
  CHECK_THROWS_AS(changed("/skipped_in_a_row", 999).get<TrainingState>(), Error);
}

TEST_CASE("early stopping and schedules refuse what would overflow") {
  const int64_t largest = std::numeric_limits<int64_t>::max();
  EarlyStopping stopping(Better::kLower, 3);
  CHECK_THROWS_AS(stopping.restore({{"best", 1}, {"without_improvement", largest}}), Error);
  CHECK_THROWS_AS(stopping.restore({{"best", 1}, {"without_improvement", 1e300}}), Error);
  CHECK_THROWS_AS(stopping.restore(json::array()), Error);
  const auto plateau = make_schedule({.kind = "plateau"});
  json state = {{"kind", "plateau"}, {"best", nullptr}, {"without_improvement", 1}, {"decay", 0.5}};
  CHECK_NOTHROW(plateau->restore(state));
  CHECK(plateau->learning_rate(1, 0) == 0.5e-3);
  for (const auto& [name, value] : std::vector<std::pair<std::string, json>>{
           {"without_improvement", largest}, {"decay", 1e300}, {"decay", -1}, {"best", "x"}}) {
    json other = state;
    other[name] = value;
    CAPTURE(other);
    CHECK_THROWS_AS(plateau->restore(other), Error);
  }
}

}  // namespace
}  // namespace alinea
