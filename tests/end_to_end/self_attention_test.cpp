// Where a sequence looks at itself in recurrent models and classifiers: what is written of it, and
// which options do not go together.
#include <catch2/catch.hpp>
#include <cmath>

#include "document_workspace.h"

namespace alinea {
namespace {

Given intra(Given options = {}) {
  options.merge(Given{{"intra-attention", ""}});
  return options;
}

double number(const std::string& text) { return std::stod(text); }

TEST_CASE("intra-attention of encoder and decoder is written by align and translate") {
  const Workspace work;
  const std::string decoder = GENERATE("bahdanau", "luong");
  work.make_model("model",
                  intra({{"decoder", decoder}, {"cell", "lstm"}, {"decoder-layers", "2"}}));
  work.write("de", "eins zwei\n");
  work.write("en", "one two three\n");
  const auto rows_of = [&](const std::string& of) {
    const Outcome outcome = work.run("align", {{"model", "model"},
                                               {"source", "de"},
                                               {"target", "en"},
                                               {"output", "out.csv"},
                                               {"attention-page", "page.html"},
                                               {"attention-of", of}});
    INFO(outcome.err);
    REQUIRE(outcome.status == 0);
    return lines_of(work.read("out.csv"));
  };
  const std::vector<std::string> encoder = rows_of("encoder");
  CHECK(split(encoder[0], ",")[1] == "head");
  REQUIRE(encoder.size() == 1 + 2 * 3 * 3);  // directions, words with </s>
  CHECK(encoder[1].starts_with("0,0,0,eins,0,eins,0"));
  CHECK(number(split(encoder[4], ",").back()) == 1);  // "zwei" looks at "eins" alone
  CHECK_THAT(work.read("page.html"), Catch::Contains("<bdi>zwei</bdi>"));
  const std::vector<std::string> own = rows_of("decoder");
  CHECK(split(own[0], ",")[1] == "layer");
  REQUIRE(own.size() == 1 + 2 * 4 * 4);
  CHECK(own[1].starts_with("0,0,0,<s>,0,<initial>,1"));
  CHECK(own[2].starts_with("0,0,0,<s>,1,<s>,0"));
  double sum = 0;  // of "three", over the states before it
  for (size_t i = 13; i < 17; ++i) {
    CHECK(own[i].starts_with("0,0,3,three,"));
    sum += number(split(own[i], ",").back());
  }
  CHECK(sum == Approx(1).margin(1e-5));

  const Given translate = {
      {"model", "model"}, {"alignments", "t.csv"}, {"attention-of", "encoder"}};
  REQUIRE(work.run("translate", translate, "eins zwei\n").status == 0);
  CHECK(lines_of(work.read("t.csv")).size() == encoder.size());
}

TEST_CASE("a model without cross attention has intra-attention to show") {
  const Workspace work;
  work.make_model("model", intra({{"attention", "none"}}));
  Given options = {
      {"model", "model"}, {"source", "valid.de"}, {"target", "valid.en"}, {"output", "out.csv"}};
  check_refused(work.run("align", options), 1, {"no attention"});
  options["attention-of"] = "encoder";
  CHECK(work.run("align", options).status == 0);
  options = {{"model", "model"}, {"alignments", "t.csv"}, {"attention-of", "decoder"}};
  CHECK(work.run("translate", options, "eins\n").status == 0);
}

TEST_CASE("intra-attention requires recurrent layers") {
  const Workspace work;
  check_refused(work.train("model", intra({{"architecture", "transformer"}})), 2,
                {"--intra-attention", "recurrent"});
  const DocumentWorkspace documents;
  check_refused(documents.run("train-classifier", {{"train", "train.tsv"},
                                                   {"model", "model"},
                                                   {"encoder", "transformer"},
                                                   {"no-hierarchical", ""},
                                                   {"intra-attention", ""}}),
                2, {"--intra-attention", "--encoder recurrent"});
}

Given flat(Given options) {
  options.merge(Given{{"train", "train.tsv"},
                      {"model", "model"},
                      {"no-hierarchical", ""},
                      {"embedding-size", "8"},
                      {"batch-size", "8"},
                      {"updates", "5"},
                      {"threads", "1"}});
  return options;
}

TEST_CASE("texts are classified by a Transformer, whose self-attention is written") {
  const DocumentWorkspace work;
  const Outcome trained = work.run(
      "train-classifier",
      flat({{"encoder", "transformer"}, {"heads", "2"}, {"layers", "3"}, {"pooling", "first"}}));
  INFO(trained.err);
  REQUIRE(trained.status == 0);
  const Given options = {
      {"model", "model"}, {"self-attention", "looks.csv"}, {"self-attention-page", "page.html"}};
  const Outcome classified = work.run("classify", options, "a great room\n\nno view\n");
  INFO(classified.err);
  REQUIRE(classified.status == 0);
  CHECK(lines_of(classified.out).size() == 3);
  const std::vector<std::string> rows = lines_of(work.read("looks.csv"));
  CHECK(rows[0].starts_with("sentence,layer,head,target_position"));
  REQUIRE(rows.size() == 1 + 3 * 2 * (3 * 3 + 2 * 2));
  CHECK(rows.back().starts_with("2,2,1,1,view,1,view,"));
  double sum = 0;
  for (size_t i = 1; i <= 3; ++i) sum += number(split(rows[i], ",").back());
  CHECK(sum == Approx(1).margin(1e-5));
  CHECK_THAT(work.read("page.html"), Catch::Contains("<bdi>view</bdi>"));
  check_refused(work.run("classify", {{"model", "model"}, {"attention", "weights.csv"}}), 1,
                {"no attention", "--pooling first"});
}

TEST_CASE("self-attentive pooling shows its rows in the table and on the page") {
  const DocumentWorkspace work;
  work.make_classifier("model", {{"pooling", "self-attentive"}, {"pooling-rows", "3"}});
  const Given options = {{"model", "model"}, {"attention", "w.csv"}, {"highlight", "page.html"}};
  const Outcome classified = work.run("classify", options, "A great room. Quiet.\n\n");
  INFO(classified.err);
  REQUIRE(classified.status == 0);
  const std::vector<std::string> rows = lines_of(work.read("w.csv"));
  CHECK(rows[0].starts_with("document,row,sentence,sentence_weight,position,word,word_weight"));
  REQUIRE(rows.size() == 1 + 3 * 6);  // two sentences of 4 and 2 words with their full stops
  for (size_t row = 0; row < 3; ++row) {
    double words = 0;
    for (size_t i = 0; i < 4; ++i) words += number(split(rows[1 + 6 * row + i], ",").back());
    CHECK(words == Approx(1).margin(1e-5));
    const std::vector<std::string> first = split(rows[1 + 6 * row], ","),
                                   last = split(rows[6 + 6 * row], ",");
    CHECK(first[1] == std::to_string(row));
    CHECK(number(first[3]) + number(last[3]) == Approx(1).margin(1e-5));
  }
  CHECK_THAT(work.read("page.html"), Catch::Contains("<summary>row 2</summary>"));
  check_refused(
      work.run("classify", {{"model", "model"}, {"self-attention", "looks.csv"}}, "room\n"), 1,
      {"no self-attention", "hierarchical"});
}

TEST_CASE("options of poolings and encoders that a classifier does not have are refused") {
  const DocumentWorkspace work;
  const auto refused = [&](const Given& options, const std::vector<std::string>& words) {
    check_refused(work.run("train-classifier", flat(options)), 2, words);
    CHECK_FALSE(work.exists("model"));
  };
  refused({{"pooling", "max"}, {"pooling-rows", "3"}}, {"--pooling-rows", "self-attentive"});
  refused({{"pooling", "attention"}, {"pooling-penalty", "3"}}, {"--pooling-penalty"});
  refused({{"pooling", "self-attentive"}, {"pooling-rows", "0"}}, {"--pooling-rows", "1"});
  refused({{"encoder", "transformer"}, {"hidden-size", "3"}}, {"--hidden-size", "--hierarchical"});
  refused({{"encoder", "transformer"}, {"heads", "3"}}, {"heads is 3", "embedding-size is 8"});
  refused({{"heads", "2"}}, {"--heads", "--encoder transformer"});
}

}  // namespace
}  // namespace alinea
