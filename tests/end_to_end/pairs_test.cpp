// Classifiers of pairs of texts as a user meets them.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "small_data.h"

namespace alinea {
namespace {

using Catch::Matchers::Contains;

class PairWorkspace : public Workspace {
 public:
  PairWorkspace() { write("pairs.tsv", pairs_text(64)); }

  Outcome train_pairs(const Given& options = {}) const {
    Given all = options;
    all.merge(Given{{"pairs", ""},
                    {"train", "pairs.tsv"},
                    {"model", "model"},
                    {"embedding-size", "8"},
                    {"batch-size", "8"},
                    {"updates", "8"},
                    {"threads", "1"}});
    if (!all.contains("encoder")) all.emplace("hidden-size", "6");
    return run("train-classifier", all);
  }
  void make_pairs(const Given& options = {}) const {
    const Outcome outcome = train_pairs(options);
    INFO(outcome.err);
    REQUIRE(outcome.status == 0);
  }
};

const std::string kTextPairs = "The cat sleeps.\tA cat sleeps\n\tA dog\nThe dog\t\n\t\n";

TEST_CASE("pairs are classified with every encoding, encoder and attention") {
  const auto options = GENERATE(
      Given{{"pair-attention", "none"}}, Given{{"pair-attention", "last"}}, Given{},
      Given{{"pair-attention", "two-way"}, {"cell", "gru"}, {"bidirectional", ""}},
      Given{{"pair-encoding", "separate"}, {"encoder", "window"}, {"hidden-size", "6"}},
      Given{{"pair-encoding", "separate"}, {"encoder", "transformer"}, {"pair-attention", "last"}},
      Given{{"pair-encoding", "separate"}, {"encoder", "bag"}, {"pair-attention", "compare"}},
      Given{{"encoder", "transformer"}, {"pooling", "first"}});
  const PairWorkspace work;
  work.make_pairs(options);
  const auto config = nlohmann::json::parse(work.read("model/config.json"));
  CHECK(config["model"]["pairs"] == true);
  const bool is_joined = options.contains("pooling");
  CHECK((config["model"]["pair_encoding"] == "joined") == is_joined);
  if (!options.contains("encoder") && !options.contains("cell")) {
    CHECK(config["model"]["cell"] == "lstm");
    CHECK(config["model"]["bidirectional"] == false);
  }
  const Outcome outcome = work.run("classify", {{"model", "model"}}, kTextPairs);
  INFO(outcome.err);
  CHECK(outcome.status == 0);
  CHECK(lines_of(outcome.out).size() == 4);
  const Outcome labelled =
      work.run("classify", {{"model", "model"}, {"labelled", ""}, {"input", "pairs.tsv"}});
  CHECK_THAT(labelled.err, Contains("64 pairs  accuracy"));
  CHECK_THAT(work.read("model/training.csv"), Contains("pairs_per_second"));
}

TEST_CASE("comparison finds out whether a word of one text is in the other") {
  const PairWorkspace work;
  const auto answers = [&](const std::string& attention) {
    work.make_pairs({{"pair-encoding", "separate"},
                     {"encoder", "bag"},
                     {"pair-attention", attention},
                     {"model", attention},
                     {"valid", "pairs.tsv"},
                     {"embedding-size", "16"},
                     {"updates", "200"},
                     {"learning-rate", "0.01"},
                     {"dropout", "0"}});
    return work.run("classify", {{"model", attention}, {"labelled", ""}, {"input", "pairs.tsv"}})
        .err;
  };
  CHECK_THAT(answers("compare"), Contains("accuracy 1.0000"));
  CHECK_THAT(answers("none"), Contains("accuracy 0.7500"));  // that of the larger class
}

TEST_CASE("texts that are compared both look at each other, and the delimiter is seen") {
  const PairWorkspace work;
  work.make_pairs({{"pair-attention", "compare"}});
  const auto looks = [&](const Given& more) {
    Given options = {{"model", "model"}, {"attention", "weights.csv"}};
    options.insert(more.begin(), more.end());
    const Outcome outcome = work.run("classify", options, kTextPairs);
    INFO(outcome.err);
    REQUIRE(outcome.status == 0);
    return lines_of(work.read("weights.csv"));
  };
  const std::vector<std::string> rows = looks({});
  REQUIRE(rows.size() == 1 + 4 * 4 + 2 * 1);
  CHECK_THAT(rows[1], Catch::StartsWith("0,0,</s>,0,the,"));
  const std::vector<std::string> back = looks({{"attention-of", "premise"}});
  REQUIRE(back.size() == 1 + 4 * 4 + 2 * 1);
  CHECK_THAT(back[1], Catch::StartsWith("0,0,the,0,</s>,"));
  CHECK_THAT(back[2], Catch::StartsWith("0,0,the,1,a,"));
}

TEST_CASE("what a hypothesis looks at is written as a table, pictures and a page") {
  const PairWorkspace work;
  work.make_pairs({{"pair-attention", "two-way"}});
  const Given outputs = {{"model", "model"},
                         {"attention", "weights.csv"},
                         {"heatmap", "pictures"},
                         {"highlight", "page.html"}};
  const Outcome outcome = work.run("classify", outputs, kTextPairs);
  INFO(outcome.err);
  REQUIRE(outcome.status == 0);
  const std::vector<std::string> rows = lines_of(work.read("weights.csv"));
  REQUIRE(rows.size() == 1 + 4 * 4 + 2 * 1);  // header; </s> a cat sleeps, at 4 words; </s> at 2
  CHECK(rows[0] == "sentence,target_position,target_token,source_position,source_token,weight\r");
  CHECK_THAT(rows[1], Catch::StartsWith("0,0,</s>,0,the,"));
  CHECK_THAT(rows[5], Catch::StartsWith("0,1,a,0,the,"));
  CHECK_THAT(rows[17], Catch::StartsWith("2,0,</s>,0,the,"));
  CHECK(work.exists("pictures/000000.svg"));
  const std::string answer = lines_of(outcome.out)[0];
  const std::string label = answer.substr(0, answer.find('\t'));
  CHECK_THAT(work.read("page.html"),
             Contains("sleeps") && Contains(">premise</b>") && Contains(">hypothesis</b>") &&
                 Contains("Pair 0: " + label + ", probability 0.") && !Contains(">source</b>"));

  const Outcome reverse = work.run(
      "classify", {{"model", "model"}, {"attention", "back.csv"}, {"attention-of", "premise"}},
      kTextPairs);
  REQUIRE(reverse.status == 0);
  CHECK_THAT(lines_of(work.read("back.csv"))[1], Catch::StartsWith("0,0,</s>,0,a,"));
}

TEST_CASE("a model that attends once has one row of weights, of the whole hypothesis") {
  const PairWorkspace work;
  work.make_pairs({{"pair-attention", "last"}});
  REQUIRE(
      work.run("classify", {{"model", "model"}, {"attention", "weights.csv"}}, kTextPairs).status ==
      0);
  const std::vector<std::string> rows = lines_of(work.read("weights.csv"));
  REQUIRE(rows.size() == 1 + 4 + 2);
  CHECK_THAT(rows[1], Catch::StartsWith("0,0,a cat sleeps,0,the,"));
}

TEST_CASE("pairs that are read as one text have the weights of a document") {
  const PairWorkspace work;
  work.make_pairs({{"encoder", "transformer"}});
  const Outcome outcome =
      work.run("classify",
               {{"model", "model"}, {"attention", "weights.csv"}, {"self-attention", "self.csv"}},
               kTextPairs);
  INFO(outcome.err);
  REQUIRE(outcome.status == 0);
  const std::vector<std::string> rows = lines_of(work.read("weights.csv"));
  CHECK_THAT(rows[1], Catch::StartsWith("0,0,1,0,<s>,"));
  CHECK_THAT(rows[6], Catch::StartsWith("0,0,1,5,</s>,"));
  CHECK(rows.size() == 1 + 10 + 5 + 5 + 3);
  CHECK_THAT(work.read("self.csv"), Contains("</s>"));
}

TEST_CASE("lines that are no pairs are refused by their number") {
  const PairWorkspace work;
  const std::string good = pairs_text(16);
  work.write("bad.tsv", good + "yes\tone text\n");
  check_refused(work.train_pairs({{"train", "bad.tsv"}}), 1, {"bad.tsv", "line 17", "hypothesis"});
  work.write("wide.tsv", good + "yes\ta\tb\t3.5\n");
  check_refused(work.train_pairs({{"train", "wide.tsv"}}), 1,
                {"wide.tsv", "line 17", "ignore-extra-columns"});
  work.make_pairs({{"train", "wide.tsv"}, {"ignore-extra-columns", ""}});
  check_passed_over_line_2(
      work.run("classify", {{"model", "model"}}, "a cat\ta cat\nno tab\na\tb\n"), "no tab", 3);
  check_passed_over_line_2(work.run("classify", {{"model", "model"}, {"attention", "weights.csv"}},
                                    "a\tb\na\tb\tc\na\tb\n"),
                           "another tab", 3);
}

TEST_CASE("pairs that are joined have room for their marks") {
  const PairWorkspace work;
  const auto trained = [&](const std::string& positions) {
    return work.train_pairs({{"encoder", "transformer"},
                             {"positions", "learned"},
                             {"heads", "2"},
                             {"overwrite", ""},
                             {"max-positions", positions}});
  };
  check_refused(trained("2"), 2, {"max-positions to be at least 3, got 2"});
  CHECK(trained("3").status == 0);
}

TEST_CASE("pairs that start from a language model are joined where it is not recurrent") {
  const PairWorkspace work;
  work.write("text", "a b c\nb c a\n");
  REQUIRE(work.run("train-language-model", {{"train", "text"},
                                            {"valid", "text"},
                                            {"model", "lm"},
                                            {"architecture", "transformer"},
                                            {"embedding-size", "8"},
                                            {"heads", "2"},
                                            {"layers", "1"},
                                            {"updates", "2"},
                                            {"threads", "1"}})
              .status == 0);
  const Outcome outcome = work.run("train-classifier", {{"train", "pairs.tsv"},
                                                        {"pairs", ""},
                                                        {"model", "model"},
                                                        {"pretrained-model", "lm"},
                                                        {"updates", "2"},
                                                        {"threads", "1"}});
  INFO(outcome.err);
  REQUIRE(outcome.status == 0);
  const nlohmann::json config = nlohmann::json::parse(work.read("model/config.json"));
  CHECK(config["model"]["encoder"] == "transformer");
  CHECK(config["model"]["pair_encoding"] == "joined");
}

TEST_CASE("options that classifiers of pairs do not have are refused by name") {
  const PairWorkspace work;
  const auto refused = [&](const Given& options, const std::vector<std::string>& words) {
    check_refused(work.train_pairs(options), 2, words);
  };
  refused({{"pooling", "max"}}, {"--pooling", "joined"});
  refused({{"hierarchical", ""}}, {"--hierarchical", "--pairs"});
  refused({{"encoder", "transformer"}, {"pair-attention", "last"}}, {"--pair-attention"});
  refused({{"encoder", "transformer"}, {"pair-encoding", "conditional"}},
          {"conditional", "recurrent"});
  check_refused(work.run("train-classifier",
                         {{"train", "pairs.tsv"}, {"model", "model"}, {"pair-attention", "last"}}),
                2, {"--pair-attention", "--pairs"});
  work.make_pairs({{"pair-attention", "none"}});
  const auto no_weights = [&](const Given& options, const std::vector<std::string>& words) {
    Given all = options;
    all.emplace("model", "model");
    check_refused(work.run("classify", all, kTextPairs), 1, words);
  };
  no_weights({{"attention", "w.csv"}}, {"--pair-attention none"});
  no_weights({{"self-attention", "w.csv"}}, {"by itself"});
  check_refused(
      work.run("report", {{"model", "model"}, {"output", "r.html"}, {"input", "pairs.tsv"}}), 1,
      {"--pair-attention none"});
}

TEST_CASE("words of pairs that have no position are counted") {
  const PairWorkspace work;
  const auto cut = [&](Given options) {
    options.merge(
        Given{{"encoder", "transformer"}, {"positions", "learned"}, {"max-positions", "6"}});
    const Outcome training = work.train_pairs(options);
    INFO(training.err);
    REQUIRE(training.status == 0);
    return work.run("classify", {{"model", "model"}}, "a b c d e f g\ta b\na\ta b c d e f\na\tb\n")
        .err;
  };
  // <s> and </s> twice leave room for three words of a pair; a hypothesis stands behind </s>.
  CHECK(cut({}) == "cut 10 words from 2 pairs of more than 6 positions, see --max-positions\n");
  CHECK(cut({{"pair-encoding", "separate"}, {"overwrite", ""}}) ==
        "cut 2 words from 2 texts of pairs of more than 6 positions, see --max-positions\n");
}

TEST_CASE("which text looks is an option of weights that are written") {
  const PairWorkspace work;
  work.make_pairs({{"pair-attention", "last"}});
  const auto refused = [&](Given options, const std::vector<std::string>& words) {
    options.merge(Given{{"model", "model"}, {"attention-of", "premise"}});
    check_refused(work.run("classify", options, kTextPairs), 2, words);
  };
  refused({}, {"--attention-of", "--heatmap"});
  refused({{"attention", "w.csv"}}, {"--attention-of premise", "--pair-attention last"});
}

TEST_CASE("the report of a classifier of pairs shows what hypotheses look at") {
  const PairWorkspace work;
  const auto report = [&](Given options) {
    options.emplace("overwrite", "");
    work.make_pairs(options);
    work.write("asked.tsv", "The cat sleeps.\tA cat sleeps\nThe dog.\tAn owl <b>\n");
    const Outcome outcome =
        work.run("report", {{"model", "model"}, {"output", "report.html"}, {"input", "asked.tsv"}});
    INFO(outcome.err);
    REQUIRE(outcome.status == 0);
    return work.read("report.html");
  };
  CHECK_THAT(report({{"pair-attention", "two-way"}}),
             Contains("Pair 1") && Contains("aria-label=\"premise\"") &&
                 Contains("data-weights=\"[[") && !Contains("<b>owl"));
  CHECK_THAT(report({{"encoder", "transformer"}, {"pooling", "attention"}}),
             Contains("id=\"documents\"") && !Contains("id=\"pairs\""));
  work.write("bad.tsv", "no tab\n");
  check_refused(
      work.run("report", {{"model", "model"}, {"output", "r.html"}, {"input", "bad.tsv"}}), 1,
      {"bad.tsv", "line 1"});
}

TEST_CASE("pairs are learned from a language model's words and layers") {
  const PairWorkspace work;
  std::string text;
  for (const std::string& line : lines_of(pairs_text(64)))
    text += split(line, "\t")[1] + " " + split(line, "\t")[2] + "\n";
  work.write("text", text);
  const Outcome language = work.run("train-language-model", {{"train", "text"},
                                                             {"valid", "text"},
                                                             {"model", "lm"},
                                                             {"cell", "lstm"},
                                                             {"embedding-size", "8"},
                                                             {"hidden-size", "6"},
                                                             {"updates", "3"},
                                                             {"threads", "1"}});
  INFO(language.err);
  REQUIRE(language.status == 0);
  const Outcome outcome =
      work.train_pairs({{"pretrained-model", "lm"}, {"updates", "1"}, {"learning-rate", "1e-9"}});
  INFO(outcome.err);
  REQUIRE(outcome.status == 0);
  for (const char* reader : {"encoder", "hypothesis"})
    CHECK(work.tensor("model/last.safetensors",
                      std::string(reader) + ".layer0.forward.recurrent")[7] ==
          Approx(work.tensor("lm/best.safetensors", "decoder.layer0.recurrent")[7]).margin(1e-6));
}

}  // namespace
}  // namespace alinea
