// Training on several ranks, by real MPI, against training in one process.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "end_to_end/training_setups.h"
#include "ranks_workspace.h"

namespace alinea {
namespace {

constexpr double kRounding = 1e-4;

// A hundred updates and two validations, nothing dropped.
Given hundred(Given options = {}) {
  options.merge(Given{{"updates", "100"},
                      {"epochs", "0"},
                      {"dropout", "0"},
                      {"validate-every", "60"},
                      {"log-every", "30"},
                      {"patience", "0"}});
  return options;
}

// The figures of two logs, up to rounding.
void check_same_log(const RanksWorkspace& work, const std::string& a, const std::string& b) {
  const TrainingLogRows one = timeless_log(work, a), other = timeless_log(work, b);
  REQUIRE(one.size() == other.size());
  for (size_t row = 0; row < one.size(); ++row) {
    REQUIRE(one[row].size() == other[row].size());
    for (const auto& [column, field] : one[row]) {
      const std::string& same = other[row].at(column);
      CAPTURE(row, column, field, same);
      CHECK(field.empty() == same.empty());
      if (!field.empty()) CHECK(std::stod(field) == Approx(std::stod(same)).epsilon(1e-3));
    }
  }
}

TEST_CASE("a translator learns on ranks what it learns in one process") {
  const auto [ranks, variant] = GENERATE(table<int, Given>(
      {{2, {{"validate-by", "bleu"}, {"optimizer", "sgd"}, {"learning-rate", "0.3"}}},
       {4, {{"batch-unit", "tokens"}, {"batch-size", "70"}, {"cell", "lstm"}}},
       // Batches of fewer sentences than ranks.
       {4, {{"batch-size", "3"}, {"attention", "general"}, {"label-smoothing", "0.1"}}}}));
  const RanksWorkspace work;
  work.make_model("alone", hundred(variant));
  work.make_model_on(ranks, "ranks", hundred(variant));
  for (const std::string file : {"last.safetensors", "best.safetensors"})
    CHECK(distance(work.parameters("alone", file), work.parameters("ranks", file)) < kRounding);
  check_same_log(work, "alone", "ranks");
  CHECK(work.read("alone/source.vocabulary.txt") == work.read("ranks/source.vocabulary.txt"));
}

TEST_CASE("every training learns on ranks what it learns in one process") {
  for (const TrainingSetup& setup : training_setups()) {
    DYNAMIC_SECTION(setup.name) {
      const RanksWorkspace work;
      setup.write_data(work);
      // Not by Adam, whose first steps are as long for the smallest gradients as for the largest.
      const Given options = {{"batch-size", "7"},       {"updates", "16"},
                             {"validate-every", "8"},   {"optimizer", "sgd"},
                             {"learning-rate", "0.05"}, {"schedule", "constant"}};
      make(work, setup, "alone", options);
      make(work, setup, "ranks", options, RanksWorkspace::mpirun(3));
      const double difference = distance(work.parameters("alone", "last.safetensors"),
                                         work.parameters("ranks", "last.safetensors"));
      if (setup.draws) {
        CHECK(std::isfinite(difference));
      } else {
        CHECK(difference < kRounding);
        check_same_log(work, "alone", "ranks");
      }
    }
  }
}

// With everything that has a state, and dropout.
Given with_dropout() {
  return hundred({{"dropout", "0.2"},
                  {"schedule", "plateau"},
                  {"validate-every", "20"},
                  {"save-every", "3"},
                  {"updates", "60"}});
}

TEST_CASE("one rank is told to stop, and all go on later to the same bits") {
  const RanksWorkspace work;
  work.make_model_on(2, "whole", with_dropout());
  // Rank 1 gets the signal once there is a checkpoint.
  const std::string rank =
      RanksWorkspace::mpirun(2) +
      " bash -c 'if ((OMPI_COMM_WORLD_RANK == 1)); then (until compgen -G "
      "\"parts/checkpoint-[3-9]*\" > /dev/null; do sleep 0.01; done; kill -TERM $$) & fi; "
      "exec \"${@:3}\"' --";
  const Outcome outcome =
      work.shell(rank, "train", RanksWorkspace::tiny("parts", with_dropout()), "");
  INFO(outcome.err);
  CHECK(outcome.status == 0);
  CHECK_THAT(lines_of(outcome.err).back(), Catch::StartsWith("interrupted and saved at update "));
  CHECK(work.saved_at("parts") < 60);
  work.make_model_on(2, "parts", with_dropout());
  for (const std::string file : {"/best.safetensors", "/last.safetensors"})
    CHECK(work.read("whole" + file) == work.read("parts" + file));
  CHECK(timeless_log(work, "whole") == timeless_log(work, "parts"));
}

TEST_CASE("a training goes on with another number of ranks") {
  const RanksWorkspace work;
  work.make_model("alone", hundred());
  Given options = hundred({{"updates", "30"}});
  work.make_model_on(4, "ranks", options);
  options["updates"] = "70";
  const Outcome outcome = work.train("ranks", options);
  CHECK(outcome.status == 0);
  CHECK_THAT(outcome.err, Catch::Contains("ranks: 1 from now on, previously 4; the last digits"));
  options["updates"] = "100";
  work.make_model_on(2, "ranks", options);
  CHECK(distance(work.parameters("alone", "last.safetensors"),
                 work.parameters("ranks", "last.safetensors")) < kRounding);
}

// Each rank has the states of some streams only; checkpoints have all.
TEST_CASE("states that streams carry go on with another number of ranks") {
  const auto& setups = training_setups();
  const auto setup =
      std::ranges::find(setups, "language model: recurrent stream", &TrainingSetup::name);
  REQUIRE(setup != setups.end());
  const RanksWorkspace work;
  const auto updates = [](const std::string& count) -> Given {
    return {{"batch-size", "7"},  {"updates", count},       {"validate-every", "8"},
            {"optimizer", "sgd"}, {"learning-rate", "0.5"}, {"schedule", "constant"}};
  };
  for (const std::string count : {"5", "11", "16"}) make(work, *setup, "alone", updates(count));
  make(work, *setup, "ranks", updates("5"), RanksWorkspace::mpirun(3));
  make(work, *setup, "ranks", updates("11"), RanksWorkspace::mpirun(2));
  make(work, *setup, "ranks", updates("16"));
  CHECK(distance(work.parameters("alone", "last.safetensors"),
                 work.parameters("ranks", "last.safetensors")) < kRounding);
  check_same_log(work, "alone", "ranks");
}

TEST_CASE("dropout on ranks is another choice of units, and learns as well") {
  const RanksWorkspace work;
  const Given options = hundred({{"dropout", "0.2"}});
  work.make_model("alone", options);
  work.make_model_on(2, "ranks", options);
  CHECK(distance(work.parameters("alone", "last.safetensors"),
                 work.parameters("ranks", "last.safetensors")) > kRounding);
  const auto last_loss = [&](const std::string& model) {
    return std::stod(split(lines_of(work.read(model + "/training.csv")).back(), ",").at(9));
  };
  CHECK(last_loss("ranks") == Approx(last_loss("alone")).epsilon(0.1));
}

}  // namespace
}  // namespace alinea
