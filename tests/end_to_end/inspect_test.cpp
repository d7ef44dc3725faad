// alinea inspect: the contents of a model folder.
#include <catch2/catch.hpp>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "document_workspace.h"

namespace alinea {
namespace {

using Catch::Matchers::Contains;
using nlohmann::json;

json inspect_json(const Workspace& work, const std::string& model) {
  const Outcome outcome = work.run("inspect", {{"model", model}, {"json", ""}});
  INFO(outcome.err);
  REQUIRE(outcome.status == 0);
  CHECK(outcome.err.empty());
  return json::parse(outcome.out);
}

// The header of a file of parameters, by no code of the program.
json tensors_in(const std::string& bytes) {
  uint64_t length = 0;
  std::memcpy(&length, bytes.data(), sizeof length);
  json header = json::parse(bytes.substr(sizeof length, length));
  header.erase("__metadata__");
  return header;
}

void check_parameters(const json& told, const json& file) {
  REQUIRE(told["tensors"].size() == file.size());
  int64_t count = 0;
  for (const json& tensor : told["tensors"]) {
    CAPTURE(tensor.dump());
    const json& entry = file.at(tensor["name"].get<std::string>());
    CHECK(tensor["shape"] == entry["shape"]);
    const int64_t bytes =
        entry["data_offsets"][1].get<int64_t>() - entry["data_offsets"][0].get<int64_t>();
    CHECK(tensor["count"] == bytes / 4);
    count += bytes / 4;
  }
  CHECK(told["count"] == count);
}

TEST_CASE("inspect tells what a translation model's files hold, as JSON") {
  const Workspace work;
  work.make_model("model", {{"validate-every", "5"}, {"log-every", "2"}});
  const json told = inspect_json(work, "model");
  CHECK(told["kind"] == "translation model");
  check_parameters(told["parameters"], tensors_in(work.read("model/best.safetensors")));

  const auto vocabulary = lines_of(work.read("model/source.vocabulary.txt"));
  CHECK(told["vocabularies"][0]["name"] == "source");
  CHECK(told["vocabularies"][0]["size"] == vocabulary.size());
  CHECK(told["vocabularies"][0]["first"] ==
        std::vector<std::string>(vocabulary.begin(), vocabulary.begin() + 10));
  CHECK(told["model"]["hidden_size"] == 12);
  CHECK(told["model"]["tokenizer"] == "space");
  CHECK(told["training"]["batch-size"] == 16);
  for (const json& file : told["files"])
    CHECK(file["bytes"] ==
          std::filesystem::file_size(work.path("model/") + file["name"].get<std::string>()));
  CHECK(told["files"].size() == work.list().size() - 5);  // the four texts, and the folder itself

  const json& progress = told["progress"];
  CHECK(progress["last_report"]["update"] == 10);
  CHECK(progress["last_validation"]["update"] == 10);
  CHECK(progress["checkpoint"]["update"] == 10);
  CHECK(progress["checkpoint"]["skipped_updates"] == 0);
  CHECK(progress["best_validation"]["valid_loss"] <= progress["last_validation"]["valid_loss"]);
  CHECK(told["notes"].empty());
}

TEST_CASE("inspect prints the same for people") {
  const Workspace work;
  work.make_model("model");
  const Outcome outcome = work.run("inspect", {{"model", "model"}});
  CHECK(outcome.status == 0);
  CHECK_THAT(outcome.out, Contains("translation model in model\n") &&
                              Contains("  attention            additive\n") &&
                              Contains("  decoder.layer0.bias                3 x 12"
                                       "                       36\n") &&
                              Contains("<unk> <s> </s> ") &&
                              Contains("  resumes from     update 10\n"));
  const json told = inspect_json(work, "model");
  const int64_t count = told["parameters"]["count"];
  CHECK(count / 1000 == 3);
  CHECK_THAT(outcome.out,
             Contains("Parameters: 3," + std::to_string(count % 1000) + " in " +
                      std::to_string(told["parameters"]["tensors"].size()) + " tensors"));
}

TEST_CASE("inspect lists the options that the model's parts have, by their names") {
  const Workspace work;
  work.make_model("model", {{"wiring", "luong"}});
  json told = inspect_json(work, "model");
  CHECK(told["model"]["decoder"] == "luong");
  CHECK(told["model"]["input_feeding"] == true);
  for (const char* name : {"attention_window", "heads", "kernel", "location_filters", "readout",
                           "source_columns", "source_positions", "window"})
    CHECK_FALSE(told["model"].contains(name));
  CHECK(told["training"]["decoder"] == "luong");
  for (const char* name : {"wiring", "attention-window", "heads", "decay-factor", "momentum"})
    CHECK_FALSE(told["training"].contains(name));
  work.make_model("local", {{"attention-mode", "local-m"}, {"schedule", "plateau"}});
  told = inspect_json(work, "local");
  CHECK(told["model"]["attention_window"] == 10);
  CHECK(told["training"]["decay-factor"] == 0.5);

  // As version 0.1.0 wrote it.
  json config = json::parse(work.read("model/config.json"));
  config["model"]["wiring"] = config["model"]["decoder"];
  config["model"].erase("decoder");
  config["training"]["wiring"] = config["training"]["decoder"];
  config["training"].erase("decoder");
  config["training"]["attention-window"] = 10;
  work.write("model/config.json", config.dump());
  told = inspect_json(work, "model");
  CHECK(told["model"]["decoder"] == "luong");
  CHECK(told["training"]["decoder"] == "luong");
  CHECK_FALSE(told["model"].contains("wiring"));
  CHECK_FALSE(told["training"].contains("wiring"));
  CHECK_FALSE(told["training"].contains("attention-window"));
}

TEST_CASE("inspect tells what a classifier's files hold") {
  const DocumentWorkspace work;
  work.make_classifier("model");
  const json told = inspect_json(work, "model");
  CHECK(told["kind"] == "document classifier");
  check_parameters(told["parameters"], tensors_in(work.read("model/best.safetensors")));
  CHECK(told["vocabularies"][1] ==
        json({{"name", "labels"},
              {"size", 4},
              {"first", {"booking", "cancellation", "complaint", "praise"}}}));
  CHECK(told["model"]["pooling"] == "attention");
  CHECK(told["model"]["lowercase"] == true);
}

TEST_CASE("inspect says what is unfinished or damaged and tells the rest") {
  const Workspace work;
  work.make_model("model");
  std::filesystem::remove(work.path("model/best.safetensors"));
  work.write("model/training.csv", "update,loss\r\n1,x\r\n");
  for (const auto& entry : std::filesystem::directory_iterator(work.path("model")))
    if (entry.path().filename().string().starts_with("checkpoint-"))
      std::filesystem::resize_file(entry.path(), 100);
  const json told = inspect_json(work, "model");
  REQUIRE(told["notes"].size() >= 3);
  const std::string notes = told["notes"].dump();
  CHECK_THAT(notes, Contains("best.safetensors") && Contains("training.csv") &&
                        Contains("line 2") && Contains("checkpoint-10.safetensors"));
  CHECK(told["progress"]["checkpoint"].is_null());
  CHECK(told["parameters"]["count"] > 1000);
}

TEST_CASE("inspect refuses what is no model folder, and prints nothing that steers a terminal") {
  const Workspace work;
  check_refused(work.run("inspect", {{"model", "none"}}), 1, {"no model folder none"});
  check_refused(work.run("inspect", {}), 2, {"--model is missing"});
  work.make_model("model");
  std::vector<std::string> tokens = lines_of(work.read("model/source.vocabulary.txt"));
  tokens[4] = "\x1b[2J";
  std::string text;
  for (const std::string& token : tokens) text += token + "\n";
  work.write("model/source.vocabulary.txt", text);
  const Outcome outcome = work.run("inspect", {{"model", "model"}});
  CHECK(outcome.status == 0);
  CHECK_THAT(outcome.out, !Contains("\x1b") && Contains("\"\\x1b[2J\""));
}

}  // namespace
}  // namespace alinea
