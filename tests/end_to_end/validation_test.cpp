// What training takes for the best model.
#include <catch2/catch.hpp>

#include "workspace.h"

namespace alinea {
namespace {

using Catch::Contains;
using Lines = std::vector<std::string>;

void write_valid_script(const Workspace& work, const std::string& name,
                        const std::string& commands) {
  work.write(name, "#!/bin/sh\n" + commands + "\n");
  std::filesystem::permissions(work.path(name), std::filesystem::perms::owner_all);
}

// The last column of the rows of training.csv that hold a validation, and its name.
struct Column {
  std::string name;
  Lines values;
};
Column last_column(const Workspace& work, const std::string& model) {
  Column column;
  for (const std::string& line : lines_of(work.read(model + "/training.csv"))) {
    const Lines fields = split(line.substr(0, line.find('\r')), ",");
    if (column.name.empty())
      column.name = fields.back();
    else if (!fields[9].empty())
      column.values.push_back(fields.back());
  }
  return column;
}

// A tiny training that learns something.
Given learning(const std::string& measure, Given options = {}) {
  options.merge(Given{{"validate-by", measure},
                      {"validate-every", "100"},
                      {"updates", "200"},
                      {"learning-rate", "0.02"}});
  return options;
}

std::string greedy(const Workspace& work, const std::string& model) {
  return work.run("translate", {{"model", model}, {"beam-size", "1"}}, work.read("valid.de")).out;
}

TEST_CASE("the chrF of a validation is that of evaluate") {
  const Workspace work;
  work.make_model("model", learning("chrf"));
  const Column chrf = last_column(work, "model");
  CHECK(chrf.name == "valid_chrf");
  REQUIRE(chrf.values.size() == 2);
  work.write("output", greedy(work, "model"));
  const Outcome outcome =
      work.run("evaluate", {{"hypotheses", "output"}, {"references", "valid.en"}});
  CHECK_THAT(lines_of(outcome.out).at(2), Contains("chrF2"));
  CHECK(std::stod(lines_of(outcome.out).at(2).substr(8)) ==
        Approx(std::max(std::stod(chrf.values[0]), std::stod(chrf.values[1]))).margin(0.006));
}

TEST_CASE("a validation has as many references as it is given") {
  const Workspace work;
  // The first reference is of no use for BLEU, and the second one is right.
  std::string other;
  for (const std::string& line : lines_of(work.read("valid.en"))) other += "x x x x " + line + "\n";
  work.write("other.en", other);
  const auto bleu = [&](const std::string& model, const std::string& more) {
    const Outcome outcome =
        work.shell_train("", model, learning("bleu", {{"valid-target", "other.en"}}), more);
    INFO(outcome.err);
    REQUIRE(outcome.status == 0);
    CHECK_THAT(outcome.err, Contains(more.empty() ? "nrefs:1" : "nrefs:2"));
    return std::stod(last_column(work, model).values.at(1));
  };
  const double both = bleu("both", "--valid-target valid.en"), one = bleu("one", "");
  CHECK(both > one + 1);
}

TEST_CASE("a validation text without spaces is judged by characters") {
  const Workspace work;
  const std::map<std::string, std::string> characters = {
      {"one", "一"},  {"two", "二"},      {"three", "三"},  {"four", "四"},
      {"five", "五"}, {"six", "六"},      {"seven", "七"},  {"eight", "八"},
      {"nine", "九"}, {"thousand", "千"}, {"hundred", "百"}};
  for (const std::string file : {"train.en", "valid.en"}) {
    std::string text;
    for (const std::string& line : lines_of(work.read(file))) {
      for (const std::string& word : split(line, " "))
        text += characters.contains(word) ? characters.at(word) : "十";
      text += "。\n";
    }
    work.write(file, text);
  }
  const Given given = learning("bleu", {{"tokenizer", "char"}, {"dropout", "0"}});
  const Outcome outcome = work.train("model", given);
  INFO(outcome.err);
  REQUIRE(outcome.status == 0);
  CHECK_THAT(outcome.err, Contains("validation by BLEU, tok:zh, nrefs:1") && !Contains("warning"));
  const Lines bleu = last_column(work, "model").values;
  REQUIRE(bleu.size() == 2);
  CHECK(std::stod(bleu[1]) > std::stod(bleu[0]));
  CHECK(std::stod(bleu[1]) > 5);
  work.write("output", greedy(work, "model"));
  const Outcome chinese = work.run(
      "evaluate", {{"hypotheses", "output"}, {"references", "valid.en"}, {"tokenize", "zh"}});
  CHECK(std::stod(chinese.out.substr(std::string("BLEU = ").size())) ==
        Approx(std::stod(bleu[1])).margin(0.006));

  Given western = given;
  western["valid-tokenize"] = "13a";
  western["updates"] = "3";
  const Outcome refused = work.train("western", western);
  CHECK(refused.status == 1);
  CHECK_THAT(refused.err, Contains("no reference has four words") &&
                              Contains("--valid-tokenize char") && Contains("chrf"));
  CHECK_FALSE(work.exists("western/config.json"));
}

TEST_CASE("a script judges the translations of a validation") {
  const Workspace work;
  write_valid_script(work, "score.sh", "cp \"$1\" seen; echo \"$1\" > path; grep -c . \"$1\"");
  work.make_model("model", learning("translation", {{"valid-script-path", work.path("score.sh")}}));
  const Column score = last_column(work, "model");
  CHECK(score.name == "valid_translation");
  CHECK(score.values == Lines{"20", "20"});
  CHECK(lines_of(work.read("seen")).size() == 20);
  // Of two equal scores the one with the smaller loss is best.
  CHECK(work.read("model/best.safetensors") == work.read("model/last.safetensors"));
  CHECK_FALSE(std::filesystem::exists(lines_of(work.read("path")).at(0)));
}

TEST_CASE("a validation whose script fails has no score, and training goes on") {
  const Workspace work;
  // Hangs, fails, prints nothing, and then is right once.
  write_valid_script(
      work, "score.sh",
      "n=$(cat n); echo $((n + 1)) > n\n"
      "case $n in 0) sleep 60;; 1) exit 5;; 2) ;; 3) echo 12.5;; *) echo word;; esac");
  work.write("n", "0");
  const Outcome outcome = work.train("model", {{"validate-by", "translation"},
                                               {"valid-script-path", work.path("score.sh")},
                                               {"valid-script-timeout", "1"},
                                               {"validate-every", "2"},
                                               {"patience", "2"},
                                               {"updates", "10"}});
  INFO(outcome.err);
  CHECK(outcome.status == 0);
  CHECK(last_column(work, "model").values == Lines{"", "", "", "12.5", ""});
  CHECK_THAT(outcome.err, Contains("longer than 1 second: this validation has no score") &&
                              Contains("ended with status 5") && Contains("printed nothing") &&
                              Contains("printed \"word\"") && Contains("score.sh none") &&
                              Contains("score.sh 12.5000  (best)"));
  CHECK(work.exists("model/best.safetensors"));
}

TEST_CASE("options of a validation that do not go together are refused") {
  const Workspace work;
  const auto refused = [&](const Given& options, int status, const Lines& words) {
    check_refused(work.train("model", options), status, words);
    CHECK_FALSE(work.exists("model"));
  };
  write_valid_script(work, "score.sh", "echo 1");
  refused({{"validate-by", "translation"}}, 2, {"--valid-script-path"});
  refused({{"valid-script-path", "score.sh"}}, 2, {"--validate-by translation"});
  refused({{"valid-script-timeout", "3"}}, 2, {"--validate-by translation"});
  refused({{"valid-tokenize", "char"}}, 2, {"--validate-by bleu"});
  refused({{"validate-by", "bleu"}, {"valid-tokenize", "ja-mecab"}}, 2, {"auto, none, 13a"});
  refused({{"validate-by", "translation"}, {"valid-script-path", "none.sh"}}, 1,
          {"none.sh", "no such file"});
  refused({{"validate-by", "translation"}, {"valid-script-path", "valid.en"}}, 1,
          {"valid.en", "chmod"});
  work.write("short.en", "one\n");
  const Outcome outcome = work.shell_train(
      "", "model", Workspace::tiny("model", {{"validate-by", "chrf"}}), "--valid-target short.en");
  check_refused(outcome, 1, {"short.en", "20, got 1"});
}

}  // namespace
}  // namespace alinea
