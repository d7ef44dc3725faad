// A statistical aligner over texts in files.
#include <catch2/catch.hpp>

#include "half_trained.h"

namespace alinea {
namespace {

TEST_CASE("align-words links the words of a text, and its lexicon is a shortlist") {
  const Workspace work;
  make_half_trained(work, "model", {{"updates", "20"}});
  const Given texts = {{"source", "train.de"}, {"target", "train.en"}, {"threads", "1"}};
  Given to_files = texts;
  to_files["output"] = "links";
  to_files["lexicon"] = "lexicon";
  REQUIRE(work.run("align-words", to_files).status == 0);
  const std::string links = work.read("links");
  CHECK(lines_of(links).size() == lines_of(work.read("train.de")).size());
  CHECK(work.run("align-words", texts).out == links);
  CHECK(work.run("evaluate", {{"alignments", "links"}, {"gold", "links"}}).status == 0);
  const Outcome translated =
      work.run("translate", {{"model", "model"}, {"shortlist", "lexicon"}}, "ein\n");
  CHECK(translated.status == 0);
}

TEST_CASE("align-words reads one file with tabs, and answers pairs without words") {
  const Workspace work;
  work.write("pairs", "a b\tx y\n\t\na\tx\n\ty\nb\ty\nb a\ty x\n");
  const Outcome outcome = work.run("align-words", {{"source", "pairs"}});
  CHECK(outcome.status == 0);
  CHECK(outcome.out == "0-0 1-1\n\n0-0\n\n0-0\n0-0 1-1\n");
}

TEST_CASE("align-words leaves out long pairs and lines that are no text, and links the others") {
  const Workspace work;
  work.write("pairs", "a b\tx y\na\xff\tx\na\tx\na a a\tx\nb\ty\n");
  const Outcome outcome = work.run("align-words", {{"source", "pairs"}, {"max-length", "2"}});
  CHECK(outcome.status == 1);
  CHECK(outcome.out == "0-0 1-1\n\n0-0\n\n0-0\n");
  CHECK_THAT(outcome.err, Catch::Contains("1 pair with more than 2 words on a side") &&
                              Catch::Contains("line 2: no links") && Catch::Contains("no links"));
}

TEST_CASE("align-words says why there is nothing to align") {
  const Workspace work;
  work.write("pairs", "a b c\tx\n\xff\tx\n");
  const Outcome outcome = work.run("align-words", {{"source", "pairs"}, {"max-length", "2"}});
  CHECK(outcome.status == 1);
  CHECK(outcome.out.empty());
  CHECK_THAT(outcome.err,
             Catch::Contains("1 pair with more than 2 words on a side") &&
                 Catch::Contains("line 2: no links") &&
                 Catch::EndsWith("alinea align-words: expected a pair with words on both sides in "
                                 "'pairs', got none that is not left out\n"));
}

TEST_CASE("words that have no other side are no part of the cross-entropy") {
  const Workspace work;
  work.write("pairs", "a b\tx y\n\tp q r s t u\nc\t\n");
  const Outcome outcome = work.run(
      "align-words", {{"source", "pairs"}, {"model1-iterations", "1"}, {"hmm-iterations", "0"}});
  CHECK(outcome.status == 0);
  // -ln(0.8 / 2 + 0.2 / 8): both words are the same to model 1, and there are 8 target words.
  CHECK_THAT(outcome.err, Catch::Contains("0.856 nats per target word"));
}

TEST_CASE("align-words refuses not to learn") {
  const Workspace work;
  check_refused(work.run("align-words", {{"source", "train.de"},
                                         {"target", "train.en"},
                                         {"output", "links"},
                                         {"lexicon", "lexicon"},
                                         {"model1-iterations", "0"},
                                         {"hmm-iterations", "0"}}),
                2, {"--model1-iterations", "--hmm-iterations", "both 0"});
}

TEST_CASE("align-words refuses what it cannot align") {
  const Workspace work;
  work.write("two", "a\nb\n");
  work.write("one", "x\n");
  work.write("none", "\n");
  check_refused(work.run("align-words", {{"source", "two"}, {"target", "one"}}), 1,
                {"two", "one", "2", "1"});
  const Outcome nothing = work.run("align-words", {{"source", "none"}, {"target", "one"}});
  CHECK(nothing.status == 1);
  CHECK_THAT(nothing.err, Catch::EndsWith("expected a pair with words on both sides in 'none' and "
                                          "'one', got none\n"));
  check_refused(
      work.run("align-words", {{"source", "one"}, {"target", "one"}, {"null-probability", "1"}}), 2,
      {"--null-probability"});
  check_refused(
      work.run("align-words", {{"source", "one"}, {"target", "one"}, {"lexicon-threshold", "0.5"}}),
      2, {"--lexicon-threshold", "--lexicon"});
  check_refused(work.run("align-words", {{"source", "one"}, {"target", "one"}, {"output", "one"}}),
                2, {"--output", "--source"});
}

}  // namespace
}  // namespace alinea
