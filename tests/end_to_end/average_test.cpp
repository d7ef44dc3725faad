// alinea average, over models and over the validations of one training.
#include <catch2/catch.hpp>
#include <cmath>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>

#include "document_workspace.h"

namespace alinea {
namespace {

using Catch::Matchers::Contains;

// Options may come several times.
Outcome average(const Workspace& work, const std::string& arguments) {
  return work.run("average " + arguments, {});
}

// The updates of the two validations with the least loss.
std::vector<std::string> best_two(const Workspace& work, const std::string& model) {
  std::map<double, std::string> by_loss;
  for (const std::string& row : lines_of(work.read(model + "/training.csv"))) {
    const std::vector<std::string> fields = split(row, ",");
    if (fields[0] != "update" && !fields[9].empty()) by_loss[std::stod(fields[9])] = fields[0];
  }
  return {by_loss.begin()->second, std::next(by_loss.begin())->second};
}

TEST_CASE("the best and the last validations of a training are averaged") {
  const Workspace work;
  work.make_model("model", {{"updates", "50"},
                            {"validate-every", "10"},
                            {"learning-rate", "0.01"},
                            {"keep-best", "2"},
                            {"keep-last", "3"}});
  const bool by_score = GENERATE(true, false);
  const std::string option = by_score ? "--best 2" : "--last 3";
  const std::vector<std::string> updates =
      by_score ? best_two(work, "model") : std::vector<std::string>{"50", "40", "30"};
  const Outcome outcome = average(work, "--model model --output mean " + option);
  INFO(outcome.err);
  REQUIRE(outcome.status == 0);
  CHECK(outcome.out.empty());
  const std::vector<std::string> said = lines_of(outcome.err);
  REQUIRE(said.size() == 1 + updates.size());
  CHECK(said[0] == "averaged " + std::to_string(updates.size()) + " files:");
  std::vector<std::vector<float>> kept;
  for (const std::string& update : updates) {
    const std::string file = "model/validated-" + update + ".safetensors";
    CHECK_THAT(said, Catch::VectorContains("  " + file));
    kept.push_back(work.tensor(file, "readout.weight"));
  }
  const std::vector<float> mean = work.tensor("mean/best.safetensors", "readout.weight");
  for (size_t i = 0; i < mean.size(); ++i) {
    double sum = 0;
    for (const std::vector<float>& values : kept) sum += static_cast<double>(values[i]);
    CHECK(static_cast<double>(mean[i]) ==
          Approx(sum / static_cast<double>(kept.size())).epsilon(1e-6));
  }
  const auto config = nlohmann::json::parse(work.read("mean/config.json"));
  CHECK(config.at("averaged").size() == updates.size());
  CHECK(work.run("translate", {{"model", "mean"}}, "eins\n").status == 0);
  check_refused(average(work, "--model model --output other --best 9"), 1,
                {"expected the parameters of 9 validations in model", "train with --keep-best 9"});
}

TEST_CASE("the last validation of a training that kept no more is the last one of all") {
  const Workspace work;
  work.make_model("model", {{"keep-last", "1"}});
  const Outcome outcome = average(work, "--model model --output mean --last 1");
  INFO(outcome.err);
  CHECK(outcome.status == 0);
  CHECK_THAT(outcome.err, Catch::Contains("model/last.safetensors"));
  check_refused(average(work, "--model model --output other --last 2"), 1,
                {"expected the parameters of 2 validations", "train with --keep-last 2"});
}

TEST_CASE("models are averaged that differ in their parameters alone") {
  const DocumentWorkspace work;
  work.make_classifier("one");
  work.make_classifier("two", {{"learning-rate", "0.002"}});
  work.make_classifier("wide", {{"hidden-size", "8"}});
  work.make_classifier("few", {{"vocabulary-size", "50"}});
  const Outcome outcome = average(work, "--model one --model two --output mean");
  INFO(outcome.err);
  REQUIRE(outcome.status == 0);
  const std::vector<float> a = work.tensor("one/best.safetensors", "output.weight"),
                           b = work.tensor("two/best.safetensors", "output.weight"),
                           mean = work.tensor("mean/best.safetensors", "output.weight");
  for (size_t i = 0; i < mean.size(); ++i) CHECK(mean[i] == Approx((a[i] + b[i]) / 2));
  CHECK(work.run("classify", {{"model", "mean"}}, "room\n").status == 0);

  const std::string before = work.read("mean/best.safetensors");
  check_refused(average(work, "--model one --model wide --output mean --overwrite"), 1,
                {"one and wide differ in model/hidden_size, 6 and 8"});
  check_refused(average(work, "--model one --model few --output mean --overwrite"), 1,
                {"one and few differ in vocabulary.txt"});
  check_refused(average(work, "--model one --model two --output mean"), 1,
                {"mean", "already", "overwrite"});
  check_refused(average(work, "--model one --model two --output ./one/ --overwrite"), 2,
                {"--output names what --model reads", "./one/"});
  check_refused(average(work, "--model one --output other"), 2, {"another --model"});
  check_refused(average(work, "--model one --output other --best 2 --last 2"), 2, {"--best"});
  CHECK(work.read("mean/best.safetensors") == before);
  CHECK_FALSE(work.exists("other"));
  // Neither is a model that has no training any more, which nothing else would protect.
  std::filesystem::create_directory_symlink("mean", work.path("link"));
  for (const char* output : {"mean", "link", "mean/../mean", "mean/best.safetensors"})
    check_refused(
        average(work, std::string("--model one --model mean --overwrite --output ") + output), 2,
        {"--output names", output});
  CHECK(work.read("mean/best.safetensors") == before);
  work.write("mean/notes.txt", "mine");
  CHECK(average(work, "--model one --model one --output mean --overwrite").status == 0);
  CHECK(work.read("mean/notes.txt") == "mine");
  CHECK(work.tensor("mean/best.safetensors", "output.weight") == a);
}

}  // namespace
}  // namespace alinea
