// Classifiers and taggers of the library.
#include "alinea/classify.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <numeric>
#include <stdexcept>

#include "alinea/tag.h"
#include "end_to_end/document_workspace.h"

namespace alinea {
namespace {

using Catch::Matchers::Contains;
using Lines = std::vector<std::string>;

TEST_CASE("the library classifies documents as the program does, with weights that sum to 1") {
  const DocumentWorkspace work;
  work.make_classifier("c", {{"updates", "20"}});
  const TextClassifier classifier(work.path("c"));
  const Lines texts = {"a good film. It was good!", "bad", "", "\xff", "one\ntwo"};
  const auto answers = classifier.classify(texts, {.keep_attention = true});
  REQUIRE(answers.size() == texts.size());
  REQUIRE(classifier.has_attention());
  Lines printed;
  for (size_t i = 0; i < 3; ++i) {
    CHECK(answers[i].fault.empty());
    std::string line = answers[i].label;
    for (size_t c = 0; c < classifier.labels().size(); ++c)
      line += fmt::format("\t{}={:.4f}", classifier.labels()[c], answers[i].probabilities[c]);
    printed.push_back(line);
    for (const WeighedSentence& sentence : answers[i].sentences) {
      REQUIRE(sentence.weights.size() == sentence.words.size());
      CHECK(std::accumulate(sentence.weights.begin(), sentence.weights.end(), 0.0) ==
            Approx(1).epsilon(1e-5));
    }
  }
  CHECK(answers[0].sentences.size() == 2);
  CHECK_THAT(answers[3].fault, Contains("UTF-8"));
  CHECK_THAT(answers[4].fault, Contains("single line"));
  const std::string input = texts[0] + "\n" + texts[1] + "\n\n";
  CHECK(printed == lines_of(work.run("classify", {{"model", "c"}}, input).out));
  CHECK(classifier.classify(texts)[0].sentences.empty());
  CHECK_THROWS_AS(classifier.classify(texts, {.batch_size = 0}), std::invalid_argument);
  CHECK_THROWS_AS(TextClassifier(work.path("missing")), std::runtime_error);
}

TEST_CASE("the library tags words as the program does") {
  Workspace work;
  std::string text;
  for (int i = 0; i < 40; ++i)
    text += i % 2 == 0 ? "the\tD\ndog\tN\nplays\tV\n\n" : "play\tV\nnow\tA\n\n";
  work.write("tagged", text);
  REQUIRE(work.run("train-tagger", {{"train", "tagged"},
                                    {"valid", "tagged"},
                                    {"model", "t"},
                                    {"encoder", "transformer"},
                                    {"embedding-size", "8"},
                                    {"heads", "2"},
                                    {"updates", "60"},
                                    {"learning-rate", "0.01"}})
              .status == 0);
  const TextTagger tagger(work.path("t"));
  const std::vector<Lines> sentences = {{"the", "dog", "plays"}, {}, {"play", "now"}, {"a", ""}};
  REQUIRE(tagger.has_attention());
  const auto answers = tagger.tag(sentences, {.keep_attention = true});
  REQUIRE(answers.size() == 4);
  std::string expected;
  for (size_t s = 0; s < 3; ++s) {
    REQUIRE(answers[s].tags.size() == sentences[s].size());
    for (size_t w = 0; w < sentences[s].size(); ++w)
      expected += sentences[s][w] + "\t" + answers[s].tags[w] + "\n";
    if (s != 1) expected += "\n";
  }
  CHECK(answers[0].attention.size() == 9);
  CHECK(answers[0].heads.values.size() == 9 * static_cast<size_t>(answers[0].heads.heads));
  CHECK_THAT(answers[3].fault, Contains("empty"));
  CHECK(work.run("tag", {{"model", "t"}}, "the\ndog\nplays\n\nplay\nnow\n\n").out == expected);
  CHECK_THROWS_WITH(TextClassifier(work.path("t")), !Contains("--"));
}

}  // namespace
}  // namespace alinea
