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

TEST_CASE("the architecture transformer brings the defaults with which it learns") {
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

TEST_CASE("weights are written of layers and heads, and of self-attention") {
  const Workspace work;
  work.make_model("model", transformer({{"encoder-layers", "2"}, {"decoder-layers", "3"}}));
  work.write("de", "eins zwei\n");
  work.write("en", "one two three\n");
  const auto header_of = [&](Given options) {
    options.merge(
        Given{{"model", "model"}, {"source", "de"}, {"target", "en"}, {"output", "out.csv"}});
    const Outcome outcome = work.run("align", options);
    INFO(outcome.err);
    REQUIRE(outcome.status == 0);
    return lines_of(work.read("out.csv"));
  };
  const auto begins_with = [](const std::string& line, const std::string& text) {
    return line.substr(0, text.size()) == text;
  };
  const std::vector<std::string> cross = header_of({});
  CHECK(begins_with(cross[0], "sentence,layer,head,target_position"));
  CHECK(cross.size() == 1 + 3 * 2 * 4 * 3);  // layers, heads, words with </s> on both sides
  const std::vector<std::string> head = header_of({{"layer", "2"}, {"head", "1"}});
  CHECK(begins_with(head[0], "sentence,target_position"));
  CHECK(head.size() == 1 + 4 * 3);
  const std::vector<std::string> encoder = header_of({{"attention-of", "encoder"}});
  CHECK(encoder.size() == 1 + 2 * 2 * 3 * 3);
  CHECK(begins_with(encoder[1], "0,0,0,0,eins,0,eins,"));
  const std::vector<std::string> decoder =
      header_of({{"attention-of", "decoder"}, {"layer", "0"}, {"head", "0"}});
  CHECK(decoder.size() == 1 + 4 * 4);
  CHECK(begins_with(decoder[1], "0,0,<s>,0,<s>,1"));
  CHECK(begins_with(decoder[2], "0,0,<s>,1,one,0"));

  const Given pair = {{"model", "model"}, {"source", "de"}, {"target", "en"}, {"output", "out"}};
  const auto refuse = [&](Given options, const std::vector<std::string>& words) {
    options.insert(pair.begin(), pair.end());
    check_refused(work.run("align", options), 2, words);
  };
  refuse({{"layer", "3"}}, {"3 layers with", "got 3 and -1"});
  refuse({{"attention-of", "encoder"}, {"alignment-unit", "word"}}, {"--attention-of encoder"});
  refuse({{"attention-of", "encoder"}, {"shift-attention", ""}}, {"--attention-of cross"});
  for (const char* option : {"attention-of", "layer", "head", "shift-attention"}) {
    Given alone = {{"model", "model"}};
    alone.emplace(option, std::string(option) == "attention-of"      ? "decoder"
                          : std::string(option) == "shift-attention" ? ""
                                                                     : "0");
    check_refused(work.run("translate", alone, "eins\n"), 2, {option, "requires --alignments"});
  }

  const Given translate = {
      {"model", "model"}, {"alignments", "t.csv"}, {"attention-of", "encoder"}};
  REQUIRE(work.run("translate", translate, "eins zwei\n").status == 0);
  CHECK(lines_of(work.read("t.csv")).size() == encoder.size());

  work.make_model("recurrent", {});
  Given options = pair;
  options["model"] = "recurrent";
  options["attention-of"] = "decoder";
  check_refused(work.run("align", options), 1, {"no self-attention", "recurrent"});
}

TEST_CASE("a page shows what words look at") {
  const Workspace work;
  work.make_model("model", transformer({}));
  work.write("de", "eins zwei\n");
  work.write("en", "one two\n");
  REQUIRE(work.run("align", {{"model", "model"},
                             {"source", "de"},
                             {"target", "en"},
                             {"attention-page", "page.html"}})
              .status == 0);
  CHECK_THAT(work.read("page.html"), Catch::Contains("<bdi>zwei</bdi>"));
}

TEST_CASE("a layer and a head are guided, and one that is not there is refused") {
  const Workspace work;
  std::string links;
  for (size_t i = 0; i < lines_of(work.read("train.de")).size(); ++i) links += "0-0\n";
  work.write("links", links);
  const Given guided = transformer({{"guided-alignment", "links"},
                                    {"guided-alignment-layer", "0"},
                                    {"guided-alignment-head", "1"}});
  work.make_model("model", guided);
  Given options = guided;
  options["guided-alignment-layer"] = "1";
  check_refused(work.train("other", options), 2,
                {"--guided-alignment-layer", "one of 1 layer and"});
}

}  // namespace
}  // namespace alinea
