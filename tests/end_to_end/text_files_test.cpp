// Every text that a user gives may come from an editor that writes a byte order mark, Windows line
// ends and no end behind the last line. The result is that of the plain text.
#include <catch2/catch.hpp>
#include <filesystem>

#include "document_workspace.h"
#include "half_trained.h"

namespace alinea {
namespace {

// The text as such an editor saves it.
std::string from_windows(const std::string& text) {
  std::string bytes = "\xef\xbb\xbf";
  for (const char c : text) bytes += c == '\n' ? std::string("\r\n") : std::string(1, c);
  if (bytes.ends_with("\r\n")) bytes.resize(bytes.size() - 2);
  return bytes;
}

// Writes NAME and, as from Windows, NAME.win.
void write_both(const Workspace& work, const std::string& name, const std::string& text) {
  work.write(name, text);
  work.write(name + ".win", from_windows(text));
}

Given with_windows(Given options, const std::vector<std::string>& names) {
  for (const std::string& name : names) options.at(name) += ".win";
  return options;
}

void check_same(const Workspace& work, const std::string& command, const Given& options,
                const std::string& name, const std::string& input = "") {
  CAPTURE(command, name);
  const Outcome plain = work.run(command, options, input);
  const Outcome windows = work.run(command, with_windows(options, {name}), input);
  INFO(plain.err << windows.err);
  REQUIRE(plain.status == 0);
  CHECK(windows.status == 0);
  CHECK(windows.out == plain.out);
}

TEST_CASE("texts to train with may come from Windows") {
  const Workspace work;
  for (const std::string file : {"train.de", "train.en", "valid.de", "valid.en"})
    write_both(work, file, work.read(file));
  std::string links;
  for (size_t i = 0; i < lines_of(work.read("train.de")).size(); ++i) links += "0-0\n";
  write_both(work, "links", links);
  write_both(work, "de.vec", "eins 1 2 3 4 5 6 7\nzwei 7 6 5 4 3 2 1\n");
  write_both(work, "options.conf", "learning-rate = 0.01\nupdates = 3\n# seed\nseed = 7\n");
  work.make_model("first", {{"updates", "1"}});
  write_both(work, "vocabulary", work.read("first/target.vocabulary.txt"));
  Given options = {{"guided-alignment", "links"},
                   {"source-embeddings", "de.vec"},
                   {"target-vocabulary", "vocabulary"},
                   {"config", "options.conf"},
                   {"source", "train.de"},
                   {"target", "train.en"},
                   {"valid-source", "valid.de"},
                   {"valid-target", "valid.en"},
                   {"validate-by", "bleu"}};
  const auto trained = [&](const Given& given) {
    Given all = Workspace::tiny("model", given);
    all.erase("updates");
    std::filesystem::remove_all(work.path("model"));
    const Outcome outcome = work.run("train", all);
    INFO(outcome.err);
    REQUIRE(outcome.status == 0);
    return work.read("model/last.safetensors");
  };
  const std::string plain = trained(options);
  for (const auto& [name, value] : options) {
    if (name == "validate-by") continue;
    CAPTURE(name);
    CHECK(trained(with_windows(options, {name})) == plain);
  }
}

TEST_CASE("texts beside the input of translate may come from Windows") {
  const Workspace work;
  make_half_trained(work, "model", {{"vocabulary-size", "12"}});
  const std::string input = "sieben\nacht hundert\n";
  write_both(work, "prefixes", "one\ntwo hundred\n");
  write_both(work, "required", "\nthousand\n");
  write_both(work, "avoided", "\nhundred\n");
  write_both(work, "dictionary", "sieben|||seven\nacht|||eight\n");
  write_both(work, "lexicon", "hundred hundert 0.9\nthousand tausend 0.8\n");
  Given options = {{"model", "model"}, {"threads", "1"}, {"replace-unknown", ""}};
  options["prefix"] = "prefixes";
  check_same(work, "translate", options, "prefix", input);
  options.erase("prefix");
  options["constraints"] = "required";
  options["avoid"] = "avoided";
  check_same(work, "translate", options, "constraints", input);
  check_same(work, "translate", options, "avoid", input);
  options["dictionary"] = "dictionary";
  check_same(work, "translate", options, "dictionary", input);
  options["shortlist"] = "lexicon";
  check_same(work, "translate", options, "shortlist", input);
  CHECK(work.run("translate", options, from_windows(input)).out ==
        work.run("translate", options, input).out);
}

TEST_CASE("texts to compare may come from Windows") {
  const Workspace work;
  write_both(work, "out", "one two three four\nfive six seven eight\n");
  write_both(work, "right", "one two three four\nfive six eight seven\n");
  const Given bleu = {{"hypotheses", "out"}, {"references", "right"}};
  for (const auto& [name, file] : bleu) check_same(work, "evaluate", bleu, name);
  write_both(work, "links", "0-0 1-1\n1-0\n");
  write_both(work, "gold", "0-0 1?1\n0-0 1-1\n");
  const Given links = {{"alignments", "links"}, {"gold", "gold"}};
  for (const auto& [name, file] : links) check_same(work, "evaluate", links, name);
  write_both(work, "gold.naacl", "1 1 1 S\n1 2 2 P\n2 1 1\n");
  const Given naacl = {{"alignments", "links"}, {"gold", "gold.naacl"}, {"gold-format", "naacl"}};
  check_same(work, "evaluate", naacl, "gold");
}

TEST_CASE("labelled documents and their vectors may come from Windows") {
  const DocumentWorkspace work;
  write_both(work, "train.tsv", work.read("train.tsv"));
  write_both(work, "valid.tsv", work.read("valid.tsv"));
  write_both(work, "vectors", "room 1 2 3 4 5 6 7\n");
  const Given options = {{"train", "train.tsv"}, {"valid", "valid.tsv"}, {"embeddings", "vectors"}};
  const auto trained = [&](const Given& given) {
    std::filesystem::remove_all(work.path("model"));
    work.make_classifier("model", given);
    return work.read("model/labels.txt") + work.read("model/best.safetensors");
  };
  const std::string plain = trained(options);
  for (const auto& [name, file] : options) {
    CAPTURE(name);
    CHECK(trained(with_windows(options, {name})) == plain);
  }
  const Given labelled = {{"model", "model"}, {"input", "valid.tsv"}, {"labelled", ""}};
  check_same(work, "classify", labelled, "input");
}

}  // namespace
}  // namespace alinea
