// Translations that are told how to begin, what to hold and what to leave out; unknown words; and
// answers that come line by line.

#include <algorithm>
#include <catch2/catch.hpp>

#include "half_trained.h"

namespace alinea {
namespace {

std::string joined(const Lines& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

std::string spaced(const Lines& words) {
  std::string line;
  for (const std::string& word : words) line += (line.empty() ? "" : " ") + word;
  return line;
}

// A phrase of whole words.
bool holds(const std::string& line, const std::string& phrase) {
  return (" " + line + " ").find(" " + phrase + " ") != std::string::npos;
}

TEST_CASE("translations begin with their prefixes, hold and avoid what was asked for") {
  const Workspace work;
  make_half_trained(work, "model");
  const std::string input = work.read("valid.de");
  const Lines usual = translated(work, {}, input);
  Lines prefixes, constraints, avoided;
  const Lines words = {"", "one", "two hundred", "never-seen thousand"};
  const Lines phrases = {"", "thousand hundred", "seven hundred\tnine",
                         "one\tone\ttwo\tthree\tfour\tfive"};
  for (size_t i = 0; i < usual.size(); ++i) {
    prefixes.push_back(words[i % 4]);
    constraints.push_back(phrases[i % 4]);
    const Lines said = split(usual[i], " ");
    avoided.push_back(said[0] + "\tnever-seen" + (i % 2 == 0 ? "\tone thousand" : ""));
  }
  work.write("prefixes", joined(prefixes));
  work.write("constraints", joined(constraints));
  work.write("avoided", joined(avoided));

  const Lines begun = translated(work, {{"prefix", "prefixes"}}, input);
  const Lines held = translated(work, {{"constraints", "constraints"}, {"beam-size", "4"}}, input);
  const Lines spared = translated(work, {{"avoid", "avoided"}}, input);
  REQUIRE(begun.size() == 20);
  REQUIRE(held.size() == 20);
  REQUIRE(spared.size() == 20);
  const Lines usual_of_4 = translated(work, {{"beam-size", "4"}}, input);
  for (size_t i = 0; i < 20; ++i) {
    CAPTURE(i, begun[i], held[i], spared[i]);
    if (i % 4 == 0) CHECK(begun[i] == usual[i]);
    if (i % 4 == 0) CHECK(held[i] == usual_of_4[i]);
    CHECK((begun[i] + " ").starts_with(prefixes[i] + (prefixes[i].empty() ? "" : " ")));
    for (const std::string& phrase : split(constraints[i], "\t"))
      CHECK((phrase.empty() || holds(held[i], phrase)));
    for (const std::string& phrase : split(avoided[i], "\t")) CHECK_FALSE(holds(spared[i], phrase));
  }
  work.write("twice", "one one\none\n");
  const Given never = {{"model", "model"}, {"constraints", "twice"}, {"no-repeat-ngram-size", "1"}};
  const Outcome warned = work.run("translate", never, "eins\neins\n");
  CHECK(warned.status == 0);
  CHECK(lines_of(warned.out).size() == 2);
  CHECK(warned.err == "line 1: the translation does not contain all of its --constraints\n");

  const Given all = {{"prefix", "prefixes"}, {"constraints", "constraints"}};
  Given by_ones = all;
  by_ones["batch-size"] = "1";
  CHECK(translated(work, all, input) == translated(work, by_ones, input));
}

TEST_CASE("files beside the input that do not fit it are refused by their line") {
  const Workspace work;
  make_half_trained(work, "model", {{"updates", "3"}});
  const auto refused = [&](const Given& given, const std::string& input, const Lines& words) {
    Given options = given;
    options["model"] = "model";
    const Outcome outcome = work.run("translate", options, input);
    CHECK(outcome.status == 1);
    for (const std::string& word : words) CHECK_THAT(outcome.err, Catch::Contains(word));
    return lines_of(outcome.out).size();
  };
  work.write("two", "one\ntwo\n");
  CHECK(refused({{"prefix", "two"}}, "eins\nzwei\ndrei\n", {"'two' has only 2 lines"}) == 2);
  CHECK(refused({{"prefix", "two"}}, "eins\n", {"'two' has more lines"}) == 1);
  work.write("unknown", "one\tnever-seen\n");
  work.write("empty", "\none\t\n");
  CHECK(refused({{"avoid", "missing"}}, "eins\n", {"missing"}) == 0);
  work.write("dictionary", "eins|||one\nzwei two\n");
  CHECK(refused({{"replace-unknown", ""}, {"dictionary", "dictionary"}}, "eins\n",
                {"'dictionary', line 2", "zwei two"}) == 0);
}

TEST_CASE("unknown words are the source words that attention looked at, or what those mean") {
  const Workspace work;
  make_half_trained(work, "model", {{"vocabulary-size", "12"}});
  const std::string input = work.read("valid.de");
  const Lines plain =
      translated(work, {{"alignments", "a"}, {"alignment-format", "matrix"}}, input);
  Lines expected, meant;
  size_t unknown = 0;
  for (size_t i = 0; i < plain.size(); ++i) {
    const Lines table =
        lines_of(work.read((i < 10 ? "a/00000" : "a/0000") + std::to_string(i) + ".csv"));
    const auto cells = [](const std::string& row) {
      return split(row.substr(0, row.find('\r')), ",");
    };
    const Lines source = cells(table[0]);
    Lines words = split(plain[i], " "), others = words;
    for (size_t t = 0; t < words.size(); ++t) {
      if (words[t] != "<unk>") continue;
      ++unknown;
      const Lines row = cells(table[t + 1]);
      size_t most = 1;
      for (size_t s = 2; s + 1 < source.size(); ++s)
        if (std::stof(row[s]) > std::stof(row[most])) most = s;
      words[t] = others[t] = source[most];
      if (source[most] == "sieben") others[t] = "a seven";
    }
    expected.push_back(spaced(words));
    meant.push_back(spaced(others));
  }
  CHECK(unknown > 10);
  CHECK(translated(work, {{"replace-unknown", ""}}, input) == expected);
  work.write("dictionary", "sieben ||| a seven\nsieben|||never\n");
  CHECK(meant != expected);
  CHECK(translated(work, {{"replace-unknown", ""}, {"dictionary", "dictionary"}}, input) == meant);

  make_half_trained(work, "pieces",
                    {{"tokenizer", "sentencepiece"}, {"vocabulary-size", "50"}, {"updates", "3"}});
  check_refused(work.run("translate", {{"model", "pieces"}, {"replace-unknown", ""}}, input), 1,
                {"unknown words", "pieces"});
  make_half_trained(work, "blind", {{"attention", "none"}, {"updates", "3"}});
  check_refused(work.run("translate", {{"model", "blind"}, {"replace-unknown", ""}}, input), 1,
                {"unknown words", "no attention"});
}

TEST_CASE("whoever writes a line and waits gets its translation") {
  const Workspace work;
  make_half_trained(work, "model", {{"updates", "3"}});
  // The second line begins with the first, and ends only once the first is answered.
  const std::string writer =
      "{ printf 'eins\\nzw'; i=0; until [ -s answers ] || [ $i = 500 ]; do sleep 0.02; "
      "i=$((i+1)); done; cat answers >first; echo ei; } |";
  const Outcome outcome = work.shell(writer, "translate", {{"model", "model"}}, "| tee answers");
  CHECK(outcome.status == 0);
  CHECK(outcome.err.empty());
  const Lines lines = lines_of(outcome.out);
  REQUIRE(lines.size() == 2);
  CHECK(lines_of(work.read("first")) == Lines{lines[0]});
  CHECK(translated(work, {}, "eins\nzwei\n") == lines);
}

}  // namespace
}  // namespace alinea
