// Translation on several ranks, against translation in one process.
#include <catch2/catch.hpp>
#include <chrono>

#include "ranks_workspace.h"

namespace alinea {
namespace {

struct Case {
  int ranks;
  Given model, options;
};

TEST_CASE("ranks translate to the bytes of one process") {
  const auto [ranks, model, options] = GENERATE(
      values<Case>({{2, {}, {}},
                    {3, {{"attention-mode", "local-p"}}, {{"n-best", ""}, {"word-scores", ""}}},
                    {3, {}, {{"constraints", "phrases"}, {"prefix", "beginnings"}}},
                    // Fewer batches than ranks.
                    {4, {{"cell", "lstm"}}, {{"batch-size", "64"}, {"beam-size", "1"}}},
                    {2, {}, {{"sampling", ""}, {"seed", "7"}}}}));
  const RanksWorkspace work;
  Given training = {{"updates", "60"}, {"learning-rate", "0.02"}};
  training.merge(Given(model));
  work.make_model("model", training);
  work.write("input", work.read("train.de") + "\n   \n" + work.read("valid.de"));
  const size_t lines = lines_of(work.read("input")).size();
  std::string phrases, beginnings;
  for (size_t i = 0; i < lines; ++i) {
    phrases += i % 3 == 0 && i < 300 ? "one\ttwo\n" : "\n";
    beginnings += i % 5 == 0 && i < 300 ? "three\n" : "\n";
  }
  work.write("phrases", phrases);
  work.write("beginnings", beginnings);

  Given given = {
      {"model", "model"}, {"batch-size", "7"}, {"threads", "1"}, {"alignments", "alone.csv"}};
  for (const auto& [name, value] : options) given[name] = value;
  const Outcome alone = work.shell("", "translate", given, "< input");
  REQUIRE(alone.status == 0);
  given["alignments"] = "ranks.csv";
  const Outcome together = work.shell(RanksWorkspace::mpirun(ranks), "translate", given, "< input");
  INFO(together.err);
  CHECK(together.status == 0);
  CHECK(together.out == alone.out);
  CHECK(together.err == alone.err);
  CHECK(work.read("ranks.csv") == work.read("alone.csv"));
  CHECK(lines_of(alone.out).size() >= lines);
}

TEST_CASE("ranks wait as long as nobody writes a line") {
  const RanksWorkspace work;
  work.make_model("model", {{"updates", "3"}});
  const Outcome outcome =
      work.shell("{ echo eins; sleep 2.5; echo zwei; } | " + RanksWorkspace::mpirun(2), "translate",
                 {{"model", "model"}, {"rank-timeout", "0.5"}}, "");
  INFO(outcome.err);
  CHECK(outcome.status == 0);
  CHECK(outcome.out == work.run("translate", {{"model", "model"}}, "eins\nzwei\n").out);
}

TEST_CASE("a bad line takes no other with it on several ranks, as in one process") {
  const RanksWorkspace work;
  work.make_model("model", {{"updates", "60"}, {"learning-rate", "0.02"}});
  work.write("input", "eins\nzw\xff\ndrei\n");
  const Given given = {{"model", "model"}, {"threads", "1"}};
  const Outcome alone = work.shell("", "translate", given, "< input");
  check_passed_over_line_2(alone, "not UTF-8", 3);
  const Outcome outcome = work.shell(RanksWorkspace::mpirun(2), "translate", given, "< input");
  CHECK(outcome.status == 1);
  CHECK(outcome.out == alone.out);
  CHECK_THAT(outcome.err, Catch::StartsWith(lines_of(alone.err).front() + "\n") &&
                              Catch::Contains("(rank 0 of 2): 1 line has no translation"));
}

TEST_CASE("ranks hear of rank 0 also while lines trickle in, and are patient while others load") {
  const RanksWorkspace work;
  work.make_model("model", {{"updates", "3"}});
  std::string given;
  for (int line = 0; line < 250; ++line) given += "eins\n";
  // Never a pause, and half a round only; rank 1 comes late.
  const std::string trickle =
      "{ for i in $(seq 250); do echo eins; sleep 0.01; done; } | " + RanksWorkspace::mpirun(2) +
      " bash -c 'if ((OMPI_COMM_WORLD_RANK == 1)); then sleep 1; fi; exec \"$@\"' --";
  const Outcome outcome =
      work.shell(trickle, "translate", {{"model", "model"}, {"rank-timeout", "0.5"}}, "");
  INFO(outcome.err);
  CHECK(outcome.status == 0);
  CHECK(outcome.out == work.run("translate", {{"model", "model"}}, given).out);
}

TEST_CASE("a rank that hangs while others translate is named in time") {
  const int ranks = GENERATE(2, 3);
  const RanksWorkspace work;
  work.make_model("model", {{"updates", "3"}});
  const std::string hanging =
      "{ while sleep 0.05; do echo eins; done; } 2> /dev/null | " + RanksWorkspace::mpirun(ranks) +
      " bash -c 'if ((OMPI_COMM_WORLD_RANK == 1)); then (until [ -s answers ]; do sleep 0.01; "
      "done; kill -STOP $$) & fi; exec \"${@:3}\"' --";
  const auto begin = std::chrono::steady_clock::now();
  const Outcome outcome =
      work.shell(hanging, "translate", {{"model", "model"}, {"rank-timeout", "1"}}, "> answers");
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(8));
  CHECK(outcome.status != 0);
  CHECK_THAT(outcome.err, Catch::Contains(": rank 1 on ") && Catch::Contains("did not answer"));
}

TEST_CASE("ranks with other models or options are refused before they translate") {
  const RanksWorkspace work;
  work.make_model("model", {{"updates", "3"}});
  work.make_model("other", {{"updates", "4"}});
  const auto refused = [&](const std::string& second) {
    const Outcome outcome = work.shell(
        RanksWorkspace::mpirun(1), "translate", {{"model", "model"}},
        ": -n 1 " + std::string(ALINEA_PROGRAM) + " translate " + second + " < train.de");
    CHECK(outcome.status == 1);
    CHECK(outcome.out.empty());
    return outcome.err;
  };
  CHECK_THAT(refused("--model other"), Catch::Contains("model 1: "));
  work.write("prefixes", "one\n");
  CHECK_THAT(refused("--model model --prefix prefixes"), Catch::Contains("rank 1 was started"));
  CHECK_THAT(refused("--model model --beam-size 3"),
             Catch::Contains("--beam-size: 3, on rank 0 5"));
}

}  // namespace
}  // namespace alinea
