// Model folders that are not whole, and those that must not be lost.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "workspace.h"

namespace alinea {
namespace {

// Every command that reads a model refuses it, and writes nothing.
void check_unusable(const Workspace& work, const std::vector<std::string>& words) {
  const std::vector<std::string> before = work.list();
  Given options = {{"model", "model"}};
  check_refused(work.run("translate", options, "eins\n"), 1, words);
  options.merge(Given{{"source", "valid.de"}, {"target", "valid.en"}});
  check_refused(work.run("score", options), 1, words);
  options["output"] = "links";
  check_refused(work.run("align", options), 1, words);
  CHECK(work.list() == before);
}

TEST_CASE("a model folder that is missing or holds no model") {
  const Workspace work;
  check_unusable(work, {"model", "no model folder", "--model"});
  std::filesystem::create_directory(work.path("model"));
  check_unusable(work, {"model", "config.json is missing"});
}

TEST_CASE("a model whose training never came to a validation") {
  const Workspace work;
  work.make_model("model");
  std::filesystem::remove(work.path("model/best.safetensors"));
  std::filesystem::remove(work.path("model/last.safetensors"));
  check_unusable(work, {"model", "best.safetensors is missing", "resume the training"});
}

TEST_CASE("a model with a file cut short or missing") {
  const auto [file, size] =
      GENERATE(table<std::string, uintmax_t>({{"best.safetensors", 0},
                                              {"best.safetensors", 100},
                                              {"best.safetensors", 5000},
                                              {"config.json", 0},
                                              {"config.json", 200},
                                              {"source.vocabulary.txt", 0},
                                              {"target.vocabulary.txt", 60}}));
  INFO(file << " cut to " << size);
  const Workspace work;
  work.make_model("model");
  REQUIRE(std::filesystem::file_size(work.path("model/" + file)) > size);
  std::filesystem::resize_file(work.path("model/" + file), size);
  check_unusable(work, {"model/"});
  std::filesystem::remove(work.path("model/" + file));
  check_unusable(work, {file});
}

TEST_CASE("a model whose configuration says another thing") {
  using nlohmann::json;
  const auto [pointer, value, words] = GENERATE(table<std::string, json, std::vector<std::string>>(
      {{"/version", 2, {"version 1", "version 2"}},
       {"/version", "1", {"version"}},
       {"/format", "a cake", {"does not describe"}},
       {"/tokenizer", "mecab", {"mecab"}},
       {"/model/hidden_size", -3, {"config.json", "-3"}},
       {"/model/hidden_size", "12", {"hidden_size"}},
       {"/model/hidden_size", 14, {"best.safetensors"}},
       {"/model/attention", "none", {"best.safetensors", "parameters"}},
       {"/model/cell", "elman", {"elman"}},
       {"/model", json::array(), {"configuration", "'cell'"}}}));
  INFO(pointer << " = " << value);
  const Workspace work;
  work.make_model("model");
  json config = json::parse(work.read("model/config.json"));
  config[json::json_pointer(pointer)] = value;
  work.write("model/config.json", config.dump());
  check_unusable(work, words);
}

TEST_CASE("a model is not replaced unasked, nor for a training that cannot begin") {
  const Workspace work;
  work.make_model("model");
  work.write("model/notes.txt", "mine");
  work.write("short.en", "one\n");
  const auto files = [&] {
    std::string all;
    for (const std::string& name : work.list())
      if (!name.ends_with('/')) all += name + "\n" + work.read(name);
    return all;
  };
  const std::string before = files();
  check_refused(work.train("model", {{"seed", "9"}}), 2, {"--seed 1, now 9", "--overwrite"});
  CHECK(files() == before);
  check_refused(work.train("model", {{"overwrite", ""}, {"target", "short.en"}}), 1, {"short.en"});
  check_refused(
      work.train("model", {{"overwrite", ""}, {"attention", "dot"}, {"encoder-hidden-size", "5"}}),
      2, {"dot"});
  check_refused(work.train("model", {{"overwrite", ""}, {"valid-source", "nowhere"}}), 1,
                {"nowhere"});
  CHECK(files() == before);
  work.make_model("model", {{"overwrite", ""}, {"seed", "9"}});
  CHECK(files() != before);
  CHECK(work.read("model/notes.txt") == "mine");
}

TEST_CASE("a model that has no checkpoints is not replaced without --overwrite") {
  const Workspace work;
  work.make_model("model");
  for (const std::string update : {"0", "10"})
    std::filesystem::remove(work.path("model/checkpoint-" + update + ".safetensors"));
  const std::string best = work.read("model/best.safetensors");
  check_refused(work.train("model", {{"seed", "9"}}), 1, {"model", "already", "--overwrite"});
  CHECK(work.read("model/best.safetensors") == best);
}

TEST_CASE("files that a model would replace are left alone without --overwrite") {
  const Workspace work;
  std::filesystem::create_directory(work.path("model"));
  work.write("model/training.csv", "mine");
  check_refused(work.train("model"), 1, {"training.csv", "--overwrite"});
  CHECK(work.read("model/training.csv") == "mine");
}

TEST_CASE("a training that diverges ends with status 1 and keeps no bad parameters") {
  const Workspace work;
  const Outcome outcome =
      work.train("model", {{"learning-rate", "1e38"}, {"epochs", "1"}, {"clip-norm", "0"}});
  CHECK(outcome.status == 1);
  CHECK_THAT(outcome.err,
             Catch::Contains("--learning-rate") && Catch::Contains("skipped, with a loss"));
  CHECK_FALSE(work.exists("model/best.safetensors"));
  // With a smaller rate it goes on.
  const Outcome again = work.train("model", {{"epochs", "1"}, {"clip-norm", "0"}});
  CHECK(again.status == 0);
  CHECK_THAT(again.err, Catch::Contains("--learning-rate: 0.001 from now on, previously 1e+38") &&
                            Catch::Contains("resuming from update 0"));
  CHECK(work.exists("model/best.safetensors"));
}

TEST_CASE("output that cannot be written") {
  const Workspace work;
  work.make_model("model");
  const std::vector<std::string> before = work.list();
  const Outcome trained = work.train("train.de/model");
  CHECK(trained.status == 1);
  CHECK_THAT(lines_of(trained.err).back(),
             Catch::StartsWith("alinea train: ") && Catch::Contains("train.de/model"));
  check_refused(work.train("train.de"), 1, {"train.de", "is a file"});
  const Given pair = {{"model", "model"}, {"source", "valid.de"}, {"target", "valid.en"}};
  const auto [option, format] = GENERATE(table<std::string, std::string>(
      {{"output", "tidy"}, {"output", "pharaoh"}, {"output", "matrix"}, {"heatmap", "tidy"}}));
  INFO(option << " " << format);
  Given align = pair;
  align[option] = "train.de/x";
  if (option == "output") align["format"] = format;
  check_refused(work.run("align", align), 1, {"train.de/x"});
  check_refused(work.run("translate", {{"model", "model"}, {"alignments", "train.de/x"}}, "eins\n"),
                1, {"train.de/x"});
  CHECK(work.list() == before);
}

TEST_CASE("a model without attention has none to show") {
  const Workspace work;
  work.make_model("model", {{"attention", "none"}});
  check_refused(work.run("translate", {{"model", "model"}, {"alignments", "x"}}, "eins\n"), 1,
                {"no attention"});
  check_refused(
      work.run(
          "align",
          {{"model", "model"}, {"source", "valid.de"}, {"target", "valid.en"}, {"output", "x"}}),
      1, {"no attention"});
  CHECK_FALSE(work.exists("x"));
}

}  // namespace
}  // namespace alinea
