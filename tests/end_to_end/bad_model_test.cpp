// Model folders that are not whole, and those that must not be lost.
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <cstring>
#include <limits>
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
  check_unusable(work, {"model", "no model folder", "check the path"});
  std::filesystem::create_directory(work.path("model"));
  check_unusable(work, {"model", "config.json is missing"});
}

TEST_CASE("a model whose training never came to a validation") {
  const Workspace work;
  work.make_model("model");
  std::filesystem::remove(work.path("model/best.safetensors"));
  std::filesystem::remove(work.path("model/last.safetensors"));
  check_unusable(work, {"no validated model in model", "best.safetensors", "resume the training"});
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

TEST_CASE("a model with numbers that are not finite") {
  const Workspace work;
  work.make_model("model");
  std::filesystem::copy(work.path("model"), work.path("good"),
                        std::filesystem::copy_options::recursive);
  const float bad =
      GENERATE(std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::infinity());
  std::string bytes = work.read("model/best.safetensors");
  bytes.replace(bytes.find("crc32"), 5, "crc31");  // as from a program that writes no checksum
  std::memcpy(bytes.data() + bytes.size() - sizeof bad, &bad, sizeof bad);
  work.write("model/best.safetensors", bytes);
  const std::vector<std::string> words = {"model/best.safetensors", "in tensor '", "not finite"};
  check_unusable(work, words);
  check_refused(work.shell("", "average", {}, "--model good --model model --output mean"), 1,
                words);
  check_refused(
      work.run("report", {{"model", "model"}, {"output", "page"}, {"source", "valid.de"}}), 1,
      words);
  const Outcome trained = work.train("other", {{"pretrained-model", "model"}});
  CHECK(trained.status == 1);
  CHECK_THAT(lines_of(trained.err).back(), Catch::Contains("not finite"));
  CHECK_FALSE(work.exists("other"));
  CHECK_FALSE(work.exists("mean"));
  CHECK_FALSE(work.exists("page"));
  CHECK_THAT(work.run("inspect", {{"model", "model"}}).out, Catch::Contains("not finite"));
}

TEST_CASE("a pipe in a model folder is named by every command, and none waits for it") {
  const std::string name = GENERATE("config.json", "best.safetensors", "source.vocabulary.txt",
                                    "training.csv", "training.lock", "checkpoint-3.safetensors");
  const Workspace work;
  work.make_model("model");
  std::filesystem::remove(work.path("model/" + name));
  REQUIRE(mkfifo(work.path("model/" + name).c_str(), 0600) == 0);
  const std::vector<std::string> words = {"model/" + name, "neither a file nor a folder"};
  check_unusable(work, words);
  check_refused(work.run("inspect", {{"model", "model"}}), 1, words);
  check_refused(work.train("model"), 1, words);
  check_refused(work.train("model", {{"overwrite", ""}}), 1, words);
  check_refused(work.train("other", {{"pretrained-model", "model"}}), 1, words);
}

TEST_CASE("a training does not start from the model that it writes, under any name") {
  const Workspace work;
  work.make_model("model");
  std::filesystem::create_directory_symlink("model", work.path("link"));
  const std::string before = work.read("model/best.safetensors");
  for (const char* name : {"model", "link", "./model/", "link/../model"})
    check_refused(work.train(name, {{"pretrained-model", "model"}, {"overwrite", ""}}), 2,
                  {"--model names what --pretrained-model reads"});
  check_refused(work.train("model", {{"source-vocabulary", "model/source.vocabulary.txt"},
                                     {"overwrite", ""}}),
                2, {"--model would replace what --source-vocabulary reads"});
  CHECK(work.read("model/best.safetensors") == before);
}

TEST_CASE("options that cannot be met do not cost the model that they were to replace") {
  const Workspace work;
  work.make_model("model");
  const std::vector<std::string> before = work.list();
  const std::string best = work.read("model/best.safetensors");
  const Outcome outcome =
      work.train("model", {{"overwrite", ""}, {"hidden-size", "400"}, {"memory", "1"}});
  CHECK(outcome.status == 1);
  CHECK_THAT(lines_of(outcome.err).back(), Catch::Contains("--memory"));
  CHECK(work.list() == before);
  CHECK(work.read("model/best.safetensors") == best);
}

TEST_CASE("a training whose perplexity has no end says so, and so does who wants to translate") {
  const Workspace work;
  const Given wild = {{"optimizer", "sgd"}, {"learning-rate", "1e5"}, {"clip-norm", "0"},
                      {"updates", "1"},     {"validate-every", "1"},  {"attention", "none"}};
  const Outcome outcome = work.train("model", wild);
  CHECK(outcome.status == 1);
  CHECK_THAT(lines_of(outcome.err).back(),
             Catch::Contains("training diverged, the validation loss of update 1 is"));
  CHECK_FALSE(work.exists("model/best.safetensors"));
  CHECK_THAT(work.read("model/training.csv"), Catch::Contains("inf") || Catch::Contains("nan"));
  check_unusable(work, {"no validated model", "best.safetensors", "diverged"});
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
       {"/model", json::array(), {"config.json", "a JSON object", "got []"}}}));
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
  check_refused(work.train("model", {{"seed", "9"}}), 1, {"model", "already", "overwrite"});
  CHECK(work.read("model/best.safetensors") == best);
}

TEST_CASE("files that a model would replace are left alone without --overwrite") {
  const Workspace work;
  std::filesystem::create_directory(work.path("model"));
  work.write("model/training.csv", "mine");
  check_refused(work.train("model"), 1, {"training.csv", "overwrite"});
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
  work.write("file", "text");
  const std::vector<std::string> before = work.list();
  const Outcome trained = work.train("train.de/model");
  CHECK(trained.status == 1);
  CHECK_THAT(lines_of(trained.err).back(),
             Catch::StartsWith("alinea train: ") && Catch::Contains("train.de/model"));
  check_refused(work.train("file"), 1, {"file", "is a file"});
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
