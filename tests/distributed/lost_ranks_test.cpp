// Ranks that die, hang, or were started with something else.
#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>

#include "ranks_workspace.h"

namespace alinea {
namespace {

using Clock = std::chrono::steady_clock;

Given endless(Given options = {}) {
  options.merge(Given{{"updates", "0"},
                      {"epochs", "0"},
                      {"patience", "0"},
                      {"save-every", "3"},
                      {"dropout", "0.2"}});
  return options;
}

// mpirun of three ranks, of which rank 2 gets the signal once there is a checkpoint.
std::string signalled(int signal) {
  return RanksWorkspace::mpirun(3) +
         " bash -c 'if ((OMPI_COMM_WORLD_RANK == 2)); then (until compgen -G "
         "\"model/checkpoint-[3-9]*\" > /dev/null; do sleep 0.01; done; kill -" +
         std::to_string(signal) + " $$) & fi; exec \"${@:3}\"' --";
}

void check_goes_on(const RanksWorkspace& work, int64_t update) {
  Given options = endless();
  options["updates"] = std::to_string(update + 10);
  const Outcome rest = work.train_on(3, "model", options);
  INFO(rest.err);
  CHECK(rest.status == 0);
  CHECK_THAT(rest.err, Catch::Contains("resuming from update " + std::to_string(update) + "\n"));
  work.make_model_on(3, "whole", options);
  CHECK(work.read("whole/last.safetensors") == work.read("model/last.safetensors"));
}

TEST_CASE("a rank that is killed ends the job, which goes on from its last checkpoint") {
  const RanksWorkspace work;
  const Outcome outcome =
      work.shell(signalled(SIGKILL), "train", RanksWorkspace::tiny("model", endless()), "");
  CHECK(outcome.status != 0);
  INFO(outcome.err);
  check_goes_on(work, work.saved_at("model"));
}

TEST_CASE("a rank that hangs is named in time, and the job ends") {
  const RanksWorkspace work;
  const auto begin = Clock::now();
  const Outcome outcome =
      work.shell(signalled(SIGSTOP), "train",
                 RanksWorkspace::tiny("model", endless({{"rank-timeout", "1"}})), "");
  CHECK(Clock::now() - begin < std::chrono::seconds(20));
  CHECK(outcome.status == 1);
  INFO(outcome.err);
  CHECK_THAT(outcome.err, Catch::Contains(" of 3): update ") && Catch::Contains(": rank 2 on ") &&
                              Catch::Contains("did not answer"));
  CHECK_THAT(outcome.err, !Catch::Contains("rank 1 on"));
}

// One mpirun for two programs or two sets of options.
Outcome two(const RanksWorkspace& work, const Given& first, const std::string& second_program,
            const Given& second) {
  std::string other = ": -n 1 " + second_program + " train";
  for (const auto& [name, value] : second)
    other += " --" + name + (value.empty() ? "" : "=" + value);
  return work.shell(RanksWorkspace::mpirun(1), "train", first, other);
}

TEST_CASE("ranks that were started with other options, data or programs are refused") {
  const RanksWorkspace work;
  const Given options = RanksWorkspace::tiny("model");
  Given other = options;
  SECTION("options") {
    other["hidden-size"] = "14";
    const Outcome outcome = two(work, options, ALINEA_PROGRAM, other);
    CHECK(outcome.status == 1);
    CHECK_THAT(outcome.err, Catch::Contains("(rank 0 of 2): rank 1 was started differently, "
                                            "--hidden-size: 14, on rank 0 12"));
  }
  SECTION("data") {
    work.write("other.de", work.read("train.de") + "eins\n");
    other["source"] = "other.de";
    const Outcome outcome = two(work, options, ALINEA_PROGRAM, other);
    CHECK(outcome.status == 1);
    CHECK_THAT(outcome.err,
               Catch::Contains("rank 1 was started") && Catch::Contains("the data of --source"));
  }
  SECTION("programs") {
    std::filesystem::copy_file(ALINEA_PROGRAM, work.path("program"));
    std::ofstream(work.path("program"), std::ios::app | std::ios::binary) << '\0';
    const Outcome outcome = two(work, options, "./program", other);
    CHECK(outcome.status == 1);
    CHECK_THAT(outcome.err,
               Catch::Contains("rank 1 was started") && Catch::Contains("the program"));
  }
  CHECK_FALSE(work.exists("model"));
}

TEST_CASE("an error of one rank ends all, and says whose it is") {
  const RanksWorkspace work;
  Given other = RanksWorkspace::tiny("model");
  other["source"] = "missing.de";
  const Outcome outcome = two(work, RanksWorkspace::tiny("model"), ALINEA_PROGRAM, other);
  CHECK(outcome.status != 0);
  CHECK_THAT(outcome.err, Catch::Contains("(rank 1 of 2): ") && Catch::Contains("missing.de"));
}

TEST_CASE("what all ranks meet is said once, and other commands are refused") {
  const RanksWorkspace work;
  const Outcome missing = work.train_on(2, "model", {{"source", "missing.de"}});
  CHECK(missing.status == 1);
  CHECK(split(missing.err, "missing.de").size() == 2);
  const Outcome evaluate =
      work.shell(RanksWorkspace::mpirun(2), "evaluate", {{"hypotheses", "train.en"}}, "");
  CHECK(evaluate.status == 2);
  CHECK_THAT(evaluate.err, Catch::Contains("without mpirun"));
}

}  // namespace
}  // namespace alinea
