// Lines that cannot be answered, among others that can.
#include <algorithm>
#include <catch2/catch.hpp>

#include "half_trained.h"
#include "spoiled.h"

namespace alinea {
namespace {

// Longer than a translation can get without saying a word twice, where it may not end before.
const std::string kEndless =
    "ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf ein zwei drei vier fünf sechs "
    "sieben acht neun zehn elf zwölf\n";

Given once_each(Given options = {}) {
  options.merge(Given{
      {"model", "model"}, {"threads", "1"}, {"no-repeat-ngram-size", "1"}, {"min-length", "500"}});
  return options;
}

TEST_CASE("a line that the options leave no translation for takes no other with it") {
  const Workspace work;
  make_half_trained(work, "model");
  const Given with_links = once_each({{"alignments", "links"}, {"alignment-format", "pharaoh"}});
  const Outcome others = work.run("translate", with_links, "drei vier\nzwei\n");
  REQUIRE(others.status == 0);
  const Lines expected = lines_of(others.out), expected_links = lines_of(work.read("links"));
  REQUIRE(expected.size() == 2);
  REQUIRE(expected_links.size() == 2);
  CHECK_FALSE(expected_links[1].empty());

  const std::string input = "drei vier\n" + kEndless + "zwei\n";
  const Outcome outcome = work.run("translate", with_links, input);
  check_passed_over_line_2(outcome, "the options forbid every next token", 3);
  CHECK(lines_of(outcome.err).size() == 2);
  CHECK(lines_of(outcome.out) == Lines{expected[0], "", expected[1]});
  CHECK(lines_of(work.read("links")) == Lines{expected_links[0], "", expected_links[1]});
  CHECK(work.run("translate", once_each({{"batch-size", "1"}}), input).out == outcome.out);

  const Outcome listed = work.run(
      "translate", once_each({{"n-best", ""}, {"beam-size", "2"}, {"word-scores", ""}}), input);
  CHECK(listed.status == 1);
  const Lines rows = lines_of(listed.out);
  REQUIRE(rows.size() == 5);
  CHECK(rows[2] == "1 |||  ||| WordScores= ||| -inf");
  CHECK(rows[3].starts_with("2 ||| "));
}

TEST_CASE("phrases that a model cannot say are passed over by their line, the others are held") {
  const Workspace work;
  make_half_trained(work, "model");
  work.write("phrases", "hundred\nnever-seen\tseven\n\tseven\t\n");
  const Outcome outcome =
      work.run("translate", {{"model", "model"}, {"constraints", "phrases"}}, "zwei\ndrei\nvier\n");
  CHECK(outcome.status == 0);
  const Lines lines = lines_of(outcome.out);
  REQUIRE(lines.size() == 3);
  CHECK_THAT(lines[0], Catch::Contains("hundred"));
  CHECK_THAT(lines[1], Catch::Contains("seven"));
  CHECK_THAT(lines[2], Catch::Contains("seven"));
  const Lines said = lines_of(outcome.err);
  REQUIRE(said.size() == 3);
  CHECK_THAT(said[0], Catch::StartsWith("'phrases', line 2: ") && Catch::Contains("never-seen"));
  CHECK_THAT(said[1],
             Catch::StartsWith("'phrases', line 3: ") && Catch::Contains("an empty phrase"));
}

TEST_CASE("a pair that a model's numbers overflow for takes no other with it") {
  const Workspace work;
  // A readout that bounds nothing: what an English word is embedded as reaches the logits.
  make_half_trained(work, "model", {{"readout", "maxout"}, {"updates", "5"}});
  const Lines words = lines_of(work.read("model/target.vocabulary.txt"));
  const auto row = std::ranges::find(words, "seven") - words.begin();
  work.write("de", "zwei\nsieben eins\neins\n");
  work.write("en", "two\nseven one\none\n");
  Given pairs = {{"model", "model"}, {"source", "de"}, {"target", "en"}, {"threads", "1"}};
  const Lines scores = lines_of(work.run("score", pairs).out);
  REQUIRE(scores.size() == 3);
  spoil(work, "model/best.safetensors", "decoder.embedding.weight", static_cast<size_t>(row));

  const Outcome scored = work.run("score", pairs);
  check_passed_over_line_2(scored, "overflow", 3);
  CHECK(lines_of(scored.out) == Lines{scores[0], "", scores[2]});
  // Its weights are numbers all the same.
  Given weights = pairs;
  weights.merge(Given{{"output", "weights.csv"}, {"heatmap-page", "weights.html"}});
  CHECK(work.run("align", weights).status == 0);
  CHECK_THAT(work.read("weights.csv"), Catch::Contains("\n1,") && !Catch::Contains("nan"));
  CHECK_THAT(work.read("weights.html"), !Catch::Contains("nan"));

  // In a Transformer the embedding reaches the attention, too.
  work.make_model("model", {{"architecture", "transformer"},
                            {"embedding-size", "16"},
                            {"heads", "2"},
                            {"feed-forward-size", "16"},
                            {"encoder-layers", "1"},
                            {"decoder-layers", "1"},
                            {"updates", "5"},
                            {"overwrite", ""}});
  spoil(work, "model/best.safetensors", "decoder.embedding.weight", static_cast<size_t>(row));
  const auto aligned = [&](Given options) {
    options.merge(Given(pairs));
    const Outcome outcome = work.run("align", options);
    CHECK(outcome.status == 1);
    CHECK_THAT(lines_of(outcome.err).front(),
               Catch::StartsWith("line 2: ") && Catch::Contains("overflow"));
    return lines_of(outcome.err).back();
  };
  CHECK_THAT(aligned({{"format", "pharaoh"},
                      {"links", "threshold"},
                      {"threshold", "0.1"},
                      {"output", "links"},
                      {"heatmap-page", "page.html"}}),
             Catch::EndsWith("; the output has empty lines in their place"));
  const Lines links = lines_of(work.read("links"));
  CHECK(links == Lines{"0-0", "", "0-0"});
  CHECK_THAT(work.read("page.html"), !Catch::Contains("nan"));
  CHECK_THAT(aligned({{"output", "tidy.csv"}}), Catch::EndsWith("the first is line 2"));
  CHECK_THAT(work.read("tidy.csv"), Catch::Contains("\n0,") && Catch::Contains("\n2,") &&
                                        !Catch::Contains("\n1,") && !Catch::Contains("nan"));
  aligned({{"format", "matrix"}, {"output", "matrices"}, {"heatmap", "pictures"}});
  CHECK(work.exists("matrices/000001.csv"));
  CHECK(work.exists("pictures/000001.svg"));
}

TEST_CASE("a pair with a line that is no text takes no other with it") {
  const Workspace work;
  make_half_trained(work, "model");
  make_half_trained(work, "back",
                    {{"source", "train.en"},
                     {"target", "train.de"},
                     {"valid-source", "valid.en"},
                     {"valid-target", "valid.de"}});
  work.write("de", "zwei\neins\ndrei\n");
  work.write("en", "two\none\nthree\n");
  Given pairs = {{"model", "model"}, {"source", "de"}, {"target", "en"}, {"batch-size", "1"}};
  const auto aligned = [&](const std::string& output, Given options) {
    options.merge(Given{{"format", "pharaoh"}, {"output", output}});
    options.merge(Given(pairs));
    return work.run("align", options);
  };
  const Lines scores = lines_of(work.run("score", pairs).out);
  REQUIRE(aligned("links", {}).status == 0);
  const Lines links = lines_of(work.read("links"));

  const std::string spoiled = GENERATE("source", "target");
  CAPTURE(spoiled);
  work.write(spoiled == "source" ? "de" : "en", "zwei\n\xff\ndrei\n");
  if (spoiled == "target") work.write("en", "two\n\xff\nthree\n");
  const Outcome scored = work.run("score", pairs);
  check_passed_over_line_2(scored, spoiled == "source" ? "'de': expected UTF-8" : "'en': expected",
                           3);
  CHECK(lines_of(scored.out) == Lines{scores.at(0), "", scores.at(2)});
  for (const Given& options : {Given{}, Given{{"reverse-model", "back"}}}) {
    const Outcome outcome = aligned("others", options);
    CHECK(outcome.status == 1);
    CHECK_THAT(outcome.err, Catch::StartsWith("line 2: ") && Catch::Contains("not UTF-8"));
    REQUIRE(lines_of(work.read("others")).size() == 3);
    CHECK(lines_of(work.read("others"))[1].empty());
    if (options.empty())
      CHECK(lines_of(work.read("others")) == Lines{links.at(0), "", links.at(2)});
  }
}

}  // namespace
}  // namespace alinea
