// Pictures classified by glimpses, as a user meets them.
#include <catch2/catch.hpp>

#include "support/random.h"
#include "workspace.h"

namespace alinea {
namespace {

constexpr int kPictures = 240, kSide = 12;

// An idx file of pictures with a bright square in the corner that is their class, and noise; and
// its list, every fourth line of which goes to valid.tsv.
void write_pictures(const Workspace& work) {
  const std::string classes[] = {"upper left", "upper right", "lower left"};
  std::string bytes = {0, 0, 8, 3,     0, 0, 0, static_cast<char>(kPictures),
                       0, 0, 0, kSide, 0, 0, 0, kSide};
  std::string train, valid;
  Random random(1);
  for (int i = 0; i < kPictures; ++i) {
    const int corner = static_cast<int>(random.next() % 3);
    const int top = corner == 2 ? 7 : 1, left = corner == 1 ? 7 : 1;
    for (int y = 0; y < kSide; ++y)
      for (int x = 0; x < kSide; ++x) {
        const bool is_bright = y >= top && y < top + 4 && x >= left && x < left + 4;
        bytes += static_cast<char>((is_bright ? 200 : 0) + static_cast<int>(random.next() % 50));
      }
    (i % 4 == 0 ? valid : train) +=
        classes[corner] + "\tpictures-idx3-ubyte:" + std::to_string(i) + "\n";
  }
  work.write("pictures-idx3-ubyte", bytes);
  work.write("train.tsv", train);
  work.write("valid.tsv", valid);
}

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

TEST_CASE("pictures are classified by glimpses, whose paths are written and drawn") {
  const Workspace work;
  write_pictures(work);
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

TEST_CASE("a training by glimpses goes on to the same bits") {
  const Workspace work;
  write_pictures(work);
  CHECK(work.run("train-classifier", training("whole", {{"epochs", "4"}})).status == 0);
  CHECK(work.run("train-classifier", training("parts", {{"epochs", "2"}})).status == 0);
  CHECK(work.run("train-classifier", training("parts", {{"epochs", "4"}})).status == 0);
  CHECK(work.read("whole/last.safetensors") == work.read("parts/last.safetensors"));
}

TEST_CASE("a picture that cannot be read leaves its line empty, and the others have theirs") {
  const Workspace work;
  write_pictures(work);
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
}

TEST_CASE("what does not go together with pictures or documents is refused by name") {
  const Workspace work;
  write_pictures(work);
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
