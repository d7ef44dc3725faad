// Pictures classified by glimpses, as a user meets them.
#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <thread>

#include "small_data.h"
#include "waiting.h"

namespace alinea {
namespace {

Given training(const std::string& model, const Given& more = {}) {
  Given options = more;
  options.merge(Given{{"model", model},
                      {"source-type", "features"},
                      {"train", "train.tsv"},
                      {"valid", "valid.tsv"},
                      {"features-folder", "."},
                      {"glimpses", "3"},
                      {"glimpse-size", "4"},
                      {"glimpse-hidden-size", "32"},
                      {"glimpse-deviation", "0.3"},
                      {"learning-rate", "0.005"},
                      {"batch-size", "20"},
                      {"epochs", "12"},
                      {"patience", "0"},
                      {"threads", "1"}});
  return options;
}

double accuracy(const Outcome& outcome) {
  const std::string name = "accuracy ";
  return std::stod(outcome.err.substr(outcome.err.find(name) + name.size()));
}

TEST_CASE("a training of glimpses goes on with the pictures that it began with") {
  const Workspace work;
  write_labelled_pictures(work, 24);
  REQUIRE(work.run("train-classifier", training("model", {{"epochs", "1"}})).status == 0);
  // An empty line names no picture.
  const Outcome empty = work.run("classify", {{"model", "model"}}, "\n");
  CHECK(empty.status == 1);
  CHECK(empty.out == "\n");
  CHECK_THAT(empty.err, Catch::Contains("line 1: no class: expected the name of a file"));
  std::string bytes = work.read("pictures-idx3-ubyte");
  bytes[100] = static_cast<char>(bytes[100] + 1);
  work.write("pictures-idx3-ubyte", bytes);
  check_refused(work.run("train-classifier", training("model", {{"epochs", "2"}})), 1,
                {"the files that --train names are not those"});
}

TEST_CASE("pictures are classified by glimpses, whose paths are written and drawn") {
  const Workspace work;
  write_labelled_pictures(work, 240);
  const Outcome trained = work.run("train-classifier", training("model"));
  CHECK(trained.status == 0);
  CHECK_THAT(trained.err, Catch::Contains("180 training pictures of 12 by 12 pixels in 1 channel; "
                                          "60 validation pictures"));
  const Outcome classified = work.run("classify", {{"model", "model"},
                                                   {"input", "valid.tsv"},
                                                   {"labelled", ""},
                                                   {"glimpse-samples", "4"},
                                                   {"attention", "paths.csv"},
                                                   {"glimpse-page", "paths.html"}});
  CHECK(classified.status == 0);
  CHECK(lines_of(classified.out).size() == 60);
  CHECK(accuracy(classified) > 0.8);
  const std::vector<std::string> rows = lines_of(work.read("paths.csv"));
  CHECK(rows.size() == 1 + 60 * 4 * 3);
  CHECK(rows[0] == "picture,path,probability,glimpse,scale,top,left,side\r");
  const std::string page = work.read("paths.html");
  CHECK_THAT(page, Catch::Contains("data:image/bmp;base64,Qk") && Catch::Contains("<polyline"));
  CHECK(split(page, "<figure>").size() == 1 + 60 * 4);
  CHECK_THAT(work.run("inspect", {{"model", "model"}}).out, Catch::Contains("picture classifier"));

  const Outcome random =
      work.run("train-classifier", training("random", {{"glimpse-locations", "random"}}));
  CHECK(random.status == 0);
}

TEST_CASE("a picture that cannot be read leaves its line empty, and the others have theirs") {
  const Workspace work;
  write_labelled_pictures(work, 240);
  REQUIRE(work.run("train-classifier", training("model", {{"epochs", "1"}})).status == 0);
  work.write("list", "pictures-idx3-ubyte:0\nnowhere.png\npictures-idx3-ubyte:2\n");
  const Outcome outcome = work.run(
      "classify",
      {{"model", "model"}, {"input", "list"}, {"features-folder", "."}, {"attention", "a.csv"}});
  CHECK(outcome.status == 1);
  const std::vector<std::string> lines = lines_of(outcome.out);
  REQUIRE(lines.size() == 3);
  CHECK(!lines[0].empty());
  CHECK(lines[1].empty());
  CHECK(!lines[2].empty());
  CHECK_THAT(outcome.err, Catch::Contains("nowhere.png"));
  for (const char* option : {"heatmap", "attention-of", "ignore-extra-columns"}) {
    Given given = {{"model", "model"}, {"input", "list"}};
    given.emplace(option, std::string(option) == "attention-of" ? "premise"
                          : std::string(option) == "heatmap"    ? "folder"
                                                                : "");
    check_refused(work.run("classify", given), 2, {option, "a model of documents"});
  }
}

// A terminal that somebody types at.
class Terminal {
 public:
  Terminal() : typed_(::posix_openpt(O_RDWR | O_NOCTTY)) {
    REQUIRE(typed_ >= 0);
    REQUIRE((::grantpt(typed_) == 0 && ::unlockpt(typed_) == 0));
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  ~Terminal() { ::close(typed_); }

  std::string path() const { return ::ptsname(typed_); }
  void type(const std::string& text) const {
    REQUIRE(::write(typed_, text.data(), text.size()) == std::ssize(text));
  }

 private:
  int typed_;
};

TEST_CASE("at a terminal every picture is answered at once") {
  const Workspace work;
  write_labelled_pictures(work, 240);
  REQUIRE(work.run("train-classifier", training("model", {{"epochs", "1"}})).status == 0);
  const Terminal terminal;
  work.write("classes", "");
  Outcome outcome;
  std::thread program([&] {
    outcome = work.shell("", "classify", {{"model", "model"}, {"features-folder", "."}},
                         "< " + terminal.path() + " > classes");
  });
  const std::string end = "\x04";
  bool are_answered = true;
  for (size_t n = 1; n <= 2 && are_answered; ++n) {
    terminal.type("pictures-idx3-ubyte:" + std::to_string(n) + "\n");
    are_answered = comes_true([&] { return lines_of(work.read("classes")).size() == n; });
  }
  terminal.type(end);
  program.join();
  CHECK(are_answered);
  CHECK(outcome.status == 0);
}

TEST_CASE("what does not go together with pictures or documents is refused by name") {
  const Workspace work;
  write_labelled_pictures(work, 240);
  check_refused(work.run("train-classifier", training("model", {{"glimpses", "0"}})), 2,
                {"--glimpses"});
  check_refused(work.run("train-classifier", training("model", {{"lowercase", ""}})), 2,
                {"--lowercase", "--source-type text"});
  check_refused(work.run("train-classifier", training("model", {{"patches", "4"}})), 2,
                {"--patches"});
  check_refused(
      work.run("train-classifier", {{"model", "m"}, {"train", "train.tsv"}, {"glimpses", "3"}}), 2,
      {"--glimpses", "--source-type features"});
  work.write("train.tsv", "a\tnowhere.png\nb\tpictures-idx3-ubyte:1\n");
  check_refused(work.run("train-classifier", training("model")), 1,
                {"train.tsv", "line 1", "nowhere.png"});
  REQUIRE(!work.exists("model"));
}

}  // namespace
}  // namespace alinea
