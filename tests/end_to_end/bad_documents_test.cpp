// What train-classifier and classify refuse.
#include <catch2/catch.hpp>

#include "document_workspace.h"

namespace alinea {
namespace {

const std::string kGood = "a\tgood one\nb\tbad one\na\tgood two\nb\tbad two\n";

TEST_CASE("a line without a tab or a label is refused by its number") {
  const DocumentWorkspace work;
  const auto [bytes, found] =
      GENERATE(table<std::string, std::string>({{"a\tx\nno tab here\nb\tx\n", "no tab"},
                                                {"a\tx\n\tx\nb\tx\n", "no label"},
                                                {"a\tx\n\nb\tx\n", "no tab"}}));
  work.write("bad.tsv", bytes);
  check_refused(work.train_classifier("model", {{"train", "bad.tsv"}}), 1,
                {"bad.tsv", "line 2", found});
  check_refused(work.train_classifier("model", {{"valid", "bad.tsv"}, {"train", "bad.tsv"}}), 1,
                {"bad.tsv", "line 2", found});
  CHECK_FALSE(work.exists("model"));
}

TEST_CASE("a label that training does not know is refused, and passed over at evaluation") {
  const DocumentWorkspace work;
  work.write("good.tsv", kGood);
  work.write("other.tsv", "a\tx\nc\tx\n");
  check_refused(work.train_classifier("model", {{"train", "good.tsv"}, {"valid", "other.tsv"}}), 1,
                {"other.tsv", "line 2", "'c'"});
  CHECK_FALSE(work.exists("model"));
  work.make_classifier("model", {{"train", "good.tsv"}, {"valid", "good.tsv"}});
  const Given labelled = {{"model", "model"}, {"labelled", ""}, {"input", "other.tsv"}};
  const Outcome unknown = work.run("classify", labelled);
  check_passed_over_line_2(unknown, "'c'", 2);
  CHECK_THAT(unknown.err, Catch::Contains("\n1 document  accuracy"));
  check_passed_over_line_2(
      work.run("classify", {{"model", "model"}, {"labelled", ""}}, "a\tx\nno tab\nb\tx\n"),
      "no tab", 3);
}

TEST_CASE("documents that are not text are refused, or passed over, with their line") {
  using namespace std::string_literals;
  const auto [bytes, found] =
      GENERATE(table<std::string, std::string>({{"a\tx\nb\tz\xff\n", "not UTF-8"},
                                                {"a\tx\nb\tz\0\n"s, "NUL"},
                                                {"a\tx\nb\tz\xc3\n", "not UTF-8"}}));
  const DocumentWorkspace work;
  work.write("bad.tsv", bytes);
  check_refused(work.train_classifier("model", {{"train", "bad.tsv"}}), 1,
                {"bad.tsv", "line 2", found});
  work.write("good.tsv", kGood);
  work.make_classifier("model", {{"train", "good.tsv"}, {"valid", "good.tsv"}});
  check_passed_over_line_2(work.run("classify", {{"model", "model"}}, bytes + "c\ty\n"), found, 3);
}

TEST_CASE("one class, no document, no word or nothing to validate by are refused") {
  const DocumentWorkspace work;
  const auto refused = [&](const std::string& bytes, const std::vector<std::string>& words) {
    work.write("bad.tsv", bytes);
    check_refused(work.train_classifier("model", {{"train", "bad.tsv"}}), 1, words);
  };
  refused("a\tx\na\ty\n", {"bad.tsv", "two classes", "'a'"});
  refused("", {"bad.tsv", "no lines"});
  refused("a\t \nb\t\n", {"bad.tsv", "no tokens"});
  refused(kGood, {"bad.tsv", "valid-share"});
  work.write("empty.tsv", "");
  check_refused(work.train_classifier("model", {{"valid", "empty.tsv"}}), 1, {"empty.tsv"});
  check_refused(work.train_classifier("model", {{"min-frequency", "100000"}}), 1,
                {"train.tsv", "min-frequency"});
  check_refused(work.train_classifier("model", {{"vocabulary-size", "2"}}), 1, {"vocabulary-size"});
  CHECK_FALSE(work.exists("model"));
}

TEST_CASE("a class without an example to validate by has no say in the F1") {
  const DocumentWorkspace work;
  work.write("good.tsv", kGood);
  work.write("only_a.tsv", "a\tgood one\na\tgood two\n");
  const Outcome outcome =
      work.train_classifier("model", {{"train", "good.tsv"}, {"valid", "only_a.tsv"}});
  CHECK(outcome.status == 0);
  CHECK_THAT(outcome.err, Catch::Contains("\nb         0.0000  0.0000  0.0000         0"));
  CHECK_THAT(outcome.err, !Catch::Contains("nan"));
}

TEST_CASE("files that are missing are refused by their names") {
  const DocumentWorkspace work;
  check_refused(work.train_classifier("model", {{"train", "nowhere.tsv"}}), 1, {"nowhere.tsv"});
  check_refused(work.train_classifier("model", {{"valid", "nowhere.tsv"}}), 1, {"nowhere.tsv"});
  check_refused(work.train_classifier("model", {{"embeddings", "nowhere.txt"}}), 1,
                {"nowhere.txt"});
  check_refused(work.run("classify", {{"model", "nowhere"}}), 1, {"nowhere"});
  work.make_classifier("model");
  check_refused(work.run("classify", {{"model", "model"}, {"input", "nowhere"}}), 1, {"nowhere"});
  check_refused(work.train_classifier("model", {{"seed", "9"}}), 2,
                {"--seed 1, now 9", "--overwrite"});
}

TEST_CASE("vectors of another size are refused with both sizes") {
  const DocumentWorkspace work;
  work.write("vectors.txt", "1 3\nroom 1 2 3\n");
  const Outcome outcome = work.train_classifier("model", {{"embeddings", "vectors.txt"}});
  CHECK(outcome.status == 1);
  CHECK_THAT(lines_of(outcome.err).back(),
             Catch::StartsWith("alinea train-classifier: 'vectors.txt'") && Contains("3 numbers") &&
                 Contains("has 7"));
  CHECK_FALSE(work.exists("model"));
}

TEST_CASE("options that do not go together are refused") {
  const DocumentWorkspace work;
  const auto refused = [&](const Given& options, const std::vector<std::string>& words) {
    check_refused(work.train_classifier("model", options), 2, words);
  };
  refused({{"valid", "valid.tsv"}, {"valid-share", "0.2"}}, {"valid-share", "--valid"});
  refused({{"pooling", "max"}}, {"--attention-size", "--pooling"});
  refused({{"no-train-embeddings", ""}}, {"--no-train-embeddings", "--embeddings"});
  refused({{"pooling", "sum"}}, {"--pooling", "attention, average, max"});
  refused({{"valid-share", "1"}}, {"valid-share", "below 1"});
  refused({{"validate-by", "bleu"}}, {"--validate-by", "accuracy"});
  refused({{"batch-unit", "sentences"}}, {"--batch-unit", "documents"});
  refused({{"class-weights", "some"}}, {"--class-weights"});
  CHECK_FALSE(work.exists("model"));
}

TEST_CASE("a classifier without attention has none to show") {
  const DocumentWorkspace work;
  Given options = {{"train", "train.tsv"},  {"model", "model"},   {"pooling", "average"},
                   {"embedding-size", "7"}, {"hidden-size", "6"}, {"updates", "2"}};
  REQUIRE(work.run("train-classifier", options).status == 0);
  for (const char* option : {"attention", "highlight"}) {
    check_refused(work.run("classify", {{"model", "model"}, {option, "file"}}, "x\n"), 1,
                  {"no attention", "average"});
    CHECK_FALSE(work.exists("file"));
  }
}

TEST_CASE("each command refuses the other kind of model and names its own") {
  const DocumentWorkspace work;
  work.make_classifier("classifier");
  work.make_model("translator");
  check_refused(work.run("translate", {{"model", "classifier"}}, "x\n"), 1,
                {"classifier", "alinea classify"});
  check_refused(work.run("classify", {{"model", "translator"}}, "x\n"), 1,
                {"translation model", "alinea translate"});
}

TEST_CASE("reports that cannot be written are refused before the first document") {
  const DocumentWorkspace work;
  work.make_classifier("model");
  check_refused(work.run("classify", {{"model", "model"}, {"attention", "no/folder/x"}}, "x\n"), 1,
                {"no/folder"});
  check_refused(work.run("classify", {{"model", "model"}, {"highlight", "no/folder/x"}}, "x\n"), 1,
                {"no/folder"});
}

TEST_CASE("a document of a megabyte is read, a longer one passed over with its number") {
  const DocumentWorkspace work;
  work.make_classifier("model");
  const std::string megabyte(size_t{1} << 20, 'x');
  const Outcome fits = work.run("classify", {{"model", "model"}}, "x\n" + megabyte + "\n");
  CHECK(fits.status == 0);
  CHECK(lines_of(fits.out).size() == 2);
  check_passed_over_line_2(work.run("classify", {{"model", "model"}}, "x\n" + megabyte + "x\ny\n"),
                           "1048576", 3);
}

}  // namespace
}  // namespace alinea
