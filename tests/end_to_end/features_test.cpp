// Sources of features from training to evaluation: tones, of which a text says how high they are.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

#include "signals/feature_bytes.h"
#include "workspace.h"

namespace alinea {
namespace {

using Catch::Matchers::Contains;

// A tenth of a second for each word, the last fifth of it silent.
std::string sound_of(const std::vector<size_t>& tones, int32_t rate) {
  constexpr double kFrequencies[] = {300, 900, 2400};
  std::vector<int16_t> samples;
  for (const size_t tone : tones)
    for (int t = 0; t < rate / 10; ++t)
      samples.push_back(static_cast<int16_t>(
          t < rate * 8 / 100 ? 8000 * std::sin(2 * std::numbers::pi * kFrequencies[tone] * t / rate)
                             : 0));
  return wav_bytes(samples, rate);
}

// `count` sounds in files, their list and their text.
struct Tones {
  Tones(const Workspace& workspace, const std::string& name, size_t count, int32_t rate = 8000) {
    constexpr const char* kWords[] = {"low", "middle", "high"};
    for (size_t i = 0; i < count; ++i) {
      const size_t length = 1 + i % 3;
      std::vector<size_t> tones;
      std::string line;
      for (size_t k = 0, rest = i / 3; k < length; ++k, rest /= 3) {
        tones.push_back((rest + k * i) % 3);
        line += (line.empty() ? "" : " ") + std::string(kWords[tones.back()]);
      }
      const std::string file = name + std::to_string(i) + ".wav";
      workspace.write(file, sound_of(tones, rate));
      list += file + "\n";
      text += line + "\n";
    }
    workspace.write(name + ".lst", list);
    workspace.write(name + ".txt", text);
  }
  std::string list, text;
};

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
  align["sound-page"] = "page.html";
  align["output"] = "shown";
  align["format"] = "matrix";
  REQUIRE(workspace.run("align", align).status == 0);
  CHECK(split(lines_of(workspace.read("shown/000000.csv"))[0], ",").size() == 1 + 4);
  const std::string page = workspace.read("page.html");
  CHECK_THAT(page, Contains("<audio controls src=\"data:audio/wav;base64,UklGR"));
  CHECK_THAT(page, Contains("<b><bdi>low</bdi></b><svg class=\"values\""));
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
}

TEST_CASE("a training names the line of an entry that it cannot read") {
  const Workspace workspace;
  const Tones train(workspace, "train", 4), valid(workspace, "valid", 3);
  workspace.write("train.lst", "train0.wav\ntrain1.wav\nmissing.wav\ntrain3.wav\n");
  check_refused(workspace.run("train", trained(workspace)), 1,
                {"train.lst', line 3", "there is no file"});
  CHECK_FALSE(workspace.exists("tones/best.safetensors"));
}

TEST_CASE("features, joint loss, masks and normalisation over the corpus resume exactly") {
  const Workspace workspace;
  const Tones train(workspace, "train", 12), valid(workspace, "valid", 3);
  const Given options = trained(workspace, {{"ctc-weight", "0.3"},
                                            {"location-aware", ""},
                                            {"time-masks", "1"},
                                            {"frequency-masks", "1"},
                                            {"feature-normalization", "corpus"},
                                            {"deltas", "1"},
                                            {"encoder-layers", "2"},
                                            {"subsampling", "1"},
                                            {"epochs", "2"}});
  REQUIRE(workspace.run("train", options).status == 0);
  const std::string whole = workspace.read("tones/last.safetensors");
  Given half = options;
  half["model"] = "half";
  half["epochs"] = "1";
  REQUIRE(workspace.run("train", half).status == 0);
  half["epochs"] = "2";
  REQUIRE(workspace.run("train", half).status == 0);
  CHECK(workspace.read("half/last.safetensors") == whole);
  CHECK(workspace.run("translate", reading(workspace), valid.list).status == 0);
  CHECK(workspace.run("inspect", {{"model", "tones"}}).status == 0);
  CHECK(workspace
            .run("report", reading(workspace, {{"output", "page.html"}, {"source", "valid.lst"}}))
            .status == 0);
}

TEST_CASE("options of words and of features are refused where the source is of the other kind") {
  const Workspace workspace;
  const Tones train(workspace, "train", 3), valid(workspace, "valid", 3);
  check_refused(workspace.run("train", trained(workspace, {{"joint-vocabulary", ""}})), 2,
                {"--joint-vocabulary requires a source of words"});
  Given words = trained(workspace, {{"source-type", "text"}});
  check_refused(workspace.run("train", words), 2, {"--source-type features"});
  check_refused(workspace.run("train", trained(workspace, {{"high-frequency", "5000"}})), 2,
                {"at most half of the sample rate"});
}

}  // namespace alinea
