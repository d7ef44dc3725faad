// Training convolutional models by their options, and what their attention writes.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "workspace.h"

namespace alinea {
namespace {

Given convolutional(Given options = {}) {
  options.merge(Given{{"architecture", "convolutional"},
                      {"embedding-size", "8"},
                      {"channels", "6,7"},
                      {"encoder-layers", "2"},
                      {"decoder-layers", "3"}});
  return options;
}

// What attention of the model did for one pair, of two and three words.
void align_pair(const Workspace& work, Given options) {
  work.write("de", "eins zwei\n");
  work.write("en", "one two three\n");
  options.merge(Given{{"model", "model"}, {"source", "de"}, {"target", "en"}});
  const Outcome outcome = work.run("align", options);
  INFO(outcome.err);
  REQUIRE(outcome.status == 0);
}

TEST_CASE("the architecture convolutional brings its defaults") {
  const Workspace work;
  work.make_model("model", convolutional());
  const auto model = nlohmann::json::parse(work.read("model/config.json"))["model"];
  CHECK(model["encoder"] == "convolutional");
  CHECK(model["decoder"] == "convolutional");
  CHECK(model["attention"] == "dot");
  CHECK(model["kernel"] == 3);
  CHECK(model["channels"] == "6,7");
  CHECK(model["scale_gradients"] == true);
}

TEST_CASE("attention of convolutional decoders is written by layer, links are those of the mean") {
  const Workspace work;
  work.make_model("model", convolutional({{"kernel", "2"}}));
  align_pair(work, {{"output", "all.csv"}});
  const std::vector<std::string> all = lines_of(work.read("all.csv"));
  CHECK_THAT(all[0], Catch::Contains("layer"));
  CHECK(all.size() == 1 + 3 * 4 * 3);  // layers, target and source with </s>
  align_pair(work, {{"output", "one.csv"}, {"layer", "2"}});
  CHECK(lines_of(work.read("one.csv")).size() == 1 + 4 * 3);
  align_pair(work, {{"output", "out.links"}, {"format", "pharaoh"}});
  CHECK(lines_of(work.read("out.links")).size() == 1);
}

TEST_CASE("the last block alone can attend") {
  const Workspace work;
  work.make_model("model", convolutional({{"decoder-attention", "last"}}));
  const Outcome inspected = work.run("inspect", {{"model", "model"}});
  CHECK_THAT(inspected.out, !Catch::Contains("decoder.layer1.query"));
  CHECK_THAT(inspected.out, Catch::Contains("decoder.layer2.query"));
  align_pair(work, {{"output", "all.csv"}});
  const std::vector<std::string> all = lines_of(work.read("all.csv"));
  CHECK_THAT(all[0], !Catch::Contains("layer"));
  CHECK(all.size() == 1 + 4 * 3);
}

TEST_CASE("convolutional layers end with their positions") {
  const Workspace work;
  work.write("long.de", "eins\neins zwei drei vier fünf sechs\n");
  work.write("long.en", "one\none two\n");
  check_refused(work.train("model", convolutional({{"max-positions", "6"},
                                                   {"valid-source", "long.de"},
                                                   {"valid-target", "long.en"}})),
                1, {"long.de", "line 2", "6 tokens", "--max-positions"});
}

}  // namespace
}  // namespace alinea
