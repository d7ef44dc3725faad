// From lines to lines: translate and score.
#include <catch2/catch.hpp>
#include <cmath>
#include <set>

#include "half_trained.h"
#include "workspace.h"

namespace alinea {
namespace {

// A corpus that a few seconds of training teach something about.
void make_trained(const Workspace& work) {
  work.make_model(
      "model",
      {{"updates", "120"}, {"learning-rate", "0.02"}, {"dropout", "0"}, {"hidden-size", "16"}});
}

TEST_CASE("as many lines come out as go in, in their order") {
  const Workspace work;
  make_trained(work);
  std::string input = work.read("valid.de");
  input += "\n" + work.read("train.de") + "   \nnie gesehen\n\neins ohne Zeilenende";
  const Outcome together = work.run("translate", {{"model", "model"}, {"batch-size", "7"}}, input);
  CHECK(together.status == 0);
  CHECK(together.err.empty());
  const std::vector<std::string> lines = lines_of(together.out);
  REQUIRE(lines.size() == 20 + 1 + 300 + 4);
  CHECK(lines[20].empty());
  CHECK(lines[321].empty());
  CHECK(lines[323].empty());
  CHECK_FALSE(lines[324].empty());
  CHECK(lines[30] != lines[120]);
  const Outcome alone = work.run("translate", {{"model", "model"}, {"batch-size", "1"}}, input);
  CHECK(alone.out == together.out);
}

TEST_CASE("translating in fewer bits gives nearly the same, or is refused") {
  const Workspace work;
  make_trained(work);
  const std::string input = work.read("valid.de");
  const auto scores = [&](const std::string& precision) {
    const Outcome outcome = work.run(
        "translate",
        {{"model", "model"}, {"n-best", ""}, {"beam-size", "1"}, {"precision", precision}}, input);
    if (outcome.status == 1) check_refused(outcome, 1, {"--precision " + precision, "CPU"});
    std::vector<double> found;
    for (const std::string& line : lines_of(outcome.out))
      found.push_back(std::stod(split(line, " ||| ").at(2)));
    return found;
  };
  const std::vector<double> exact = scores("f32");
  REQUIRE(exact.size() == 20);
  for (const std::string precision : {"bf16", "int8"}) {
    const std::vector<double> found = scores(precision);
    if (found.empty()) continue;  // refused: this CPU has no instructions for it
    REQUIRE(found.size() == 20);
    CHECK(found != exact);
    double difference = 0;
    for (size_t i = 0; i < found.size(); ++i) difference += std::abs(found[i] - exact[i]) / 20;
    CHECK(difference < 0.1);
  }
  check_refused(work.shell("DNNL_MAX_CPU_ISA=AVX2", "translate",
                           {{"model", "model"}, {"precision", "bf16"}}, "< /dev/null"),
                1, {"precision bf16", "AVX2"});
  check_refused(work.run("translate", {{"model", "model"}, {"precision", "f16"}}, input), 2,
                {"--precision", "f16", "bf16"});
}

TEST_CASE("translate reads and writes files, too") {
  const Workspace work;
  work.make_model("model");
  const std::string expected =
      work.run("translate", {{"model", "model"}}, work.read("valid.de")).out;
  const Outcome outcome =
      work.run("translate", {{"model", "model"}, {"input", "valid.de"}, {"output", "valid.out"}});
  CHECK(outcome.status == 0);
  CHECK(outcome.out.empty());
  CHECK(work.read("valid.out") == expected);
  CHECK(work.run("translate", {{"model", "model"}, {"input", "-"}}, work.read("valid.de")).out ==
        expected);
  check_refused(work.run("translate", {{"model", "model"}, {"input", "none"}}), 1, {"none"});
  check_refused(
      work.run("translate", {{"model", "model"}, {"input", "valid.de"}, {"output", "valid.de"}}), 2,
      {"--output", "--input"});
}

TEST_CASE("no input gives no output") {
  const Workspace work;
  work.make_model("model");
  const Outcome outcome = work.run("translate", {{"model", "model"}}, "");
  CHECK(outcome.status == 0);
  CHECK(outcome.out.empty());
}

TEST_CASE("an input that cannot be read is a failure") {
  const Workspace work;
  work.make_model("model");
  check_refused(work.shell("", "translate", {{"model", "model"}}, "<."), 1, {"standard input"});
}

TEST_CASE("lists of n best hold no text twice, whatever pieces it is made of") {
  const Workspace work;
  work.make_model("model", {{"updates", "120"},
                            {"learning-rate", "0.02"},
                            {"dropout", "0"},
                            {"hidden-size", "16"},
                            {"tokenizer", "sentencepiece"},
                            {"vocabulary-size", "50"}});
  Given options = {{"model", "model"}, {"beam-size", "6"}};
  const std::string input = work.read("valid.de");
  const std::vector<std::string> best = lines_of(work.run("translate", options, input).out);
  options["n-best"] = "";
  const std::vector<std::string> all = lines_of(work.run("translate", options, input).out);
  REQUIRE(all.size() == 20 * 6);
  for (size_t i = 0; i < 20; ++i) {
    std::set<std::string> texts;
    double last = 0;
    for (size_t k = 0; k < 6; ++k) {
      const std::vector<std::string> fields = split(all[6 * i + k], " ||| ");
      REQUIRE(fields.size() == 3);
      if (k == 0) CHECK(fields[1] == best[i]);
      if (k > 0) CHECK(std::stod(fields[2]) <= last);
      last = std::stod(fields[2]);
      texts.insert(fields[1]);
    }
    CHECK(texts.size() == 6);
  }
}

TEST_CASE("score --word-scores gives the log-probability of each token, and they add up") {
  const Workspace work;
  make_trained(work);
  const Given options = {{"model", "model"}, {"source", "valid.de"}, {"target", "valid.en"}};
  const std::vector<std::string> plain = lines_of(work.run("score", options).out);
  Given wordy = options;
  wordy["word-scores"] = "";
  const std::vector<std::string> scored = lines_of(work.run("score", wordy).out);
  const std::vector<std::string> english = lines_of(work.read("valid.en"));
  REQUIRE(scored.size() == 20);
  for (size_t i = 0; i < 20; ++i) {
    const std::vector<std::string> fields = split(scored[i], " ||| WordScores= ");
    REQUIRE(fields.size() == 2);
    CHECK(fields[0] == plain[i]);
    const std::vector<std::string> scores = split(fields[1], " ");
    CHECK(scores.size() == split(english[i], " ").size() + 1);
    double sum = 0;
    for (const std::string& score : scores) sum += std::stod(score);
    CHECK(sum == Approx(std::stod(plain[i])).margin(1e-4));
  }
  // The tokens of a translation have the scores that the search gave them.
  const Outcome best = work.run("translate", {{"model", "model"}, {"word-scores", ""}}, "zwei\n");
  const std::vector<std::string> fields = split(lines_of(best.out).at(0), " ||| WordScores= ");
  work.write("one.de", "zwei\n");
  work.write("one.en", fields.at(0) + "\n");
  wordy["source"] = "one.de";
  wordy["target"] = "one.en";
  const std::vector<std::string> searched = split(fields.at(1), " ");
  const std::vector<std::string> forced =
      split(split(lines_of(work.run("score", wordy).out).at(0), " ||| WordScores= ").at(1), " ");
  REQUIRE(forced.size() == searched.size());
  for (size_t t = 0; t < forced.size(); ++t)
    CHECK(std::stod(forced[t]) == Approx(std::stod(searched[t])).margin(1e-4));
}

TEST_CASE("lists of n best begin with the best and fall") {
  const Workspace work;
  make_trained(work);
  const Given options = {{"model", "model"}, {"beam-size", "4"}};
  Given listed = options;
  listed["n-best"] = "";
  const std::string input = work.read("valid.de") + "\n";
  const std::vector<std::string> best = lines_of(work.run("translate", options, input).out);
  const std::vector<std::string> all = lines_of(work.run("translate", listed, input).out);
  REQUIRE(best.size() == 21);
  REQUIRE(all.size() == 20 * 4 + 1);
  for (size_t i = 0; i < all.size(); ++i) {
    INFO(all[i]);
    const std::vector<std::string> fields = split(all[i], " ||| ");
    REQUIRE(fields.size() == 3);
    CHECK(fields[0] == std::to_string(i / 4));
    if (i % 4 == 0) CHECK(fields[1] == best[i / 4]);
    if (i % 4 > 0) CHECK(std::stod(fields[2]) <= std::stod(split(all[i - 1], " ||| ")[2]));
  }
  CHECK(all.back() == "20 |||  ||| 0.000000");
}

TEST_CASE("score finds the log-probabilities that the search found") {
  const std::string attention = GENERATE("additive", "general", "none");
  const std::string cell = GENERATE("gru", "lstm");
  INFO(attention << " " << cell);
  const Workspace work;
  work.make_model(
      "model",
      {{"attention", attention}, {"cell", cell}, {"updates", "100"}, {"learning-rate", "0.02"}});
  const Outcome found =
      work.run("translate",
               {{"model", "model"}, {"n-best", ""}, {"length-penalty", "0"}, {"beam-size", "3"}},
               work.read("valid.de"));
  const std::vector<std::string> inputs = lines_of(work.read("valid.de"));
  std::string sources, targets;
  std::vector<double> scores;
  std::vector<size_t> tokens;
  for (const std::string& line : lines_of(found.out)) {
    const std::vector<std::string> fields = split(line, " ||| ");
    const std::string& source = inputs[std::stoul(fields[0])];
    // What was cut off at the longest has no </s>, which score would count.
    const size_t words = split(fields[1], " ").size();
    if (fields[1].empty() || words == 3 * (split(source, " ").size() + 1) + 10) continue;
    sources += source + "\n";
    targets += fields[1] + "\n";
    scores.push_back(std::stod(fields[2]));
    tokens.push_back(words + 1);
  }
  REQUIRE(scores.size() > 10);
  work.write("source", sources);
  work.write("target", targets);
  const Outcome scored =
      work.run("score", {{"model", "model"}, {"source", "source"}, {"target", "target"}});
  const std::vector<std::string> lines = lines_of(scored.out);
  REQUIRE(lines.size() == scores.size());
  for (size_t i = 0; i < lines.size(); ++i) {
    const std::vector<std::string> fields = split(lines[i], "\t");
    REQUIRE(fields.size() == 2);
    CHECK(std::stod(fields[0]) == Approx(scores[i]).margin(1e-4).epsilon(0));
    CHECK(fields[1] == std::to_string(tokens[i]));
  }
}

TEST_CASE("score takes empty lines as sentences") {
  const Workspace work;
  work.make_model("model");
  work.write("source", "eins\n\n\n");
  work.write("target", "\none\n\n");
  const Outcome outcome =
      work.run("score", {{"model", "model"}, {"source", "source"}, {"target", "target"}});
  const std::vector<std::string> lines = lines_of(outcome.out);
  REQUIRE(lines.size() == 3);
  const std::vector<std::string> tokens = {"1", "2", "1"};
  for (size_t i = 0; i < 3; ++i) {
    CHECK(split(lines[i], "\t").at(1) == tokens[i]);
    CHECK(std::stod(lines[i]) < 0);
  }
}

TEST_CASE("a line that is cut is translated, aligned and copied from as its beginning is") {
  const Workspace work;
  make_half_trained(work, "model", {{"vocabulary-size", "8"}, {"updates", "150"}});
  const std::string begin = "acht tausend vier", whole = begin + " hundert sechs und neunzig";
  const Given given = {{"model", "model"}, {"replace-unknown", ""}, {"alignments", "a.csv"}};
  const Outcome expected = work.run("translate", given, begin + "\n" + begin + "\n");
  const std::string links = work.read("a.csv");
  Given cut = given;
  cut["max-length"] = "3";
  const Outcome outcome = work.run("translate", cut, whole + "\n" + begin + "\n");
  CHECK(outcome.status == 0);
  CHECK(outcome.err == "line 1: cut from 7 to 3 tokens, see --max-length\n");
  CHECK(outcome.out == expected.out);
  CHECK(work.read("a.csv") == links);
  // There was something to copy.
  const std::string plain = work.run("translate", {{"model", "model"}}, begin + "\n").out;
  CHECK_THAT(plain, Catch::Contains("<unk>"));
  CHECK_THAT(expected.out, !Catch::Contains("<unk>"));
}

TEST_CASE("a reader that goes away ends translate without a crash or a hang") {
  const Workspace work;
  work.make_model("model");
  std::string many;
  for (int i = 0; i < 3000; ++i) many += "eins zwei\n";
  work.write("many", many);
  // Small batches: what is written goes out long before the last line is translated.
  const Outcome outcome = work.shell("{", "translate", {{"model", "model"}, {"batch-size", "1"}},
                                     "<many; echo $? >status; } | head -1");
  CHECK(lines_of(outcome.out).size() == 1);
  CHECK(work.read("status") == "1\n");
  CHECK(lines_of(outcome.err).size() == 1);
  CHECK_THAT(outcome.err, Catch::Contains("cannot write to standard output: Broken pipe"));
  const Given aligned = {
      {"model", "model"}, {"source", "many"}, {"target", "many"}, {"output", "-"}};
  CHECK_THAT(work.shell("", "align", aligned, "| head -1").err,
             Catch::EndsWith("cannot write to standard output: Broken pipe\n"));
}

TEST_CASE("tokenize ends where nobody can be told, however much there is to read") {
  const Workspace work;
  work.make_model("model");
  const Outcome outcome = work.shell("yes eins |", "tokenize", {{"model", "model"}}, ">/dev/full");
  CHECK(outcome.status == 1);
  CHECK_THAT(outcome.err, Catch::Contains("cannot write to standard output"));
}

TEST_CASE("a standard output that is closed or full fails in one line") {
  const std::string behind = GENERATE("<valid.de >&-", "<valid.de >/dev/full");
  const Workspace work;
  work.make_model("model");
  const Given pair = {{"model", "model"}, {"source", "valid.de"}, {"target", "valid.en"}};
  check_refused(work.shell("", "translate", {{"model", "model"}}, behind), 1,
                {"cannot write to standard output"});
  check_refused(work.shell("", "score", pair, behind), 1, {"cannot write to standard output"});
}

}  // namespace
}  // namespace alinea
