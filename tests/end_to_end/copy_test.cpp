// Models that copy words of their source, also those that no vocabulary has.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "workspace.h"

namespace alinea {
namespace {

// Every name comes once, so that none of them is in a vocabulary of words that come three times.
void write_names(const Workspace& work) {
  std::string train, valid;
  for (int i = 0; i < 300; ++i) {
    const std::string name = "w" + std::to_string(i);
    const char* kind = i % 2 == 0 ? "call" : "write";
    (i < 280 ? train : valid) +=
        std::string(kind) + " to " + name + " now\t" + name + " " + kind + "\n";
  }
  for (const auto& [file, text] : {std::pair("train", train), std::pair("valid", valid)}) {
    std::string source, target;
    for (const std::string& line : lines_of(text)) {
      source += split(line, "\t")[0] + "\n";
      target += split(line, "\t")[1] + "\n";
    }
    work.write(std::string(file) + ".long", source);
    work.write(std::string(file) + ".short", target);
  }
}

Given copying(Given options = {}) {
  options.merge(Given{{"source", "train.long"},
                      {"target", "train.short"},
                      {"valid-source", "valid.long"},
                      {"valid-target", "valid.short"},
                      {"joint-vocabulary", ""},
                      {"min-frequency", "3"},
                      {"copy", ""},
                      {"attention", "general"},
                      {"hidden-size", "24"},
                      {"embedding-size", "16"},
                      {"dropout", "0"},
                      {"learning-rate", "0.02"},
                      {"updates", "250"}});
  return options;
}

TEST_CASE("a model that copies writes words that no vocabulary has") {
  const Workspace work;
  write_names(work);
  work.make_model("model", copying({{"coverage-loss", "0.1"}}));
  CHECK(work.read("model/source.vocabulary.txt").find("w17") == std::string::npos);
  const std::string input = "call to zebra now\nwrite to okapi now\nwrite to zebra now\n";
  for (const char* beam : {"1", "4"}) {
    const Outcome outcome = work.run("translate", {{"model", "model"}, {"beam-size", beam}}, input);
    CHECK(outcome.err.empty());
    CHECK(lines_of(outcome.out) ==
          std::vector<std::string>{"zebra call", "okapi write", "zebra write"});
  }
  const Outcome listed = work.run(
      "translate", {{"model", "model"}, {"n-best", ""}, {"beam-size", "3"}}, "call to gnu now\n");
  CHECK(listed.status == 0);
  CHECK_THAT(lines_of(listed.out)[0], Catch::Contains("gnu call"));

  work.write("long", input);
  work.write("short", "zebra call\nzebra write\nunheard write\n");
  const Outcome scored =
      work.run("score", {{"model", "model"}, {"source", "long"}, {"target", "short"}});
  REQUIRE(scored.status == 0);
  const auto log_p = [&](size_t line) {
    return std::stod(split(lines_of(scored.out)[line], "\t")[0]);
  };
  CHECK(log_p(0) > -0.5);
  CHECK(log_p(1) < log_p(0) - 3);  // which its source does not have
  CHECK(log_p(2) < log_p(0) - 3);
}

TEST_CASE("extractive weights go by the words of the source, whatever vocabulary has them") {
  const Workspace work;
  write_names(work);
  work.make_model("copying", copying({{"updates", "2"}}));
  work.make_model("separate", {{"source", "train.long"},
                               {"target", "train.short"},
                               {"valid-source", "valid.long"},
                               {"valid-target", "valid.short"},
                               {"min-frequency", "3"},
                               {"updates", "2"}});
  const std::string input = "write to okapi now\ncall to zebra now\n";
  const auto written = [&](const char* model, const char* weights, const char* words) {
    const Outcome outcome = work.run("translate",
                                     {{"model", model},
                                      {"extractive-weights", weights},
                                      {"min-length", words},
                                      {"max-target-length", words}},
                                     input);
    CHECK(outcome.err.empty());
    return outcome.out;
  };
  CHECK(written("copying", "99,99,99,99", "4") == input);
  CHECK(written("separate", "99,0,0,0", "1") == "write\ncall\n");
}

TEST_CASE("phrases and prefixes may have words that only the source has") {
  const Workspace work;
  write_names(work);
  work.make_model("model", copying({{"decoder", "transformer"},
                                    {"attention", "scaled-dot"},
                                    {"embedding-size", "24"},
                                    {"updates", "30"}}));
  work.write("prefixes", "okapi\nokapi\n");
  const Outcome outcome = work.run("translate", {{"model", "model"}, {"prefix", "prefixes"}},
                                   "write to okapi now\nwrite to zebra now\n");
  CHECK(outcome.status == 0);
  REQUIRE(lines_of(outcome.out).size() == 2);
  CHECK_THAT(lines_of(outcome.out)[0], Catch::StartsWith("okapi"));
}

TEST_CASE("a phrase with a word that neither vocabulary nor source has is passed over") {
  const Workspace work;
  write_names(work);
  work.make_model("model", copying({{"updates", "2"}}));
  const std::string input = "write to okapi now\nwrite to zebra now\n";
  const auto run = [&](const Given& more) {
    // Of one token, so that all of them are listed.
    Given options = {{"model", "model"},
                     {"beam-size", "30"},
                     {"n-best", ""},
                     {"min-length", "1"},
                     {"max-target-length", "1"}};
    options.insert(more.begin(), more.end());
    return work.run("translate", options, input);
  };
  const Outcome usual = run({});
  REQUIRE(usual.out.find("<unk>") != std::string::npos);
  work.write("phrases", "gnu\nzebra\n");
  const Outcome required = run({{"constraints", "phrases"}});
  CHECK_THAT(required.err,
             Catch::Contains("line 1: ignored \"gnu\"") && !Catch::Contains("line 2"));
  CHECK(lines_of(required.out)[0] == lines_of(usual.out)[0]);
  CHECK_THAT(lines_of(required.out).back(), Catch::Contains("zebra"));
  // What cannot be written need not be avoided: not <unk> in its place.
  work.write("avoided", "gnu\ngnu\n");
  CHECK(run({{"avoid", "avoided"}}).out == usual.out);
}

TEST_CASE("what copying does not go with is refused") {
  const Workspace work;
  write_names(work);
  const auto refused = [&](const Given& options, const std::vector<std::string>& words) {
    check_refused(work.train("model", copying(options)), 2, words);
    CHECK_FALSE(work.exists("model"));
  };
  refused({{"attention", "none"}}, {"copy requires attention"});
  refused({{"attention-mode", "local-p"}}, {"copy", "local-p", "local-m"});
  Given apart = copying();
  apart.erase("joint-vocabulary");
  check_refused(work.train("model", apart), 2, {"--copy", "--joint-vocabulary"});
}

}  // namespace
}  // namespace alinea
