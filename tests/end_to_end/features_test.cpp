// Sources of features from training to evaluation: tones, of which a text says how high they are.
#include <algorithm>
#include <catch2/catch.hpp>

#include "signals/feature_bytes.h"
#include "small_data.h"
#include "training_setups.h"

namespace alinea {
namespace {

using Catch::Matchers::Contains;

Given trained(const Workspace& workspace, Given options = {}) {
  Given given = {{"source-type", "features"},
                 {"source", "train.lst"},
                 {"target", "train.txt"},
                 {"valid-source", "valid.lst"},
                 {"valid-target", "valid.txt"},
                 {"features-folder", workspace.path("")},
                 {"mel-filters", "12"},
                 {"feature-normalization", "corpus"},
                 {"location-aware", ""},
                 {"frame-stacking", "2"},
                 {"model", "tones"},
                 {"embedding-size", "16"},
                 {"hidden-size", "24"},
                 {"dropout", "0"},
                 {"batch-size", "8"},
                 {"learning-rate", "0.005"},
                 {"epochs", "30"},
                 {"threads", "1"}};
  for (const auto& [name, value] : options) given[name] = value;
  return given;
}

Given reading(const Workspace& workspace, Given options = {}) {
  options["model"] = "tones";
  options["features-folder"] = workspace.path("");
  options["threads"] = "1";
  return options;
}

}  // namespace

TEST_CASE("a model learns what sounds say, at another rate too") {
  const Workspace workspace;
  const Tones train(workspace, "train", 81), valid(workspace, "valid", 20, 16000);
  const Outcome training = workspace.run("train", trained(workspace));
  REQUIRE(training.status == 0);
  CHECK_THAT(training.err, Contains("features of 12 columns"));

  const Outcome heard = workspace.run("translate", reading(workspace), valid.list);
  REQUIRE(heard.status == 0);
  CHECK(heard.out == valid.text);
  workspace.write("heard", heard.out);
  const Outcome rates = workspace.run(
      "evaluate", {{"hypotheses", "heard"}, {"references", "valid.txt"}, {"error-rates", ""}});
  CHECK_THAT(rates.out, Contains("WER = 0.00%") && Contains("exact = 100.00% (20 of 20 lines)"));

  // Each word has its log-probability, and a column for each position, named by its time.
  const Given both = reading(workspace, {{"source", "valid.lst"}, {"target", "valid.txt"}});
  const Outcome scores = workspace.run("score", both);
  REQUIRE(scores.status == 0);
  CHECK(lines_of(scores.out).size() == 20);
  Given align = both;
  align["output"] = "weights.csv";
  REQUIRE(workspace.run("align", align).status == 0);
  const std::vector<std::string> rows = lines_of(workspace.read("weights.csv"));
  CHECK_THAT(rows[1], Contains(",0,0.0175,"));
  CHECK_THAT(rows[2], Contains(",1,0.0375,"));
  // The last position may have fewer rows than the others: here the third of three rows alone.
  workspace.write("odd.wav", wav_bytes(std::vector<int16_t>(360, 100), 8000));
  workspace.write("odd.lst", "odd.wav\n");
  workspace.write("odd.txt", "low\n");
  REQUIRE(
      workspace.run("align", with(align, {{"source", "odd.lst"}, {"target", "odd.txt"}})).status ==
      0);
  const std::vector<std::string> odd = lines_of(workspace.read("weights.csv"));
  CHECK_THAT(odd[1], Contains(",0,0.0175,"));
  CHECK_THAT(odd[2], Contains(",1,0.0325,"));
  align["sound-page"] = "page.html";
  align["output"] = "shown";
  align["format"] = "matrix";
  REQUIRE(workspace.run("align", align).status == 0);
  CHECK(split(lines_of(workspace.read("shown/000000.csv"))[0], ",").size() == 1 + 4);
  const std::string page = workspace.read("page.html");
  CHECK_THAT(page, Contains("<audio controls src=\"data:audio/wav;base64,UklGR"));
  CHECK_THAT(page, Contains("<b><bdi>low</bdi></b><svg class=\"values\""));
  CHECK_THAT(page, Contains("Example 0: <bdi>valid0.wav</bdi>"));
}

TEST_CASE("an entry that cannot be read costs its line alone an answer") {
  const Workspace workspace;
  const Tones train(workspace, "train", 9), valid(workspace, "valid", 3);
  REQUIRE(workspace.run("train", trained(workspace, {{"epochs", "1"}})).status == 0);
  workspace.write("damaged.wav", "RIFF");
  for (const std::string entry : {"missing.wav", "damaged.wav", "train.txt"}) {
    const std::string list = "valid0.wav\n" + entry + "\nvalid2.wav\n";
    const Given options = reading(workspace, {{"min-length", "1"}});
    check_passed_over_line_2(workspace.run("translate", options, list), "line 2: ", 3);
    workspace.write("list", list);
    check_passed_over_line_2(
        workspace.run("score", reading(workspace, {{"source", "list"}, {"target", "valid.txt"}})),
        "line 2: ", 3);
  }
  const Outcome long_one = workspace.run("translate", reading(workspace, {{"max-seconds", "0.15"}}),
                                         "valid0.wav\nvalid2.wav\n");
  CHECK(long_one.status == 1);
  CHECK_THAT(long_one.err, Contains("expected at most 0.15 seconds, got 0.3"));
  // An empty line has an empty answer.
  CHECK(workspace.run("translate", reading(workspace), "\n").out == "\n");
  check_refused(workspace.run("tokenize", {{"model", "tones"}, {"side", "source"}}), 2,
                {"--side source requires a source of words", "--side target"});
  CHECK(workspace.run("tokenize", {{"model", "tones"}, {"side", "target"}}, "low high\n").out ==
        "low high\n");
  check_refused(workspace.run("train", {{"model", "words"},
                                        {"source", "train.txt"},
                                        {"target", "train.txt"},
                                        {"valid-source", "valid.txt"},
                                        {"valid-target", "valid.txt"},
                                        {"pretrained-model", "tones"}}),
                2, {"--pretrained-model", "reads features", "--update-vocabulary"});
}

TEST_CASE("a training names the line of an entry that it cannot read") {
  const Workspace workspace;
  const Tones train(workspace, "train", 4), valid(workspace, "valid", 3);
  workspace.write("none.wav", wav_bytes({}, 16000));
  workspace.write("train.lst", "none.wav\ntrain1.wav\nmissing.wav\ntrain3.wav\n");
  check_refused(workspace.run("train", trained(workspace)), 1,
                {"train.lst', line 3", "there is no file"});
  CHECK_FALSE(workspace.exists("tones/best.safetensors"));
}

TEST_CASE("a training goes on with the sounds that it began with") {
  const Workspace workspace;
  const Tones train(workspace, "train", 9), valid(workspace, "valid", 3);
  REQUIRE(workspace.run("train", trained(workspace, {{"epochs", "1"}})).status == 0);
  REQUIRE(workspace.run("train", trained(workspace, {{"epochs", "2"}})).status == 0);
  for (const char* changed : {"train4.wav", "valid1.wav"}) {
    const std::string before = workspace.read(changed);
    std::string after = before;
    after[60] = static_cast<char>(after[60] + 1);
    workspace.write(changed, after);
    check_refused(workspace.run("train", trained(workspace, {{"epochs", "3"}})), 1,
                  {"the files that --", "source names are not those", "--overwrite"});
    workspace.write(changed, before);
  }
  CHECK(workspace.run("train", trained(workspace, {{"epochs", "3"}})).status == 0);
}

TEST_CASE("a report shows the translations of sounds") {
  const Workspace workspace;
  const Tones train(workspace, "train", 12), valid(workspace, "valid", 3);
  REQUIRE(workspace.run("train", trained(workspace, {{"epochs", "1"}})).status == 0);
  CHECK(workspace
            .run("report", reading(workspace, {{"output", "page.html"}, {"source", "valid.lst"}}))
            .status == 0);
  CHECK(split(workspace.read("page.html"), "<article").size() == 1 + 3);
}

TEST_CASE("each word of a caption is shown over its picture") {
  const Workspace workspace;
  write_described_pictures(workspace, 20);
  workspace.write("valid.lst", "pictures-idx3-ubyte:0\n\npictures-idx3-ubyte:1\n");
  workspace.write("valid.txt", "upper left\n\nleft\n");
  const Given options = {{"valid-source", "train.lst"}, {"valid-target", "train.txt"}};
  Given training = trained(workspace, with(options, {{"patches", "4"}, {"epochs", "1"}}));
  for (const char* of_sounds : {"mel-filters", "location-aware", "frame-stacking"})
    training.erase(of_sounds);
  const Outcome made = workspace.run("train", training);
  INFO(made.err);
  REQUIRE(made.status == 0);
  const Given captions = reading(workspace, {{"source", "valid.lst"}, {"target", "valid.txt"}});
  const Outcome shown = workspace.run(
      "align", with(captions, {{"picture-page", "page.html"}, {"output", "weights.csv"}}));
  INFO(shown.err);
  REQUIRE(shown.status == 0);
  const std::string page = workspace.read("page.html");
  CHECK(split(page, "<section").size() == 1 + 3);
  // A figure for each word and </s>; in each, a place for each of 3 by 3 patches, one framed.
  CHECK(split(page, "<figure>").size() == 1 + 3 + 2);
  CHECK(split(page, "<title>0:0 ").size() == 1 + 5);
  CHECK(split(page, "<title>2:2 ").size() == 1 + 5);
  CHECK(split(page, "class=\"most\"").size() == 1 + 5);
  CHECK_THAT(page, Contains("<image href=\"data:image/bmp;base64,Qk") &&
                       Contains("<bdi>upper</bdi></figcaption>"));
  // The weights are those of the table, which knows the place in the picture.
  const std::vector<std::string> rows = lines_of(workspace.read("weights.csv"));
  for (const auto& [picture, words] : {std::pair("0,", 3), {"2,", 2}}) {
    const std::string begin = picture;
    CHECK(std::ranges::count_if(
              rows, [&](const std::string& row) { return row.starts_with(begin); }) == words * 9);
  }
  CHECK_THAT(page, Contains("<title>0:0 " + split(rows[1], ",").back().substr(0, 4)));

  // The picture is what it was before it was normalised.
  const auto image = [&](const char* normalization) {
    Given given = training, asked = captions;
    given["feature-normalization"] = given["model"] = asked["model"] = normalization;
    REQUIRE(workspace.run("train", given).status == 0);
    REQUIRE(workspace.run("align", with(asked, {{"picture-page", "page.html"}})).status == 0);
    return split(split(workspace.read("page.html"), "<image href=\"")[1], "\"")[0];
  };
  CHECK(image("corpus") == image("none"));

  // Of stacked rows, a position covers several patches.
  Given stacked = with(training, {{"frame-stacking", "2"}}), asked = captions;
  stacked["model"] = asked["model"] = "stacked";
  REQUIRE(workspace.run("train", stacked).status == 0);
  REQUIRE(workspace.run("align", with(asked, {{"picture-page", "page.html"}})).status == 0);
  const std::string pairs = workspace.read("page.html");
  CHECK(
      split(pairs, "<path d=\"M8.00 0.00h4.00v4.00h-4.00zM0.00 4.00h4.00v4.00h-4.00z\" ").size() ==
      1 + 5);
  CHECK(split(pairs, "<title>0:2 to 1:0 ").size() == 1 + 5);
  CHECK(split(pairs, "<title>2:2 ").size() == 1 + 5);

  check_refused(workspace.run("align", with(captions, {{"sound-page", "other.html"}})), 2,
                {"--sound-page requires a model of sounds"});
  check_refused(workspace.run("align", with(captions, {{"picture-page", "other.html"},
                                                       {"attention-of", "encoder"}})),
                2, {"--picture-page requires --attention-of cross"});
  workspace.make_model("words");
  check_refused(workspace.run("align", {{"model", "words"},
                                        {"source", "train.de"},
                                        {"target", "train.en"},
                                        {"picture-page", "other.html"}}),
                2, {"--picture-page requires a model of pictures"});
}

TEST_CASE("options of words and of features are refused where the source is of the other kind") {
  const Workspace workspace;
  const Tones train(workspace, "train", 3), valid(workspace, "valid", 3);
  check_refused(workspace.run("train", trained(workspace, {{"joint-vocabulary", ""}})), 2,
                {"--joint-vocabulary requires a source of words"});
  workspace.write("vectors", "low 1 2\n");
  check_refused(workspace.run("train", trained(workspace, {{"source-embeddings", "vectors"}})), 2,
                {"--source-embeddings requires a source of words"});
  workspace.make_model("words");
  check_refused(workspace.run("train", trained(workspace, {{"pretrained-model", "words"},
                                                           {"no-train-source-embeddings", ""}})),
                2, {"--train-source-embeddings requires a source of words"});
  Given words = trained(workspace, {{"source-type", "text"}});
  check_refused(workspace.run("train", words), 2, {"--source-type features"});
  check_refused(
      workspace.run("train", trained(workspace, {{"encoder", "bag"}, {"encoder-layers", "2"}})), 2,
      {"--encoder-layers", "bag"});
  check_refused(workspace.run("train", trained(workspace, {{"high-frequency", "5000"}})), 2,
                {"at most half of the sample rate"});
}

}  // namespace alinea
