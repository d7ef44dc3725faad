// train-classifier and classify as a user meets them.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "document_workspace.h"

namespace alinea {
namespace {

using Catch::Matchers::Contains;

// The answers to `documents`, a line each, as the probabilities they print.
std::vector<std::vector<double>> probabilities(const std::string& answers) {
  std::vector<std::vector<double>> all;
  for (const std::string& line : lines_of(answers)) {
    const std::vector<std::string> fields = split(line, "\t");
    std::vector<double>& document = all.emplace_back();
    for (size_t c = 1; c < fields.size(); ++c)
      document.push_back(std::stod(fields[c].substr(fields[c].rfind('=') + 1)));
  }
  return all;
}

const std::string kDocuments =
    "I want my money back! The room was cold.\n"
    "\n"
    "Thank you for the card.\n"
    "Please book a table for two. <s>  <s> We come on Friday.\n";

TEST_CASE("training leaves a folder that holds everything classifying needs") {
  const DocumentWorkspace work;
  const Outcome outcome = work.train_classifier("model", {{"valid-share", "0.2"}, {"seed", "7"}});
  CHECK(outcome.status == 0);
  CHECK(outcome.out.empty());
  CHECK_THAT(outcome.err, Contains("training documents") && Contains("validation documents") &&
                              Contains("accuracy") && Contains("macro F1") &&
                              Contains("precision  recall") && Contains("arena"));
  for (const char* file : {"config.json", "vocabulary.txt", "labels.txt", "best.safetensors",
                           "last.safetensors", "training.csv"})
    CHECK(work.exists(std::string("model/") + file));
  CHECK_THAT(work.read("model/training.csv"),
             Catch::StartsWith("update,epoch,loss,learning_rate,gradient_norm,documents_per_second,"
                               "arena_bytes,seconds,valid_loss,valid_accuracy,valid_f1\r\n"));
  const auto config = nlohmann::json::parse(work.read("model/config.json"));
  CHECK(config["model"]["pooling"] == "attention");
  CHECK(config["model"]["hidden_size"] == 6);
  CHECK(config["training"]["seed"] == 7);
}

TEST_CASE("every kind of classifier answers every document, an empty one too") {
  const std::string cell = GENERATE("gru", "lstm", "lbr-gru", "rnn");
  const std::string pooling =
      GENERATE("attention", "average", "max", "self-attentive", "first", "last");
  const std::string levels = GENERATE("hierarchical", "no-hierarchical");
  INFO(cell << " " << pooling << " " << levels);
  const DocumentWorkspace work;
  const Outcome training = work.run("train-classifier", {{"train", "train.tsv"},
                                                         {"model", "model"},
                                                         {"embedding-size", "7"},
                                                         {"hidden-size", "6"},
                                                         {"updates", "2"},
                                                         {"cell", cell},
                                                         {"pooling", pooling},
                                                         {levels, ""}});
  INFO(training.err);
  REQUIRE(training.status == 0);
  const Outcome outcome = work.run("classify", {{"model", "model"}}, kDocuments);
  CHECK(outcome.status == 0);
  CHECK(outcome.err.empty());
  const std::vector<std::string> labels = lines_of(work.read("model/labels.txt"));
  const auto answers = probabilities(outcome.out);
  REQUIRE(answers.size() == 4);
  for (size_t d = 0; d < answers.size(); ++d) {
    REQUIRE(answers[d].size() == labels.size());
    const auto best = std::ranges::max_element(answers[d]) - answers[d].begin();
    const std::vector<std::string> fields = split(lines_of(outcome.out)[d], "\t");
    const auto answer = std::ranges::find(labels, fields[0]) - labels.begin();
    REQUIRE(answer < std::ssize(labels));
    CHECK(answers[d][answer] == answers[d][best]);
    double sum = 0;
    for (size_t c = 0; c < labels.size(); ++c) {
      CHECK_THAT(fields[c + 1], Catch::StartsWith(labels[c] + "=0."));
      sum += answers[d][c];
    }
    CHECK(sum == Approx(1).margin(1e-3));
  }
}

TEST_CASE("what classify answers does not depend on the batch size") {
  const DocumentWorkspace work;
  work.make_classifier("model");
  std::string documents;
  for (const std::string& line : lines_of(work.read("train.tsv")))
    documents += split(line, "\t").at(1) + "\n";
  const auto one =
      probabilities(work.run("classify", {{"model", "model"}, {"batch-size", "1"}}, documents).out);
  const auto many = probabilities(
      work.run("classify", {{"model", "model"}, {"batch-size", "50"}}, documents).out);
  REQUIRE(one.size() == 60);
  REQUIRE(many.size() == 60);
  for (size_t d = 0; d < one.size(); ++d)
    for (size_t c = 0; c < one[d].size(); ++c)
      CHECK(one[d][c] == Approx(many[d][c]).epsilon(0).margin(1.01e-4));  // as printed
}

TEST_CASE("labelled documents are scored, from a file or from standard input") {
  const DocumentWorkspace work;
  work.make_classifier("model", {{"valid", "valid.tsv"}, {"updates", "20"}});
  const Outcome file =
      work.run("classify", {{"model", "model"}, {"labelled", ""}, {"input", "valid.tsv"}});
  const Outcome stream =
      work.run("classify", {{"model", "model"}, {"labelled", ""}}, work.read("valid.tsv"));
  CHECK(file.status == 0);
  CHECK(file.out == stream.out);
  CHECK(file.err == stream.err);
  CHECK_THAT(file.err, Catch::StartsWith("12 documents  accuracy ") && Contains("macro F1") &&
                           Contains("precision"));
  size_t right = 0;
  const std::vector<std::string> gold = lines_of(work.read("valid.tsv"));
  for (size_t d = 0; d < gold.size(); ++d)
    right += split(gold[d], "\t")[0] == split(lines_of(file.out)[d], "\t")[0] ? 1 : 0;
  char accuracy[32];
  std::snprintf(accuracy, sizeof accuracy, "accuracy %.4f ", static_cast<double>(right) / 12);
  CHECK_THAT(file.err, Contains(accuracy));
}

TEST_CASE("the attention of every document is written as a table and as a page") {
  const std::string levels = GENERATE("hierarchical", "no-hierarchical");
  const DocumentWorkspace work;
  work.make_classifier("model", {{levels, ""}});
  const Outcome outcome = work.run(
      "classify", {{"model", "model"}, {"attention", "weights.csv"}, {"highlight", "page.html"}},
      kDocuments);
  CHECK(outcome.status == 0);
  CHECK(lines_of(outcome.out).size() == 4);
  const std::string table = work.read("weights.csv"), page = work.read("page.html");
  CHECK_THAT(table,
             Catch::StartsWith("document,sentence,sentence_weight,position,word,word_weight"));
  // 11 words, then none, 6 words, 10 words: an empty sentence has a row of its own.
  CHECK(lines_of(table).size() == 1 + 11 + 6 + 10 + (levels == "hierarchical" ? 1 : 0));
  CHECK_THAT(page, Contains("money") && Contains("</html>"));
}

TEST_CASE("a document of 5,000 words is classified, in many sentences or in one") {
  const DocumentWorkspace work;
  const std::string levels = GENERATE("hierarchical", "no-hierarchical");
  work.make_classifier("model", {{levels, ""}, {"max-words", "0"}, {"max-sentences", "0"}});
  std::string one, many;
  for (int i = 0; i < 5000; ++i) {
    one += "room ";
    many += i % 10 == 9 ? "Room. " : "the ";
  }
  const Outcome outcome = work.run("classify", {{"model", "model"}}, one + "\nroom\n" + many);
  CHECK(outcome.status == 0);
  CHECK(outcome.err.empty());
  CHECK(lines_of(outcome.out).size() == 3);
}

TEST_CASE("what is longer than the limits is cut and counted, in training and after it") {
  const DocumentWorkspace work;
  const Outcome training =
      work.train_classifier("model", {{"max-words", "4"}, {"max-sentences", "2"}});
  CHECK(training.status == 0);
  CHECK_THAT(training.err, Contains(" sentences of more than 4, see --max-words") &&
                               Contains(" documents of more than 2, see --max-sentences"));
  const Outcome cut =
      work.run("classify", {{"model", "model"}}, "a b c d e f <s> g <s> h\na b c d <s> g\n");
  CHECK(cut.err ==
        "cut 2 words from 1 sentence of more than 4, see --max-words\n"
        "cut 1 sentence from 1 document of more than 2, see --max-sentences\n");
  CHECK(lines_of(cut.out)[0] == lines_of(cut.out)[1]);
}

TEST_CASE("what has no position is counted, in training and after it") {
  const DocumentWorkspace work;
  const Outcome training = work.train_classifier("model", {{"encoder", "transformer"},
                                                           {"heads", "1"},
                                                           {"positions", "learned"},
                                                           {"max-positions", "4"}});
  INFO(training.err);
  CHECK(training.status == 0);
  CHECK_THAT(training.err,
             Contains(" sentences of more than 4 positions, see --max-positions") ||
                 Contains(" documents of more than 4 positions, see --max-positions"));
  const Outcome cut = work.run("classify", {{"model", "model"}}, "a b c d e f\na b c d\n");
  CHECK_THAT(cut.err, Contains("cut 2 words from 1 ") &&
                          Contains("of more than 4 positions, see --max-positions"));
  CHECK(lines_of(cut.out)[0] == lines_of(cut.out)[1]);
}

TEST_CASE("words start from pretrained vectors, which stay as they are if frozen") {
  const DocumentWorkspace work;
  work.write("vectors.txt", "2 7\nroom 1 2 3 4 5 6 7\nnowhere 7 6 5 4 3 2 1\n");
  const auto model = GENERATE(std::string("train-embeddings"), "no-train-embeddings");
  const Given options = {{"embeddings", "vectors.txt"}, {model, ""}, {"updates", "6"}};
  const Outcome outcome = work.train_classifier("model", options);
  INFO(outcome.err);
  REQUIRE(outcome.status == 0);
  CHECK_THAT(outcome.err, Contains("1 of the ") && Contains("vectors.txt"));
  const std::vector<std::string> words = lines_of(work.read("model/vocabulary.txt"));
  const auto row = std::ranges::find(words, "room") - words.begin();
  const std::vector<float> table =
      work.tensor("model/last.safetensors", "encoder.embedding.weight");
  const std::vector<float> came(table.begin() + row * 7, table.begin() + row * 7 + 7),
      given = {1, 2, 3, 4, 5, 6, 7};
  if (model == "no-train-embeddings") {
    CHECK(came == given);
  } else {
    CHECK(came != given);
    for (size_t i = 0; i < 7; ++i) CHECK(came[i] == Approx(given[i]).margin(0.1));
  }
}

TEST_CASE("a classifier starts from another one, and goes on without reading its vectors again") {
  const DocumentWorkspace work;
  work.write("vectors.txt", "1 7\nroom 1 2 3 4 5 6 7\n");
  work.make_classifier("base", {{"updates", "20"}});
  Given options = {{"pretrained-model", "base"}, {"embeddings", "vectors.txt"}, {"updates", "3"}};
  const Outcome first = work.train_classifier("model", options);
  INFO(first.err);
  REQUIRE(first.status == 0);
  CHECK_THAT(first.err, Contains(" parameters are initialised from base\n") &&
                            Contains("1 of the ") && Contains("have a vector in vectors.txt"));
  options["updates"] = "6";
  const Outcome rest = work.train_classifier("model", options);
  CHECK(rest.status == 0);
  CHECK_THAT(rest.err, Contains("resuming from update 3") && !Contains("have a vector") &&
                           !Contains("are initialised from"));
  REQUIRE(work.train_classifier("whole", options).status == 0);
  CHECK(work.read("model/last.safetensors") == work.read("whole/last.safetensors"));
}

// Vectors as GloVe's largest file has them: no first line that counts, words with spaces.
TEST_CASE("a classifier's words start from vectors of GloVe") {
  const DocumentWorkspace work;
  work.write("glove",
             ". 9 9 9 9 9 9 9\n. . . 8 8 8 8 8 8 8\nroom 1 2 3 4 5 6 7\nat a@b.c 6 6 6 6 6 6 6\n");
  const Outcome outcome = work.train_classifier("model", {{"embeddings", "glove"}});
  INFO(outcome.err);
  REQUIRE(outcome.status == 0);
  CHECK_THAT(outcome.err,
             Contains("2 of the ") && Contains(" words have a vector in glove; left "
                                               "out 2 vectors of words with spaces\n"));
}

TEST_CASE("a classifier that starts from another one keeps its words and how it cuts text") {
  const DocumentWorkspace work;
  work.make_classifier("base", {{"no-lowercase", ""}, {"html-entities", ""}, {"max-words", "50"}});
  const std::string labels = work.read("base/labels.txt");
  std::string few;
  for (const std::string& label : lines_of(labels))
    few += label + "\tnew\n" + label + "\tnew word\n";
  work.write("few.tsv", few);
  Given options = {{"pretrained-model", "base"}, {"train", "few.tsv"}, {"valid", "few.tsv"}};
  const Outcome kept = work.train_classifier("kept", options);
  INFO(kept.err);
  REQUIRE(kept.status == 0);
  CHECK(work.read("kept/vocabulary.txt") == work.read("base/vocabulary.txt"));
  CHECK_THAT(kept.err, Contains("\nvocabulary: ") && Contains(" 0 new, 0 dropped\n"));
  for (const char* field : {"\"lowercase\": false", "\"html_entities\": true", "\"max_words\": 50"})
    CHECK_THAT(work.read("kept/config.json"), Contains(field));
  options["update-vocabulary"] = "";
  const Outcome anew = work.train_classifier("anew", options);
  REQUIRE(anew.status == 0);
  CHECK(lines_of(work.read("anew/vocabulary.txt")).size() == 5);
  options.erase("update-vocabulary");
  options["min-frequency"] = "2";
  check_refused(work.train_classifier("none", options), 2,
                {"--min-frequency", "--update-vocabulary"});
}

TEST_CASE("a first line that looks like a header is told of") {
  const DocumentWorkspace work;
  work.write("train.tsv", "label\ttext\n" + work.read("train.tsv"));
  const Outcome outcome = work.train_classifier("model");
  INFO(outcome.err);
  REQUIRE(outcome.status == 0);
  CHECK_THAT(outcome.err,
             Contains("'train.tsv', line 1: no other line has the label 'label'; if this "
                      "line is a header, remove it\n"));
}

TEST_CASE("a classifier reads entities of HTML as characters where it was trained so") {
  const DocumentWorkspace work;
  work.make_classifier("plain");
  work.make_classifier("decoding", {{"html-entities", ""}});
  const auto answers = [&](const std::string& model) {
    const std::string text = "the room &amp; the bill &#39;s\nthe room & the bill 's\n";
    const std::vector<std::string> lines =
        lines_of(work.run("classify", {{"model", model}, {"threads", "1"}}, text).out);
    REQUIRE(lines.size() == 2);
    return lines;
  };
  const std::vector<std::string> decoded = answers("decoding"), read = answers("plain");
  CHECK(decoded[0] == decoded[1]);
  CHECK(read[0] != read[1]);
}

TEST_CASE("training is judged by what --validate-by says") {
  const DocumentWorkspace work;
  for (const std::string measure : {"loss", "accuracy", "f1"})
    work.make_classifier(measure, {{"validate-by", measure}, {"valid", "valid.tsv"}});
}

TEST_CASE("class weights and batches by words train too") {
  const DocumentWorkspace work;
  work.make_classifier("model", {{"class-weights", "balanced"},
                                 {"batch-unit", "words"},
                                 {"batch-size", "200"},
                                 {"label-smoothing", "0.1"},
                                 {"schedule", "plateau"}});
}

TEST_CASE("a gzipped training file is read, and so is a pipe") {
  const DocumentWorkspace work;
  const auto train = [&work](const std::string& before, const std::string& file,
                             const std::string& model) {
    const Outcome outcome = work.shell(before, "train-classifier",
                                       {{"train", file},
                                        {"model", model},
                                        {"updates", "2"},
                                        {"embedding-size", "7"},
                                        {"hidden-size", "6"}},
                                       "");
    INFO(outcome.err);
    REQUIRE(outcome.status == 0);
    return work.read(model + "/best.safetensors");
  };
  const std::string expected = train("", "train.tsv", "file");
  CHECK(train("gzip -k train.tsv &&", "train.tsv.gz", "gzip") == expected);
  CHECK(train("cat train.tsv |", "/dev/stdin", "stdin") == expected);
  CHECK(train("cat train.tsv |", "-", "dash") == expected);
  CHECK(train("mkfifo pipe; cat train.tsv > pipe &", "pipe", "pipe-model") == expected);
}

}  // namespace
}  // namespace alinea
