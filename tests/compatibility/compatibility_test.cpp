// Models that version 0.1.0 trained, before encoders and decoders could be chosen freely: they load
// and answer as they did. The files beside this one hold what `score`, `align` and `classify`
// printed then.
#include <catch2/catch.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "end_to_end/workspace.h"

namespace alinea {
namespace {

std::string file(const std::string& name) { return std::string(ALINEA_OLD_MODELS) + "/" + name; }

bool is_number(const std::string& field, double& value) {
  size_t end = 0;
  try {
    value = std::stod(field, &end);
  } catch (const std::exception&) {
    return false;
  }
  return end == field.size();
}

// Lines of CSV end in CR LF.
std::string without_returns(std::string text) {
  std::erase(text, '\r');
  return text;
}

// Field by field: the same text, or numbers no further apart than `margin`.
void check_same(const std::string& found, const std::string& expected, std::string_view separator,
                double margin) {
  const std::vector<std::string> lines = lines_of(without_returns(found)),
                                 wanted = lines_of(without_returns(expected));
  REQUIRE(lines.size() == wanted.size());
  REQUIRE(lines.size() > 5);
  for (size_t i = 0; i < lines.size(); ++i) {
    const std::vector<std::string> fields = split(lines[i], separator),
                                   others = split(wanted[i], separator);
    CAPTURE(lines[i], wanted[i]);
    REQUIRE(fields.size() == others.size());
    for (size_t f = 0; f < fields.size(); ++f) {
      double a = 0, b = 0;
      if (is_number(fields[f], a) && is_number(others[f], b)) {
        CHECK(std::abs(a - b) <= margin);
      } else {
        CHECK(fields[f] == others[f]);
      }
    }
  }
}

constexpr double kMargin = 1.001e-6;  // the last digit that `score` prints

TEST_CASE("translation models of version 0.1.0 score and align as they did") {
  const Workspace work;
  for (const std::string model : {"bahdanau-gru", "luong-lstm"}) {
    CAPTURE(model);
    const Given pairs = {{"model", file(model)},
                         {"source", file("pairs.source")},
                         {"target", file("pairs.target")},
                         {"threads", "1"}};
    const Outcome scores = work.run("score", pairs);
    REQUIRE(scores.status == 0);
    check_same(scores.out, bytes_of(file(model + ".score")), "\t", kMargin);

    Given options = pairs;
    options["output"] = "weights.csv";
    REQUIRE(work.run("align", options).status == 0);
    check_same(work.read("weights.csv"), bytes_of(file(model + ".csv")), ",", kMargin);
    options["output"] = "links";
    options["format"] = "pharaoh";
    REQUIRE(work.run("align", options).status == 0);
    CHECK(work.read("links") == bytes_of(file(model + ".links")));
  }
}

TEST_CASE("a classifier of version 0.1.0 classifies as it did") {
  const Workspace work;
  const Outcome outcome = work.run("classify", {{"model", file("classifier")},
                                                {"input", file("documents.txt")},
                                                {"attention", "weights.csv"},
                                                {"threads", "1"}});
  REQUIRE(outcome.status == 0);
  CHECK(outcome.out == bytes_of(file("classifier.classify")));
  check_same(work.read("weights.csv"), bytes_of(file("classifier.csv")), ",", kMargin);
}

TEST_CASE("a model of version 0.1.0 is averaged with one that this version wrote") {
  const Workspace work;
  for (const std::string model : {"bahdanau-gru", "luong-lstm"}) {
    CAPTURE(model);
    const std::string old = " --model " + file(model), made = model + "-made";
    REQUIRE(work.run("average" + old + old + " --output " + made, {}).status == 0);
    CHECK(work.read(made + "/config.json").find("\"decoder\"") != std::string::npos);
    const Outcome mixed =
        work.run("average" + old + " --model " + made + " --output " + model + "-mixed", {});
    INFO(mixed.err);
    REQUIRE(mixed.status == 0);
    const Outcome scores = work.run("score", {{"model", model + "-mixed"},
                                              {"source", file("pairs.source")},
                                              {"target", file("pairs.target")},
                                              {"threads", "1"}});
    REQUIRE(scores.status == 0);
    check_same(scores.out, bytes_of(file(model + ".score")), "\t", kMargin);
  }
}

}  // namespace
}  // namespace alinea
