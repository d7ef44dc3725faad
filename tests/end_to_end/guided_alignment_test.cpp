// Attention that is told where to look.
#include <catch2/catch.hpp>

#include "workspace.h"

namespace alinea {
namespace {

// Every target word of the training text linked with the first source word.
std::string links_to_first(const Workspace& work) {
  std::string text;
  for (const std::string& line : lines_of(work.read("train.en"))) {
    const auto words = static_cast<int64_t>(split(line, " ").size());
    for (int64_t t = 0; t < words; ++t) text += (t > 0 ? " 0-" : "0-") + std::to_string(t);
    text += "\n";
  }
  return text;
}

// The share of target words that a model looks at the first source word with.
double share_of_first(const Workspace& work, const std::string& model) {
  const Outcome outcome = work.run("align", {{"model", model},
                                             {"source", "valid.de"},
                                             {"target", "valid.en"},
                                             {"output", "links.out"},
                                             {"format", "pharaoh"}});
  INFO(outcome.err);
  REQUIRE(outcome.status == 0);
  double first = 0, all = 0;
  for (const std::string& line : lines_of(work.read("links.out"))) {
    for (const std::string& link : split(line, " ")) {
      if (link.empty()) continue;
      ++all;
      if (link.starts_with("0-")) ++first;
    }
  }
  return first / all;
}

TEST_CASE("attention follows the links that it is given") {
  const Workspace work;
  work.write("links", links_to_first(work));
  const std::string cost = GENERATE("ce", "mse", "mult");
  const Given slow = {{"updates", "60"}, {"learning-rate", "0.01"}};
  Given guided = slow;
  guided["guided-alignment"] = "links";
  guided["guided-alignment-cost"] = cost;
  guided["guided-alignment-weight"] = "3";
  work.make_model("guided", guided);
  CHECK(share_of_first(work, "guided") > 0.95);
  if (cost != "ce") return;
  Given on_disk = guided;
  on_disk["corpus-on-disk"] = "";
  work.make_model("disk", on_disk);
  CHECK(work.read("disk/last.safetensors") == work.read("guided/last.safetensors"));
  work.make_model("free", slow);
  CHECK(share_of_first(work, "free") < 0.7);
}

TEST_CASE("links without a place are refused before anything is made") {
  const Workspace work;
  work.write("links", "0-0\n");
  check_refused(work.train("model", {{"guided-alignment", "links"}, {"attention", "none"}}), 2,
                {"--guided-alignment", "--attention"});
  check_refused(work.train("model", {{"guided-alignment-weight", "1"}}), 2,
                {"--guided-alignment-weight", "requires links"});
  check_refused(work.train("model", {{"guided-alignment", "none"}}), 1, {"none"});
  CHECK(!work.exists("model"));
  const Outcome few = work.train("model", {{"guided-alignment", "links"}});
  CHECK(few.status == 1);
  CHECK_THAT(few.err, Catch::Contains("links") && Catch::Contains("300, got 1"));
  CHECK(!work.exists("model/config.json"));
}

}  // namespace
}  // namespace alinea
