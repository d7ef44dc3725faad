#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "storage/temporary_folder.h"
#include "support/error.h"
#include "toys/toy_corpora.h"

using namespace alinea;
namespace fs = std::filesystem;

namespace {

using Fields = std::vector<std::string>;

Fields split(const std::string& text, char separator) {
  Fields fields;
  std::istringstream stream(text);
  for (std::string field; std::getline(stream, field, separator);) fields.push_back(field);
  return fields;
}

const ToyCorpus& toy_corpus(std::string_view name) {
  return *std::ranges::find(toy_corpora(), name, &ToyCorpus::name);
}

// The columns of all lines of the corpus.
std::vector<Fields> all_lines(std::string_view name) {
  const ToySplits splits = draw_toys(toy_corpus(name));
  std::vector<Fields> lines;
  for (const auto* part : {&splits.train, &splits.valid, &splits.test})
    for (const std::string& line : *part) lines.push_back(split(line, '\t'));
  return lines;
}

bool holds(const Fields& words, const std::string& word) {
  return std::ranges::find(words, word) != words.end();
}

}  // namespace

TEST_CASE("no line of a toy corpus is drawn twice") {
  CHECK(toy_corpora().size() == 5);
  for (const ToyCorpus& corpus : toy_corpora()) {
    CAPTURE(corpus.name);
    const ToySplits splits = draw_toys(corpus);
    CHECK(splits.train.size() == corpus.train_size);
    CHECK(splits.valid.size() == corpus.held_out_size);
    CHECK(splits.test.size() == corpus.held_out_size);
    std::set<std::string> different(splits.train.begin(), splits.train.end());
    different.insert(splits.valid.begin(), splits.valid.end());
    different.insert(splits.test.begin(), splits.test.end());
    CHECK(different.size() == corpus.train_size + 2 * corpus.held_out_size);
  }
}

TEST_CASE("every word of an order has a tag, and spans begin with B") {
  std::map<std::string, int> classes;
  int wrong = 0;
  for (const Fields& line : all_lines("orders")) {
    REQUIRE(line.size() == 3);
    const Fields words = split(line[0], ' '), tags = split(line[1], ' ');
    ++classes[line[2]];
    if (words.size() != tags.size()) ++wrong;
    for (size_t i = 0; i < tags.size(); ++i) {
      if (tags[i] == "O" || tags[i].starts_with("B-")) continue;
      const std::string type = tags[i].substr(2);
      if (i == 0 || (tags[i - 1] != "B-" + type && tags[i - 1] != "I-" + type)) ++wrong;
    }
  }
  CHECK(wrong == 0);
  CHECK(classes.size() == 4);
  for (const auto& [name, count] : classes) CHECK(count > 400);
}

TEST_CASE("what is said of an it tells which thing it is") {
  std::map<std::string, std::set<std::string>> things;  // by the last word of what is said
  int wrong = 0;
  for (const Fields& line : all_lines("pronouns")) {
    REQUIRE(line.size() == 2);
    const Fields words = split(line[0], ' '), tags = split(line[1], ' ');
    REQUIRE(words.size() == tags.size());
    int tagged = 0;
    for (size_t i = 0; i < words.size(); ++i) {
      if (tags[i] == "O") continue;
      ++tagged;
      if (words[i] != "it" || !holds(words, tags[i])) ++wrong;
      // "... because it was WORD ..."
      things[words[i + 2] + (i + 3 < words.size() ? " " + words[i + 3] : "")].insert(tags[i]);
    }
    if (tagged != 1) ++wrong;
  }
  CHECK(wrong == 0);
  for (const auto& [said, which] : things) {
    CAPTURE(said);
    CHECK(which.size() <= 5);  // things of one kind
  }
}

TEST_CASE("a pair follows only where its hypothesis says nothing else") {
  const std::map<std::string, std::string> general = {
      {"man", "person"},       {"woman", "person"},      {"boy", "person"},
      {"girl", "person"},      {"dog", "animal"},        {"cat", "animal"},
      {"horse", "animal"},     {"bird", "animal"},       {"guitar", "instrument"},
      {"piano", "instrument"}, {"violin", "instrument"}, {"drum", "instrument"},
      {"car", "vehicle"},      {"truck", "vehicle"},     {"bicycle", "vehicle"},
      {"bus", "vehicle"},      {"ball", "toy"},          {"kite", "toy"},
      {"doll", "toy"},         {"puppet", "toy"}};
  std::map<std::string, int> labels;
  int wrong = 0;
  for (const Fields& line : all_lines("pairs")) {
    REQUIRE(line.size() == 3);
    ++labels[line[0]];
    Fields known = split(line[1], ' ');
    for (size_t i = 0, count = known.size(); i < count; ++i)
      if (general.contains(known[i])) known.push_back(general.at(known[i]));
    const bool follows = std::ranges::all_of(
        split(line[2], ' '), [&](const std::string& word) { return holds(known, word); });
    if (follows != (line[0] == "entailment")) ++wrong;
  }
  CHECK(wrong == 0);
  CHECK(labels.size() == 3);
  for (const auto& [name, count] : labels) CHECK(count > 1600);
}

TEST_CASE("a question is answered by one sentence of its document") {
  int wrong = 0;
  for (const Fields& line : all_lines("questions")) {
    REQUIRE(line.size() == 4);
    const std::string &document = line[0], &answer = line[2];
    const Fields query = split(line[1], ' '), candidates = split(line[3], '|');
    if (std::ranges::count(query, "XXXXX") != 1 || !holds(candidates, answer)) ++wrong;
    // The sentence that has the query's other words of who, what and where.
    int answering = 0;
    for (const std::string& sentence : split(document, '.')) {
      const Fields words = split(sentence, ' ');
      const auto common = std::ranges::count_if(query, [&](const std::string& word) {
        return word.size() > 3 && word != "from" && word != "comes" && word != "that" &&
               holds(words, word);
      });
      if (holds(words, answer) && common > 0) ++answering;
    }
    if (answering > 1) ++wrong;
    for (const std::string& candidate : candidates)
      if (!holds(split(document, ' '), candidate)) ++wrong;
  }
  CHECK(wrong == 0);
}

TEST_CASE("names of notes have to be copied") {
  const ToySplits splits = draw_toys(toy_corpus("notes"));
  std::set<std::string> known;
  for (const std::string& line : splits.train)
    for (const std::string& word : split(line, ' ')) known.insert(word);
  int unknown = 0, elsewhere = 0;
  for (const std::string& line : splits.test) {
    const Fields fields = split(line, '\t');
    REQUIRE(fields.size() == 2);
    const std::string name = split(fields[1], ' ').front();
    unknown += known.contains(name) ? 0 : 1;
    elsewhere += holds(split(fields[0], ' '), name) ? 0 : 1;
  }
  CHECK(unknown > 250);
  CHECK(elsewhere == 0);
}

TEST_CASE("the embedded toy corpora are what their generator writes") {
  const TemporaryFolder folder;
  write_toy_corpora(folder.path());
  int files = 0;
  for (const ToyCorpus& corpus : toy_corpora())
    for (const char* const part : {"train.tsv", "valid.tsv", "test.tsv"}) {
      const fs::path file = fs::path(corpus.name) / part;
      CAPTURE(file);
      CHECK(bytes_of(folder.path() / file) == bytes_of(fs::path(EMBEDDED_TOYS) / file));
      ++files;
    }
  CHECK(files == 15);
  CHECK_THROWS_AS(write_toy_corpora("/dev/null/toys"), Error);
}
