// train-tagger and tag as a user meets them.
#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "small_data.h"
#include "text/gzip.h"
#include "workspace.h"

namespace alinea {
namespace {

using Catch::Matchers::Contains;

class TaggerWorkspace : public Workspace {
 public:
  TaggerWorkspace() {
    write("train.tsv", as_columns(tagged_sentences(60)));
    write("valid.tsv", as_columns(tagged_sentences(17)));
    write("train.lines", as_lines(tagged_sentences(60)));
    write("valid.lines", as_lines(tagged_sentences(17)));
  }

  Outcome train_tagger(const std::string& model, const Given& options = {}) const {
    Given all = options;
    all.merge(Given{{"train", "train.tsv"},
                    {"valid", "valid.tsv"},
                    {"model", model},
                    {"embedding-size", "8"},
                    {"batch-size", "8"},
                    {"updates", "8"},
                    {"learning-rate", "0.01"},
                    {"dropout", "0"},
                    {"word-dropout", "0"},
                    {"threads", "1"}});
    return run("train-tagger", all);
  }
  void make_tagger(const std::string& model, const Given& options = {}) const {
    const Outcome outcome = train_tagger(model, options);
    INFO(outcome.err);
    REQUIRE(outcome.status == 0);
  }
  // With a class, from sentences a line.
  void make_joint(const std::string& model, Given options = {}) const {
    options.merge(Given{{"train", "train.lines"},
                        {"valid", "valid.lines"},
                        {"form", "lines"},
                        {"tag-column", "2"},
                        {"class-column", "3"},
                        {"joint-class", ""}});
    make_tagger(model, options);
  }
  Outcome tag(const std::string& model, const std::string& input, Given options = {}) const {
    options.merge(Given{{"model", model}, {"threads", "1"}});
    return run("tag", options, input);
  }
};

TEST_CASE("training leaves a folder that holds everything tagging needs") {
  const TaggerWorkspace work;
  const Outcome outcome = work.train_tagger("model", {{"seed", "7"}, {"hidden-size", "6"}});
  INFO(outcome.err);
  CHECK(outcome.status == 0);
  CHECK(outcome.out.empty());
  CHECK_THAT(outcome.err, Contains("60 training sentences with ") && Contains("4 tags") &&
                              Contains("accuracy") && Contains("span F1") &&
                              Contains("sentences right") && Contains("precision  recall"));
  for (const char* file : {"config.json", "vocabulary.txt", "tags.txt", "best.safetensors",
                           "last.safetensors", "training.csv"})
    CHECK(work.exists(std::string("model/") + file));
  CHECK(work.read("model/tags.txt") == "B-NP\nB-VP\nI-NP\nO\n");
  CHECK_THAT(work.read("model/training.csv"),
             Contains("valid_loss,valid_accuracy,valid_f1,valid_sentences\r\n"));
  const auto config = nlohmann::json::parse(work.read("model/config.json"));
  CHECK(config["model"]["encoder"] == "recurrent");
  CHECK(config["model"]["hidden_size"] == 6);
  CHECK(config["text"]["form"] == "columns");
}

TEST_CASE("the schedule noam goes by the size of the tagger") {
  const TaggerWorkspace work;
  work.make_tagger("model", {{"encoder", "transformer"},
                             {"heads", "2"},
                             {"feed-forward-size", "16"},
                             {"schedule", "noam"},
                             {"learning-rate", "1"},
                             {"warmup", "4"}});
  const std::vector<std::string> rows = lines_of(work.read("model/training.csv"));
  const std::vector<std::string> names = split(rows.front(), ","), values = split(rows.back(), ",");
  const auto column = std::ranges::find(names, "learning_rate") - names.begin();
  // After 8 updates, of a model of size 8.
  CHECK(std::stod(values.at(static_cast<size_t>(column))) == Approx(0.125));
}

TEST_CASE("every kind of tagger learns what its words and neighbours tell") {
  const auto options = GENERATE(
      Given{{"encoder", "recurrent"}, {"cell", "lstm"}, {"hidden-size", "8"}},
      Given{
          {"encoder", "recurrent"}, {"hidden-size", "8"}, {"crf", ""}, {"character-features", ""}},
      Given{{"encoder", "window"}, {"hidden-size", "12"}, {"window", "1"}, {"crf", ""}},
      Given{{"encoder", "transformer"}, {"heads", "2"}, {"feed-forward-size", "16"}});
  const TaggerWorkspace work;
  Given whole = options;
  whole["updates"] = "120";
  work.make_tagger("whole", whole);
  const std::vector<TaggedSentence> sentences = tagged_sentences(17);
  const Outcome outcome = work.tag("whole", as_columns(sentences, /*tags=*/false));
  CHECK(outcome.status == 0);
  CHECK(outcome.out == as_columns(sentences));
}

// The word alone cannot know which "play" it is.
TEST_CASE("a window of 0 learns what a word tells, and no more") {
  const TaggerWorkspace work;
  work.make_tagger(
      "model", {{"encoder", "window"}, {"window", "0"}, {"hidden-size", "12"}, {"updates", "120"}});
  const Outcome outcome = work.tag("model", "the\nplay\n\nthe\ndog\nplay\n");
  const std::vector<std::string> lines = lines_of(outcome.out);
  REQUIRE(lines.size() == 6);
  CHECK(lines[0] == "the\tB-NP");
  CHECK(lines[1] == lines[5]);
}

TEST_CASE("sentences a line are answered a line each, with their class") {
  const TaggerWorkspace work;
  const std::string gate = GENERATE("slot-gate", "no-slot-gate");
  work.make_joint("model", {{"hidden-size", "8"}, {"updates", "120"}, {gate, ""}});
  const std::vector<TaggedSentence> sentences = tagged_sentences(17);
  std::string words;
  for (const TaggedSentence& s : sentences) words += joined_words(s.words) + "\n";
  const Outcome plain = work.tag("model", words);
  CHECK(plain.status == 0);
  CHECK(plain.out == as_lines(sentences));
  const Outcome empty = work.tag("model", "\n" + words);
  CHECK(empty.status == 0);
  CHECK_THAT(empty.out, Catch::StartsWith("\t\t") && Catch::EndsWith(plain.out));
  const Outcome scored = work.tag("model", as_lines(sentences), {{"labelled", ""}});
  CHECK(scored.status == 0);
  CHECK_THAT(scored.err,
             Catch::StartsWith("17 sentences  class accuracy 1.0000  class and all tags right "
                               "1.0000\n") &&
                 Contains("  accuracy 1.0000  ") && Contains("F1 1.0000") && Contains("\nVP "));
  CHECK(lines_of(scored.out)[0] == lines_of(as_lines(sentences))[0] + "\t" +
                                       split(lines_of(as_lines(sentences))[0], "\t")[1] + "\task");
}

TEST_CASE("the answer is a column more in the same lines, whatever stands in them") {
  const TaggerWorkspace work;
  work.make_tagger("model", {{"updates", "120"}, {"hidden-size", "8"}});
  const Outcome spaces =
      work.tag("model", "\n\n1 the DT\n2 dog  NN \n\n\n-X- O O\n3 play VB", {{"word-column", "2"}});
  CHECK(spaces.status == 0);
  CHECK(spaces.out == "\n\n1 the DT B-NP\n2 dog  NN  I-NP\n\n\n-X- O O\n3 play VB B-VP\n");
  const Outcome file = work.tag("model", "", {{"input", "valid.tsv"}, {"output", "tagged"}});
  CHECK(file.status == 0);
  CHECK(file.out.empty());
  work.write("gzipped", gzip(work.read("valid.tsv")));
  CHECK(work.tag("model", "", {{"input", "gzipped"}}).out == work.read("tagged"));
  CHECK(work.tag("model", work.read("valid.tsv"), {{"batch-size", "2"}}).out ==
        work.read("tagged"));
}

TEST_CASE("what tag writes evaluate scores, as tag does itself") {
  const TaggerWorkspace work;
  work.make_tagger("model", {{"updates", "12"}, {"hidden-size", "8"}});
  const Outcome tagged = work.tag("model", work.read("valid.tsv"), {{"labelled", ""}});
  work.write("tagged.tsv", tagged.out);
  const Outcome scores = work.run("evaluate", {{"tagged", "tagged.tsv"}});
  INFO(scores.err);
  CHECK(scores.status == 0);
  CHECK(scores.out == tagged.err);
  CHECK_THAT(scores.out, Contains("17 sentences") && Contains("\nNP "));
  const Outcome swapped =
      work.run("evaluate", {{"tagged", "tagged.tsv"}, {"gold-column", "3"}, {"tag-column", "3"}});
  CHECK_THAT(swapped.out, Contains("accuracy 1.0000"));
}

TEST_CASE("an empty sentence and one of 5,000 words are tagged") {
  const auto options = GENERATE(Given{}, Given{{"crf", ""}, {"encoder", "window"}},
                                Given{{"encoder", "transformer"}, {"crf", ""}});
  const TaggerWorkspace work;
  work.make_joint("model", options);
  std::string words;
  for (int i = 0; i < 5000; ++i) words += i % 3 == 0 ? "the " : "dog ";
  const Outcome outcome = work.tag("model", words + "\n\nplay\n");
  CHECK(outcome.status == 0);
  CHECK(outcome.err.empty());
  const std::vector<std::string> lines = lines_of(outcome.out);
  REQUIRE(lines.size() == 3);
  CHECK(split(split(lines[0], "\t")[1], " ").size() == 5000);
  CHECK_THAT(lines[1], Catch::StartsWith("\t\t"));
  CHECK(split(lines[2], "\t").size() == 3);
}

TEST_CASE("a line without an answer takes no other with it") {
  const TaggerWorkspace work;
  work.make_tagger("model");
  work.make_joint("joint");
  check_passed_over_line_2(work.tag("model", "the\nd\xffg\nplay\n"), "not UTF-8", 3);
  check_passed_over_line_2(work.tag("model", "the x\ndog\nplay x\n"), "expected 2 columns", 3);
  check_passed_over_line_2(work.tag("model", "the\tx\n\tx\nplay\tx\n"), "expected a word", 3);
  check_passed_over_line_2(work.tag("joint", "the dog\nd\xffg\nplay\n"), "not UTF-8", 3);
  const Outcome labelled =
      work.tag("joint", "the\tO\task\nthe dog\tO\task\na\tO\tsay\n", {{"labelled", ""}});
  check_passed_over_line_2(labelled, "as many tags as words, got 1 and 2", 3);
  CHECK_THAT(labelled.err, Contains("\n2 sentences  class accuracy"));
  check_passed_over_line_2(
      work.tag("joint", "the\tO\task\ndog\t\task\na\tO\tsay\n", {{"labelled", ""}}),
      "expected as many tags as words", 3);
  check_passed_over_line_2(
      work.tag("joint", "the\tO\task\ndog\tO\t\na\tO\tsay\n", {{"labelled", ""}}),
      "expected a class, got an empty column", 3);
}

TEST_CASE("every line of a labelled sentence has its tag and its class") {
  const TaggerWorkspace work;
  const std::string ask = "the\tO\task\ndog\tB\task\n\n", say = "play\tO\tsay\n\n";
  work.write("joint.tsv", ask + say + ask + say);
  work.make_tagger("model", {{"train", "joint.tsv"},
                             {"valid", "joint.tsv"},
                             {"tag-column", "2"},
                             {"class-column", "3"},
                             {"joint-class", ""}});
  const auto labelled = [&](const std::string& text) {
    return work.tag("model", text, {{"labelled", ""}});
  };
  check_passed_over_line_2(labelled("the\tO\task\ndog\tB\tsay\nplay\tO\task\n"),
                           "expected one class for a sentence, got 'ask' and 'say'", 3);
  check_passed_over_line_2(labelled("the\tO\task\ndog\t\task\nplay\tO\task\n"),
                           "expected a tag, got an empty column", 3);
}

TEST_CASE("a sentence beyond learned positions is none of training, and has no answer") {
  const TaggerWorkspace work;
  work.write("long.tsv",
             work.read("train.tsv") + "the\tO\nthe\tO\nthe\tO\nthe\tO\nthe\tO\nthe\tO\n");
  const Outcome training = work.train_tagger("model", {{"train", "long.tsv"},
                                                       {"encoder", "transformer"},
                                                       {"heads", "2"},
                                                       {"positions", "learned"},
                                                       {"max-positions", "5"}});
  INFO(training.err);
  REQUIRE(training.status == 0);
  CHECK_THAT(training.err, Contains("left out 1 sentence of more than 5 words"));
  const Outcome outcome = work.tag("model", "dog\n\na\nb\nc\nd\ne\nf\n\ndog\n");
  CHECK(outcome.status == 1);
  const std::vector<std::string> lines = lines_of(outcome.out);
  REQUIRE(lines.size() == 10);
  CHECK(lines[0] == lines[9]);
  for (size_t i = 2; i < 8; ++i) CHECK(lines[i].empty());
  CHECK_THAT(outcome.err, Contains("line 3: no tags: a sentence of 6 words") &&
                              Contains("positions for 5") && Contains("1 line has no tags"));
}

TEST_CASE("tags and classes that training never had are counted as wrong") {
  const TaggerWorkspace work;
  work.write("other.tsv", "the\tB-NP\ndog\tI-XX\n\nplay\tB-VP\n");
  const Outcome outcome = work.train_tagger("model", {{"valid", "other.tsv"}});
  INFO(outcome.err);
  CHECK(outcome.status == 0);
  CHECK_THAT(outcome.err,
             Contains("tags that training never has, such as 'I-XX', stand at 1 word of "
                      "the validation sentences"));
  CHECK_THAT(outcome.err, Contains("\nXX "));
  const Outcome tagged = work.tag("model", work.read("other.tsv"), {{"labelled", ""}});
  CHECK(tagged.status == 0);
  CHECK_THAT(tagged.err,
             Contains("3 words") && Contains("\nXX ") &&
                 Contains("tags that training never had, such as 'I-XX', stand at 1 word: they "
                          "count as wrong"));
}

TEST_CASE(
    "of input with a damaged end there is no file, and standard output has what was answered") {
  const TaggerWorkspace work;
  work.make_tagger("model");
  work.write("input.gz", gzip("the\n\ndog\n\n") + "damaged");
  const Outcome printed = work.tag("model", "", {{"input", "input.gz"}});
  CHECK(printed.status == 1);
  CHECK(lines_of(printed.out).size() == 4);
  const Outcome written = work.tag("model", "", {{"input", "input.gz"}, {"output", "tags"}});
  CHECK(written.status == 1);
  CHECK_THAT(written.err, Contains("its gzip data is damaged"));
  CHECK_FALSE(work.exists("tags"));
}

TEST_CASE("words without tags are no labelled input") {
  const TaggerWorkspace work;
  work.make_tagger("model");
  const Outcome outcome = work.tag("model", "the\ndog\n", {{"labelled", ""}});
  CHECK(outcome.status == 1);
  CHECK_THAT(outcome.err, Contains("line 1: no tags: expected a word and its tag, got column 1 for "
                                   "both") &&
                              !Contains("accuracy"));
  const Outcome same = work.tag("model", "the\tO\n", {{"labelled", ""}, {"tag-column", "1"}});
  CHECK(same.status == 1);
  const auto refused = [&](const Given& options, const std::vector<std::string>& words) {
    check_refused(work.tag("model", "the\tO\n", options), 2, words);
  };
  refused({{"tag-column", "2"}}, {"--tag-column", "--labelled"});
  refused({{"class-column", "2"}}, {"--class-column", "--labelled"});
  refused({{"labelled", ""}, {"class-column", "2"}}, {"--class-column", "--joint-class"});
}

TEST_CASE("tagging is judged by what --validate-by says") {
  const TaggerWorkspace work;
  for (const std::string measure : {"loss", "accuracy", "f1", "sentences"})
    work.make_tagger(measure, {{"validate-by", measure}});
  work.make_joint("class", {{"validate-by", "class"}});
  CHECK_THAT(work.read("class/training.csv"), Contains("valid_sentences,valid_class"));
}

TEST_CASE("a tagger starts from another one, and from vectors") {
  const TaggerWorkspace work;
  work.make_tagger("base", {{"lowercase", ""}});
  const Outcome outcome = work.train_tagger("model", {{"pretrained-model", "base"}});
  INFO(outcome.err);
  REQUIRE(outcome.status == 0);
  CHECK_THAT(outcome.err,
             Contains("parameters are initialised from base") && Contains(" 0 new, 0 dropped"));
  CHECK(work.read("model/vocabulary.txt") == work.read("base/vocabulary.txt"));
  CHECK_THAT(work.read("model/config.json"), Contains("\"lowercase\": true"));
  work.write("vectors", "dog 1 2 3 4 5 6 7 8\n");
  const Outcome vectors =
      work.train_tagger("frozen", {{"embeddings", "vectors"}, {"no-train-embeddings", ""}});
  INFO(vectors.err);
  REQUIRE(vectors.status == 0);
  const std::vector<std::string> words = lines_of(work.read("frozen/vocabulary.txt"));
  const auto row = std::ranges::find(words, "dog") - words.begin();
  const std::vector<float> table =
      work.tensor("frozen/last.safetensors", "encoder.embedding.weight");
  CHECK(table.at(row * 8 + 4) == 5);
}

TEST_CASE("tag writes how the words of a transformer look at each other") {
  const TaggerWorkspace work;
  work.make_tagger(
      "model",
      {{"encoder", "transformer"}, {"heads", "2"}, {"layers", "3"}, {"feed-forward-size", "8"}});
  const Outcome outcome = work.tag("model", "the\ndog\nstops\n\nplay\n",
                                   {{"attention", "weights.csv"}, {"attention-page", "page.html"}});
  CHECK(outcome.status == 0);
  const std::vector<std::string> rows = lines_of(work.read("weights.csv"));
  CHECK(rows.at(0) ==
        "sentence,layer,head,target_position,target_token,source_position,"
        "source_token,weight\r");
  CHECK(rows.size() == 1 + 3 * 2 * (9 + 1));
  double sum = 0;
  for (size_t i = 1; i <= 3; ++i) {
    const std::vector<std::string> fields = split(rows[i], ",");
    CHECK(fields.at(4) == "the");
    sum += std::stod(fields.at(7));
  }
  CHECK(sum == Approx(1).margin(1e-5));
  CHECK_THAT(work.read("page.html"), Contains("stops") && Contains("</html>"));
  work.make_tagger("recurrent");
  check_refused(work.tag("recurrent", "a\n", {{"attention", "none.csv"}}), 1,
                {"do not look at each other", "recurrent"});
}

TEST_CASE("a tagger is told from a translator, and its classes are listed") {
  const TaggerWorkspace work;
  work.make_joint("model", {{"character-features", ""}});
  CHECK_THAT(work.run("inspect", {{"model", "model"}}).out,
             Contains("tagger") && Contains("classes"));
  check_refused(work.run("translate", {{"model", "model"}}, "x\n"), 1, {"a tagger", "alinea tag"});
}

TEST_CASE("train-tagger refuses texts by file and line") {
  const TaggerWorkspace work;
  const auto refused = [&](const std::string& bytes, const std::vector<std::string>& words,
                           Given options = {}) {
    INFO(bytes);
    work.write("bad.tsv", bytes);
    options["train"] = "bad.tsv";
    check_refused(work.train_tagger("model", options), 1, words);
    CHECK_FALSE(work.exists("model"));
  };
  refused("a\tO\nb\tO\tO\n", {"bad.tsv", "line 2", "expected 2 columns", "got 3"});
  refused("a\tX\n\nb\n", {"bad.tsv", "line 3", "got 1"});
  refused("a\n", {"bad.tsv", "line 1", "one column for both"});
  refused("a\tX\nb\tX\n", {"bad.tsv", "two tags", "'X'"});
  refused("", {"bad.tsv", "no sentences"});
  refused("a\tX\nb\t\xff\n", {"bad.tsv", "line 2", "UTF-8"});
  refused("a\tX\nb\tY\n", {"tag in column 5"}, {{"tag-column", "5"}});
  refused("a\tX\nb\tY\n", {"validate-by", "accuracy"},
          {{"validate-by", "f1"}, {"valid", "bad.tsv"}});
}

TEST_CASE("train-tagger refuses options that do not go together") {
  const TaggerWorkspace work;
  const auto refused = [&](const Given& options, const std::vector<std::string>& words) {
    check_refused(work.train_tagger("model", options), 2, words);
    CHECK_FALSE(work.exists("model"));
  };
  refused({{"joint-class", ""}}, {"--joint-class", "--class-column"});
  refused({{"class-column", "2"}}, {"--joint-class", "--class-column"});
  refused({{"validate-by", "class"}}, {"--joint-class"});
  refused({{"crf", ""}, {"label-smoothing", "0.1"}}, {"--label-smoothing", "--crf"});
  refused({{"window", "2"}}, {"--window", "--encoder window"});
  refused({{"encoder", "window"}, {"cell", "gru"}}, {"--cell", "--encoder recurrent"});
  refused({{"pooling", "max"}}, {"--pooling", "--joint-class"});
  refused({{"valid-share", "0.2"}}, {"--valid-share", "--valid"});
  refused({{"encoder", "transformer"}, {"heads", "3"}}, {"heads"});
}

TEST_CASE("evaluate refuses tags that do not stand in two columns") {
  const TaggerWorkspace work;
  work.write("one", "a\nb\n");
  check_refused(work.run("evaluate", {{"tagged", "one"}}), 1, {"one", "line 1", "two columns"});
  work.write("ragged", "a O O\nb O\n");
  check_refused(work.run("evaluate", {{"tagged", "ragged"}}), 1, {"ragged", "line 2"});
  check_refused(work.run("evaluate", {{"gold-column", "2"}}), 2, {"--gold-column", "--tagged"});
  work.write("two", "a O O\n");
  check_refused(work.run("evaluate", {{"tagged", "two"}, {"gold-column", "9"}}), 1,
                {"two", "line 1", "gold tags in column 9", "only 3"});
}

TEST_CASE("sentences a line are scored where they have a tag for each word") {
  const TaggerWorkspace work;
  const auto scored = [&](const std::string& lines, Given options = {}) {
    work.write("lines", lines);
    options.merge(Given{{"tagged", "lines"}, {"form", "lines"}});
    return work.run("evaluate", options);
  };
  const Outcome good = scored("a b\tO O\tO B-x\n\na\tO\tO\n");
  CHECK_THAT(good.out, Contains("3 words") && Contains("2 sentences  all tags right 0.5000"));
  CHECK(good.err == "lines: left out 1 empty line, of sentences without tags\n");
  check_refused(scored("a b\tO\tO\n"), 1, {"line 1", "words in column 1", "got 1 and 2"});
  const std::string classes = "a b\tO B-x\tbuy\tO B-x\tbuy\n";
  check_refused(scored(classes), 1, {"line 1", "column 5", "got 1 and 2", "--tag-column"});
  const Outcome chosen = scored(classes, {{"gold-column", "2"}, {"tag-column", "4"}});
  CHECK_THAT(chosen.out, Contains("accuracy 1.0000"));
  work.write("columns", "a O O buy\nb B-x B-x buy\n");
  const Outcome odd = work.run("evaluate", {{"tagged", "columns"}});
  CHECK(odd.status == 0);
  CHECK_THAT(odd.err, Contains("no tag of column 4 is among the gold tags of column 3"));
}

}  // namespace
}  // namespace alinea
