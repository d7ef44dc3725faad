// What holds for every training, whatever its task and model: over the table of them.
#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>

#include "storage/safetensors.h"
#include "text/gzip.h"
#include "training_setups.h"

namespace alinea {
namespace {

using Catch::Matchers::Contains;
using nlohmann::json;

constexpr int kKilled = 128 + 9;

// Runs a section for each line of the table, in a workspace of its own with its data.
template <typename Property>
void for_every_training(const Property& holds) {
  for (const TrainingSetup& setup : training_setups()) {
    DYNAMIC_SECTION(setup.name) {
      const Workspace work;
      setup.write_data(work);
      holds(work, setup);
    }
  }
}

// Numbers are drawn, averages kept and rates lowered: all that has a state.
Given with_all_states(const TrainingSetup& setup) {
  return with(setup.random, {{"updates", "20"},
                             {"schedule", "plateau"},
                             {"exponential-smoothing", "0.1"},
                             {"validate-every", "7"},
                             {"save-every", "3"},
                             {"log-every", "2"},
                             {"patience", "0"}});
}

// Before a command: it dies in the middle of an operation on the files of a model.
std::string killed_at(const Workspace& work, const std::string& model, const std::string& what,
                      int which) {
  return "env LD_PRELOAD=" ALINEA_KILL_SHIM " KILL_FOLDER=" + work.path(model) + " KILL_WHAT='" +
         what + "' KILL_AT=" + std::to_string(which) +
         " KILL_AFTER=0 KILL_REPORT=" + work.path("report");
}

TEST_CASE("every training that is killed goes on to the same bits, and another seed to others") {
  for_every_training([](const Workspace& work, const TrainingSetup& setup) {
    Given options = with_all_states(setup);
    make(work, setup, "whole", options);
    if (std::string(ALINEA_KILL_SHIM).empty()) {  // sanitizers want to be loaded first
      // Where a validation is due, so that there is none more.
      for (const char* updates : {"7", "14"})
        make(work, setup, "parts", with(options, {{"updates", updates}}));
    } else {
      for (const auto& [what, which] :
           {std::pair("rename checkpoint", 4), {"append log", 1}, {"rename parameters", 1}}) {
        CAPTURE(what);
        CHECK(train(work, setup, "parts", options, killed_at(work, "parts", what, which)).status ==
              kKilled);
      }
    }
    CHECK_THAT(make(work, setup, "parts", options), Contains("resuming from update "));
    for (const std::string file : {"/best.safetensors", "/last.safetensors"})
      CHECK(work.read("whole" + file) == work.read("parts" + file));
    CHECK(timeless_log(work, "whole") == timeless_log(work, "parts"));

    make(work, setup, "other", {{"updates", "1"}, {"seed", "7"}});
    make(work, setup, "first", {{"updates", "1"}});
    CHECK(work.read("other/last.safetensors") != work.read("first/last.safetensors"));
  });
}

// The megabytes that training says a batch takes, and parameters with what belongs to them.
struct Needed {
  double fixed, batch;
};

Needed needed(const std::string& said) {
  const size_t at = said.find("memory: ");
  REQUIRE(at != std::string::npos);
  Needed found{};
  REQUIRE(std::sscanf(said.c_str() + at,
                      "memory: %lf MB for parameters, gradients and optimizer, about %lf MB",
                      &found.fixed, &found.batch) == 2);
  return found;
}

TEST_CASE("every training stays within --memory by cutting batches, and learns the same") {
  for_every_training([](const Workspace& work, const TrainingSetup& setup) {
    const Given wide =
        with({{"batch-size", "60"}, {"updates", "3"}, {"log-every", "1"}}, setup.large);
    const Needed whole = needed(make(work, setup, "whole", wide));
    const double limit = std::max(1.0, std::round(whole.fixed + 0.6 * whole.batch));
    REQUIRE(limit < whole.fixed + whole.batch);
    const std::string said = make(
        work, setup, "cut", with(wide, {{"memory", std::to_string(static_cast<int64_t>(limit))}}));
    CHECK_THAT(said, Contains(", which is split into "));
    auto a = training_log(work, "whole"), b = training_log(work, "cut");
    REQUIRE(a.size() == b.size());
    for (size_t row = 0; row < a.size(); ++row) {
      if (b[row].at("loss").empty()) continue;  // a validation
      // What a batch takes is an estimate.
      CHECK(std::stod(b[row].at("arena_bytes")) <= 1.05e6 * (limit - whole.fixed + 0.1));
      if (!setup.draws)
        CHECK(std::stod(b[row]["loss"]) == Approx(std::stod(a[row].at("loss"))).epsilon(1e-3));
    }
  });
}

TEST_CASE("every training in fewer bits gives its own bits, the same when it goes on") {
  for_every_training([](const Workspace& work, const TrainingSetup& setup) {
    const Given rounded = with(setup.random, {{"precision", "bf16"}, {"updates", "7"}});
    const Outcome first = train(work, setup, "whole", rounded);
    if (first.status == 1)  // this CPU has no instructions for it
      return check_refused(first, 1, {"precision bf16", "CPU"});
    REQUIRE(first.status == 0);
    make(work, setup, "parts", with(rounded, {{"updates", "4"}}));
    make(work, setup, "parts", rounded);
    CHECK(work.read("whole/last.safetensors") == work.read("parts/last.safetensors"));
    make(work, setup, "exact", with(rounded, {{"precision", "f32"}}));
    CHECK(work.read("whole/last.safetensors") != work.read("exact/last.safetensors"));
  });
}

TEST_CASE("a running average of any training is validated and kept, and changes nothing learned") {
  for_every_training([](const Workspace& work, const TrainingSetup& setup) {
    const Given options = {{"updates", "6"}, {"log-every", "1"}};
    make(work, setup, "plain", options);
    make(work, setup, "averaged", with(options, {{"exponential-smoothing", "0.2"}}));
    const auto plain = training_log(work, "plain"), averaged = training_log(work, "averaged");
    REQUIRE(plain.size() == averaged.size());
    for (size_t row = 0; row < plain.size(); ++row) {
      CHECK(plain[row].at("loss") == averaged[row].at("loss"));
    }
    CHECK(plain.back().at("valid_loss") != averaged.back().at("valid_loss"));
    CHECK(work.read("plain/last.safetensors") != work.read("averaged/last.safetensors"));
  });
}

// All numbers of a file of parameters, by name.
std::map<std::string, std::vector<float>> tensors_of(const Workspace& work,
                                                     const std::string& file) {
  const Safetensors tensors(work.path(file));
  std::map<std::string, std::vector<float>> all;
  for (const std::string& name : tensors.names()) all[name] = work.tensor(file, name);
  return all;
}

void check_average(const Workspace& work, const TrainingSetup& setup) {
  const Outcome outcome =
      work.run("average", {{"model", "model"}, {"last", "2"}, {"output", "mean"}});
  INFO(outcome.err);
  REQUIRE(outcome.status == 0);
  const auto earlier = tensors_of(work, "model/validated-4.safetensors"),
             later = tensors_of(work, "model/validated-8.safetensors");
  for (const auto& [name, mean] : tensors_of(work, "mean/best.safetensors")) {
    CAPTURE(name);
    const std::vector<float>&a = earlier.at(name), &b = later.at(name);
    bool is_mean = mean.size() == a.size();
    for (size_t i = 0; i < mean.size(); ++i)
      is_mean = is_mean && mean[i] == Approx((a[i] + b[i]) / 2).margin(1e-6);
    CHECK(is_mean);
  }
  if (setup.use.empty()) return;
  const Outcome used =
      work.run(setup.use, with(setup.use_options, {{"model", "mean"}}), setup.input);
  INFO(used.err);
  CHECK(used.status == 0);
  const size_t answers = setup.answers > 0 ? setup.answers : lines_of(setup.input).size();
  CHECK(lines_of(used.out).size() == answers);
}

// A damaged end of the input takes no answer to the lines before it. What is behind the last of
// them is damaged, too, and may belong to a sentence of several lines.
void check_damaged_end(const Workspace& work, const TrainingSetup& setup) {
  if (setup.use.empty()) return;
  std::string input;
  while (input.size() < 1000) input += setup.input;
  const Given options = with(setup.use_options, {{"model", "model"}});
  const Outcome whole = work.run(setup.use, options, input);
  const Outcome damaged = work.run(setup.use, options, gzip(input) + "damaged");
  INFO(damaged.err);
  REQUIRE(whole.status == 0);
  CHECK(damaged.status == 1);
  CHECK_THAT(damaged.err, Contains("its gzip data is damaged"));
  std::vector<std::string> expected = lines_of(whole.out), answers = lines_of(damaged.out);
  REQUIRE(answers.size() > expected.size() / 2);
  expected.resize(expected.size() / 2);
  answers.resize(expected.size());
  CHECK(answers == expected);
}

void check_inspected(const Workspace& work, const TrainingSetup& setup) {
  const Outcome outcome = work.run("inspect", {{"model", "model"}, {"json", ""}});
  INFO(outcome.err);
  REQUIRE(outcome.status == 0);
  const json told = json::parse(outcome.out);
  CHECK(told["kind"] == setup.kind);
  const auto parameters = tensors_of(work, "model/best.safetensors");
  REQUIRE(told["parameters"]["tensors"].size() == parameters.size());
  for (const json& tensor : told["parameters"]["tensors"])
    CHECK(tensor["count"] == parameters.at(tensor["name"].get<std::string>()).size());
  CHECK_FALSE(told["vocabularies"].empty());
  CHECK(told["progress"]["checkpoint"]["update"] == 8);
  CHECK(told["progress"]["last_validation"]["update"] == 8);
  CHECK(told["notes"].empty());
}

TEST_CASE("every model is averaged, inspected, reported and used") {
  for_every_training([](const Workspace& work, const TrainingSetup& setup) {
    make(work, setup, "model", {{"updates", "8"}, {"validate-every", "4"}, {"keep-last", "2"}});
    check_average(work, setup);
    check_inspected(work, setup);
    check_damaged_end(work, setup);
    const Outcome report = work.run("report", {{"model", "model"}, {"output", "page.html"}});
    INFO(report.err);
    CHECK(report.status == 0);
    CHECK_THAT(work.read("page.html"),
               Contains(setup.kind + " in model") && Contains("valid_") && Contains("</html>"));
  });
}

}  // namespace
}  // namespace alinea
