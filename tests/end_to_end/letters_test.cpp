// Attention finds what decides: the letters of corpora/letters, each with one sentence that tells.
#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <vector>

#include "workspace.h"

namespace alinea {
namespace {

const std::string kLetters = ALINEA_LETTERS;

// The weights of a document's sentences, read from the table that classify writes.
std::map<int, std::vector<double>> sentence_weights(const std::string& csv) {
  std::map<int, std::vector<double>> weights;
  std::vector<std::string> rows = lines_of(csv);
  for (size_t r = 1; r < rows.size(); ++r) {
    const std::vector<std::string> fields = split(rows[r], ",");  // the first three have no quotes
    std::vector<double>& document = weights[std::stoi(fields.at(0))];
    const auto sentence = static_cast<size_t>(std::stoi(fields.at(1)));
    document.resize(std::max(document.size(), sentence + 1));
    document[sentence] = std::stod(fields.at(2));
  }
  return weights;
}

double share(size_t part, size_t whole) {
  return static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

TEST_CASE("sentence attention finds the sentence that tells a letter's label") {
  const Workspace workspace;
  // With word dropout no label can be told by what its letters do not have: what is not there may
  // have been dropped.
  const Outcome training = workspace.run("train-classifier", {{"train", kLetters + "/train.tsv"},
                                                              {"valid", kLetters + "/valid.tsv"},
                                                              {"model", "letters"},
                                                              {"embedding-size", "24"},
                                                              {"hidden-size", "12"},
                                                              {"attention-size", "16"},
                                                              {"dropout", "0"},
                                                              {"word-dropout", "0.5"},
                                                              {"learning-rate", "0.005"},
                                                              {"batch-size", "32"},
                                                              {"epochs", "12"},
                                                              {"validate-by", "loss"},
                                                              {"threads", "1"}});
  INFO(training.err);
  REQUIRE(training.status == 0);

  std::vector<std::string> labels;
  std::string letters;
  for (const std::string& line : lines_of(bytes_of(kLetters + "/test.tsv"))) {
    const std::vector<std::string> fields = split(line, "\t");
    labels.push_back(fields.at(0));
    letters += fields.at(1) + "\n";
  }
  const Outcome classified = workspace.run(
      "classify", {{"model", "letters"}, {"attention", "weights.csv"}, {"threads", "1"}}, letters);
  INFO(classified.err);
  REQUIRE(classified.status == 0);

  const std::vector<std::string> answers = lines_of(classified.out);
  const std::vector<std::string> gold = lines_of(bytes_of(kLetters + "/test.gold"));
  const auto weights = sentence_weights(workspace.read("weights.csv"));
  REQUIRE(answers.size() == labels.size());
  REQUIRE(gold.size() == labels.size());
  REQUIRE(weights.size() == labels.size());
  size_t right = 0, found = 0;
  for (const auto& [document, of_sentences] : weights) {
    const auto n = static_cast<size_t>(document);
    if (split(answers[n], "\t").at(0) == labels[n]) ++right;
    const auto largest = std::ranges::max_element(of_sentences) - of_sentences.begin();
    if (largest == std::stoi(gold[n])) ++found;
  }
  CHECK(share(right, labels.size()) >= 0.98);
  CHECK(share(found, labels.size()) >= 0.95);
}

}  // namespace alinea
