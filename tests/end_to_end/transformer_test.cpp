// Training a Transformer by its options, positions that end, and embeddings that are shared.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "workspace.h"

namespace alinea {
namespace {

Given transformer(Given options = {}) {
  options.merge(Given{{"architecture", "transformer"},
                      {"embedding-size", "8"},
                      {"heads", "2"},
                      {"feed-forward-size", "10"},
                      {"encoder-layers", "1"},
                      {"decoder-layers", "1"}});
  return options;
}

TEST_CASE("--architecture transformer brings the defaults with which it learns") {
  const Workspace work;
  work.make_model("plain", transformer());
  const auto config = nlohmann::json::parse(work.read("plain/config.json"));
  CHECK(config["model"]["encoder"] == "transformer");
  CHECK(config["model"]["decoder"] == "transformer");
  CHECK(config["model"]["attention"] == "scaled-dot");
  CHECK(config["training"]["schedule"] == "noam");
  CHECK(config["training"]["warmup"] == 2000);
  CHECK(config["training"]["label-smoothing"] == 0.1);
  CHECK(config["training"]["encoder-layers"] == 1);

  work.make_model("other", transformer({{"schedule", "constant"}, {"attention", "additive"}}));
  const auto other = nlohmann::json::parse(work.read("other/config.json"));
  CHECK(other["model"]["attention"] == "additive");
  CHECK(other["training"]["schedule"] == "constant");
}

TEST_CASE("what is longer than learned positions is skipped, and refused by its line") {
  const Workspace work;
  work.write("short.de", "eins\nzwei drei vier\n");
  work.write("short.en", "one\ntwo three four\n");
  work.write("long.de", "eins\neins zwei drei vier fünf sechs\ndrei\n");
  work.write("long.en", "one\none two\nthree\n");
  const Given learned = transformer({{"positions", "learned"}, {"max-positions", "6"}});
  Given options = learned;
  options.merge(Given{{"valid-source", "short.de"}, {"valid-target", "short.en"}});
  const Outcome trained = work.train("model", options);
  INFO(trained.err);
  REQUIRE(trained.status == 0);
  CHECK_THAT(trained.err, Catch::Contains("with more than 5 tokens"));

  options["valid-source"] = "long.de";
  options["valid-target"] = "long.en";
  check_refused(work.train("other", options), 1,
                {"long.de", "line 2", "6 tokens", "end at 6", "--max-positions"});

  const Given pair = {{"model", "model"}, {"source", "long.de"}, {"target", "long.en"}};
  const Outcome scored = work.run("score", pair);
  CHECK(scored.status == 1);
  REQUIRE(lines_of(scored.out).size() == 3);
  CHECK(lines_of(scored.out)[1].empty());
  CHECK_FALSE(lines_of(scored.out)[2].empty());
  CHECK_THAT(scored.err, Catch::Contains("line 2") && Catch::Contains("end at 6"));
  Given align = pair;
  align["output"] = "out.links";
  align["format"] = "pharaoh";
  const Outcome aligned = work.run("align", align);
  CHECK(aligned.status == 1);
  CHECK_THAT(aligned.err, Catch::Contains("line 2") && Catch::Contains("end at 6"));
  CHECK(lines_of(work.read("out.links")).size() == 3);

  const Outcome translated =
      work.run("translate", {{"model", "model"}}, "eins\neins zwei drei vier fünf sechs\ndrei\n");
  CHECK(translated.status == 1);
  REQUIRE(lines_of(translated.out).size() == 3);
  CHECK(lines_of(translated.out)[1].empty());
  CHECK_THAT(translated.err, Catch::Contains("line 2") && Catch::Contains("end at 6"));
  CHECK(work.run("translate", {{"model", "model"}, {"max-length", "5"}},
                 "eins zwei drei vier fünf sechs\n")
            .status == 0);
}

TEST_CASE("a tie given as a switch is recorded as one, and goes on with either name") {
  const Workspace work;
  Given tied = {{"embedding-size", "12"}, {"tie-embeddings", ""}, {"updates", "3"}};
  work.make_model("model", tied);
  const auto config = nlohmann::json::parse(work.read("model/config.json"));
  CHECK(config["model"]["tie_embeddings"] == true);
  CHECK(config["training"]["tie-embeddings"] == true);
  tied["tie-embeddings"] = "target-output";
  tied["updates"] = "5";
  work.make_model("model", tied);
  CHECK(work.saved_at("model") == 5);
  tied["tie-embeddings"] = "none";
  check_refused(work.train("model", tied), 2, {"--tie-embeddings true, now false", "--overwrite"});
}

TEST_CASE("all embeddings are one where the vocabulary is") {
  const Workspace work;
  const std::string architecture = GENERATE("recurrent", "transformer");
  Given tied = {{"architecture", architecture},
                {"heads", "2"},
                {"embedding-size", "12"},
                {"tie-embeddings", "all"}};
  if (architecture == "recurrent") tied.erase("heads");
  CAPTURE(architecture);
  check_refused(work.train("model", tied), 2, {"--tie-embeddings all", "--joint-vocabulary"});
  CHECK_FALSE(work.exists("model"));
  tied["joint-vocabulary"] = "";
  work.make_model("model", tied);
  CHECK(work.tensor("model/best.safetensors", "encoder.embedding.weight").size() % 12 == 0);
  const std::string tensors = work.read("model/best.safetensors");
  CHECK(tensors.find("decoder.embedding.weight") == std::string::npos);
  CHECK(tensors.find("\"output.weight\"") == std::string::npos);
  CHECK(work.run("score", {{"model", "model"}, {"source", "valid.de"}, {"target", "valid.en"}})
            .status == 0);
  CHECK(work.run("translate", {{"model", "model"}}, "eins\n").status == 0);
}

}  // namespace
}  // namespace alinea
