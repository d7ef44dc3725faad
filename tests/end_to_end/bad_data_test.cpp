// Text that is not as it should be.
#include <catch2/catch.hpp>

#include "half_trained.h"

namespace alinea {
namespace {

const std::string kMegabyte(size_t{1} << 20, 'x');

TEST_CASE("files of different line counts are refused with both counts") {
  const Workspace work;
  work.write("short.en", "one\ntwo\n");
  const auto words = std::vector<std::string>{"train.de", "300", "short.en", "2"};
  check_refused(work.train("model", {{"target", "short.en"}}), 1, words);
  check_refused(work.train("model", {{"valid-target", "short.en"}}), 1, {"20", "2"});
  CHECK_FALSE(work.exists("model"));
  work.make_model("model");
  const Given pair = {{"model", "model"}, {"source", "train.de"}, {"target", "short.en"}};
  check_refused(work.run("score", pair), 1, words);
  Given align = pair;
  align["output"] = "links";
  check_refused(work.run("align", align), 1, words);
  CHECK_FALSE(work.exists("links"));
  check_refused(work.run("evaluate", {{"hypotheses", "train.de"}, {"references", "short.en"}}), 1,
                words);
}

TEST_CASE("text that is missing or unreadable is refused by its name") {
  const auto [name, reason] = GENERATE(table<std::string, std::string>(
      {{"nowhere.de", "No such file"}, {"folder", "folder"}, {"train.de/x", "Not a directory"}}));
  const Workspace work;
  std::filesystem::create_directory(work.path("folder"));
  check_refused(work.train("model", {{"source", name}}), 1, {name, reason});
  check_refused(work.train("model", {{"valid-target", name}}), 1, {name, reason});
  check_refused(work.train("model", {{"source-vocabulary", name}}), 1, {name});
  check_refused(work.train("model", {{"config", name}}), 1, {name});
  CHECK_FALSE(work.exists("model"));
}

TEST_CASE("a device is read as a file is") {
  const Workspace work;
  work.make_model("model");
  check_refused(work.train("new", {{"source", "/dev/null"}}), 1, {"/dev/null", "no tokens"});
  check_refused(work.train("new", {{"valid-target", "/dev/null"}}), 1, {"/dev/null", "20", "0"});
  check_refused(
      work.run("score", {{"model", "model"}, {"source", "valid.de"}, {"target", "/dev/null"}}), 1,
      {"/dev/null", "20", "0"});
  CHECK_FALSE(work.exists("new"));
}

TEST_CASE("bytes that are not text are refused with their line") {
  using namespace std::string_literals;
  const auto [bytes, found] =
      GENERATE(table<std::string, std::string>({{"eins\nzw\0ei\ndrei\n"s, "NUL"},
                                                {"eins\nzw\xff"
                                                 "ei\ndrei\n",
                                                 "not UTF-8"},
                                                {"eins\nzw\xed\xa0\x80\ndrei\n", "not UTF-8"},
                                                {"eins\nzw\xc3\ndrei\n", "not UTF-8"}}));
  const Workspace work;
  work.write("bad.de", bytes);
  check_refused(work.train("model", {{"source", "bad.de"}}), 1, {"bad.de", "line 2", found});
  CHECK_FALSE(work.exists("model"));
  make_half_trained(work, "model");
  check_passed_over_line_2(work.run("translate", {{"model", "model"}}, bytes), found, 3);
}

TEST_CASE("damaged gzip data is refused") {
  const Workspace work;
  work.write("bad.gz", "\x1f\x8b\x08 and nothing more");
  check_refused(work.train("model", {{"source", "bad.gz"}}), 1, {"bad.gz", "gzip"});
}

TEST_CASE("an empty file is refused") {
  const Workspace work;
  work.write("empty", "");
  check_refused(work.train("model", {{"source", "empty"}}), 1, {"empty", "no tokens"});
  check_refused(work.train("model", {{"valid-source", "empty"}, {"valid-target", "empty"}}), 1,
                {"empty", "no lines"});
  check_refused(work.train("model", {{"valid-source", "empty"}}), 1, {"has 0", "has 20"});
  CHECK_FALSE(work.exists("model"));
  work.make_model("model");
  check_refused(work.run("score", {{"model", "model"}, {"source", "empty"}, {"target", "empty"}}),
                1, {"empty", "no lines"});
}

TEST_CASE("pairs with an empty side or too many tokens are skipped and counted") {
  const Workspace work;
  work.write("source", "eins\n\nzwei drei\nvier vier vier vier\n\nzehn\n");
  work.write("target", "one\ntwo\n\nfour\n\nten ten ten ten\n");
  const Outcome outcome =
      work.train("model", {{"source", "source"}, {"target", "target"}, {"max-length", "3"}});
  CHECK(outcome.status == 0);
  CHECK_THAT(outcome.err,
             Catch::StartsWith("'source' and 'target': 1 pair, 1 source and 1 target "));
  CHECK_THAT(outcome.err,
             Catch::Contains("; skipped 3 with an empty side; skipped 2 with more than "
                             "3 tokens\n"));
}

TEST_CASE("where every pair is skipped there is nothing to train on") {
  const Workspace work;
  work.write("source", "eins eins eins\n\n");
  work.write("target", "one\none\n");
  check_refused(
      work.train("model", {{"source", "source"}, {"target", "target"}, {"max-length", "2"}}), 1,
      {"no sentence pairs left", "1 empty", "1 with more than 2 tokens", "max-length"});
  CHECK_FALSE(work.exists("model"));
}

TEST_CASE("translate cuts a long line, says so, and goes on") {
  const Workspace work;
  work.make_model("model");
  const Given options = {{"model", "model"}, {"max-length", "2"}};
  const Outcome cut = work.run("translate", options, "zwei\neins zwei drei vier\nzwei\n");
  CHECK(cut.status == 0);
  CHECK(cut.err == "line 2: cut from 4 to 2 tokens, see --max-length\n");
  CHECK(cut.out == work.run("translate", options, "zwei\neins zwei\nzwei\n").out);
}

TEST_CASE("a line of a megabyte is read, a longer one refused with its number") {
  const Workspace work;
  make_half_trained(work, "model");
  const Given options = {{"model", "model"}};
  const Outcome fits = work.run("translate", options, "eins\n" + kMegabyte + "\n");
  CHECK(fits.status == 0);
  CHECK(lines_of(fits.out).size() == 2);
  check_passed_over_line_2(work.run("translate", options, "eins\n" + kMegabyte + "x\nzwei\n"),
                           "1048576", 3);
  work.write("long.de", "eins\n" + kMegabyte + "x\n");
  check_refused(work.train("new", {{"source", "long.de"}}), 1, {"long.de", "line 2", "1048576"});
  CHECK_FALSE(work.exists("new"));
}

TEST_CASE("a line with hundreds of thousands of words is cut, not a hang") {
  const Workspace work;
  work.make_model("model");
  std::string words;
  for (int i = 0; i < 200000; ++i) words += "eins ";
  const Outcome outcome = work.run("translate", {{"model", "model"}, {"max-length", "20"}}, words);
  CHECK(outcome.status == 0);
  CHECK_THAT(outcome.err, Catch::Contains("cut from 200000 to 20 tokens"));
  CHECK(lines_of(outcome.out).size() == 1);
}

}  // namespace
}  // namespace alinea
