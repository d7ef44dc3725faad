// What the environment, the system's limits and other processes do to a run.
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "workspace.h"

namespace alinea {
namespace {

const Given kPairs = {{"model", "model"}, {"source", "valid.de"}, {"target", "valid.en"}};

Given on_two_threads(Given options) {
  options["threads"] = "2";
  return options;
}

TEST_CASE("numbers do not depend on how many threads OpenMP grants") {
  const Workspace work;
  // Large enough for products on two threads.
  const Given large = {
      {"threads", "2"}, {"hidden-size", "96"}, {"embedding-size", "64"}, {"batch-size", "40"}};
  work.make_model("model", large);
  const std::string environment = GENERATE(
      "OMP_THREAD_LIMIT=1", "OMP_DYNAMIC=true OMP_THREAD_LIMIT=2", "OMP_MAX_ACTIVE_LEVELS=0",
      "OMP_NUM_THREADS=1", "OMP_NUM_THREADS=100000", "OMP_NUM_THREADS=3,2 OMP_NESTED=true");
  CAPTURE(environment);
  const auto same = [&](const std::string& command, const Given& options) {
    const Outcome usual = work.shell("", command, on_two_threads(options), "< valid.de");
    const Outcome odd =
        work.shell("env " + environment, command, on_two_threads(options), "< valid.de");
    INFO(command << ": " << odd.err);
    REQUIRE(usual.status == 0);
    CHECK(odd.status == 0);
    CHECK(odd.out == usual.out);
    CHECK(odd.err == usual.err);
  };
  same("score", kPairs);
  same("translate", {{"model", "model"}, {"beam-size", "3"}});
  const Outcome outcome = work.shell_train("env " + environment, "other", large);
  INFO(outcome.err);
  CHECK(outcome.status == 0);
  CHECK(work.read("other/best.safetensors") == work.read("model/best.safetensors"));
  CHECK(work.read("other/last.safetensors") == work.read("model/last.safetensors"));
}

TEST_CASE("a number of threads in the environment that is none is refused in our words") {
  const Workspace work;
  work.make_model("model");
  const auto score = [&work](const std::string& environment) {
    return work.shell("env " + environment, "score", kPairs, "");
  };
  for (const std::string value : {"100000", "0", "-1", "abc", "99999999999999999999"})
    check_refused(score("OMP_NUM_THREADS=" + value), 2, {"OMP_NUM_THREADS", "1024", value});
  check_refused(score("OMP_THREAD_LIMIT=none"), 2, {"OMP_THREAD_LIMIT", "none"});
  const Outcome one = score("OMP_NUM_THREADS=1");
  CHECK(one.err.empty());
  CHECK(one.out == work.run("score",
                            [] {
                              Given options = kPairs;
                              options["threads"] = "1";
                              return options;
                            }())
                       .out);
}

TEST_CASE("a setting that OpenMP does not take is a warning, in our words") {
  const Workspace work;
  work.make_model("model");
  const Outcome usual = work.run("score", kPairs);
  for (const std::string setting :
       {"OMP_PLACES=nowhere", "OMP_PROC_BIND=perhaps", "OMP_WAIT_POLICY=later"}) {
    const Outcome outcome = work.shell("env " + setting, "score", kPairs, "");
    CAPTURE(setting, outcome.err);
    CHECK(outcome.status == 0);
    CHECK(outcome.out == usual.out);
    const std::string name = setting.substr(0, setting.find('='));
    const std::vector<std::string> said = lines_of(outcome.err);
    REQUIRE(!said.empty());
    for (const std::string& line : said) CHECK_THAT(line, Catch::StartsWith("warning: OpenMP: "));
    CHECK_THAT(said.front(), Catch::Contains(name));
  }
  for (const std::string setting : {"OMP_PROC_BIND=true", "OMP_PLACES=cores"})
    CHECK(work.shell("env " + setting, "score", kPairs, "").err.empty());
}

TEST_CASE("threads that cannot be started are refused, in one line") {
  const Workspace work;
  work.make_model("model");
  Given options = kPairs;
  options["threads"] = "600";  // each with a stack of 8 MB
  check_refused(work.shell("ulimit -v 2000000;", "score", options, ""), 1,
                {"600 threads", "lower threads", "ulimit"});
}

TEST_CASE("too little memory is said in one line, however little it is") {
  const Workspace work;
  work.make_model("model");
  const std::string kilobytes = GENERATE("90000", "100000", "110000", "120000", "130000", "140000",
                                         "160000", "170000", "180000", "190000", "200000");
  CAPTURE(kilobytes);
  for (const std::string command : {"score", "train"}) {
    const std::string limit = "ulimit -v " + kilobytes + ";";
    const Outcome outcome = command == "score"
                                ? work.shell(limit, command, on_two_threads(kPairs), "")
                                : work.shell_train(limit, "new", {{"threads", "2"}});
    INFO(command << ": " << outcome.err);
    if (outcome.status == 127) continue;  // not even the libraries fit
    CHECK(outcome.status <= 1);
    if (outcome.status == 1)
      CHECK_THAT(lines_of(outcome.err).back(),
                 Catch::StartsWith("alinea ") &&
                     (Catch::Contains("memory") || Catch::Contains("threads")));
  }
}

TEST_CASE("parameters that do not fit are blamed themselves, and the optimizer") {
  const Workspace work;
  check_refused(work.shell_train("ulimit -v 4000000;", "model", {{"hidden-size", "60000"}}), 1,
                {"the parameters and their gradients alone need ", " GB", "smaller layers"});
  const Outcome outcome = work.shell_train("ulimit -v 900000;", "model", {{"hidden-size", "2600"}});
  CHECK(outcome.status == 1);
  CHECK_THAT(outcome.err, Catch::Contains("the optimizer adam") &&
                              Catch::Contains("the 0.7 GB of parameters and gradients"));
}

TEST_CASE("a stack that is too small is enlarged where that is allowed, or refused") {
  const Workspace work;
  work.make_model("model");
  const Outcome usual = work.run("score", on_two_threads(kPairs));
  const Outcome soft = work.shell("ulimit -Ss 64;", "score", on_two_threads(kPairs), "");
  INFO(soft.err);
  CHECK(soft.status == 0);
  CHECK(soft.out == usual.out);
  check_refused(work.shell("ulimit -s 64;", "score", on_two_threads(kPairs), ""), 1,
                {"stack", "1024 kilobytes", "64", "ulimit -s"});
}

TEST_CASE("a process is called alinea") {
  const Workspace work;
  work.make_model("model");
  const Outcome outcome =
      work.shell("mkfifo input;", "translate", {{"model", "model"}},
                 "< input > answers & exec 3> input; echo eins >&3; "
                 "until [ -s answers ]; do sleep 0.1; done; "
                 "cat /proc/$(tr -d ' ' < /proc/$!/task/$!/children)/comm; exec 3>&-; wait");
  CHECK(outcome.out == "alinea\n");
}

TEST_CASE("nothing that a message quotes steers the terminal") {
  const Workspace work;
  const auto said = [&work](const std::string& name) {
    return work.run("evaluate", {{"hypotheses", name}, {"references", name}}).err;
  };
  CHECK_THAT(said("a\x7f"
                  "b"),
             Catch::Contains("a\\x7fb'"));
  CHECK_THAT(said("a\x1b[2Jb"), Catch::Contains("a\\x1b[2Jb'"));
  CHECK_THAT(said("a\u202eb"), Catch::Contains("a\\u202eb'"));
  CHECK_THAT(said("a\xff"), Catch::Contains("a\\xff\""));
  CHECK_THAT(said("a\nb"), Catch::Contains("a\\nb'"));
}

TEST_CASE("what a training says of a file name does not steer the terminal") {
  const Workspace work;
  const std::string name = "train\x7f\u202e.de";
  work.write(name, work.read("train.de"));
  const Outcome outcome = work.train("model", {{"source", name}});
  CHECK(outcome.status == 0);
  CHECK_THAT(outcome.err, Catch::Contains("train\\x7f\\u202e.de'"));
  CHECK_THAT(outcome.err, !Catch::Contains("\x7f") && !Catch::Contains("\u202e"));
}

TEST_CASE("an epsilon that makes every division useless is refused") {
  const Workspace work;
  for (const std::string value : {"1e-300", "1e-40", "1e-21", "2", "-1", "nan"})
    check_refused(work.train("model", {{"epsilon", value}}), 2, {"--epsilon", "1e-20", value});
  CHECK(work.train("model", {{"epsilon", "1e-20"}}).status == 0);
}

}  // namespace
}  // namespace alinea
