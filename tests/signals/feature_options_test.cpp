#include "signals/feature_options.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "support/error.h"

namespace alinea {

namespace {

FeatureOptions example() {
  FeatureOptions options;
  options.kind = "sound";
  options.columns = 3;
  options.sample_rate = 8000;
  options.mel_filters = 3;
  options.normalization = "corpus";
  options.corpus = {{0.1, -2.5, 1.0 / 3}, {1, 2, 3}};
  return options;
}

}  // namespace

TEST_CASE("saved feature options are read as they were") {
  const nlohmann::ordered_json json = feature_options_to_json(example());
  const FeatureOptions read = feature_options_from_json(nlohmann::ordered_json::parse(json.dump()));
  CHECK(read.corpus.mean == example().corpus.mean);
  CHECK(feature_options_to_json(read) == json);
}

TEST_CASE("damaged feature options are refused") {
  const nlohmann::ordered_json whole = feature_options_to_json(example());
  for (const auto& [name, value] : whole.items()) {
    nlohmann::ordered_json without = whole;
    without.erase(name);
    CHECK_THROWS_AS(feature_options_from_json(without), Error);
  }
  nlohmann::ordered_json few = whole;
  few["mean"] = {1, 2};
  CHECK_THROWS_WITH(feature_options_from_json(few), Catch::Contains("as many means, got 3 and 2"));
  few["mean"] = "text";
  CHECK_THROWS_AS(feature_options_from_json(few), Error);
  nlohmann::ordered_json other = whole;
  other["feature_kind"] = "smell";
  CHECK_THROWS_AS(feature_options_from_json(other), Error);
}

}  // namespace alinea
