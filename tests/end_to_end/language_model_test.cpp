// train-language-model, generate, rescore, and score of a text, as a user meets them.
#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>

#include "document_workspace.h"
#include "half_trained.h"
#include "text/gzip.h"

namespace alinea {
namespace {

using Catch::Matchers::Contains;

Given tiny_language(const std::string& model, Given options = {}) {
  options.merge(Given{{"train", "train.en"},
                      {"valid", "valid.en"},
                      {"model", model},
                      {"embedding-size", "12"},
                      {"updates", "12"},
                      {"validate-every", "6"},
                      {"batch-size", "8"},
                      {"threads", "1"}});
  return options;
}

// Without options that a Transformer has no use for.
Given architecture(const std::string& name) {
  if (name == "transformer")
    return {{"architecture", name}, {"heads", "2"}, {"feed-forward-size", "9"}, {"layers", "2"}};
  if (name == "convolutional")
    return {{"architecture", name}, {"channels", "6,9"}, {"kernel", "2"}, {"layers", "2"}};
  return {{"hidden-size", "10"}, {"cell", "lstm"}};
}

Outcome train_language(const Workspace& work, const std::string& model, Given options) {
  Outcome outcome = work.run("train-language-model", tiny_language(model, std::move(options)));
  INFO(outcome.err);
  REQUIRE(outcome.status == 0);
  return outcome;
}

// As score reports it.
double nats_a_token(const std::string& report) {
  const size_t at = report.find(" nats a token");
  REQUIRE(at != std::string::npos);
  const size_t begin = report.rfind(' ', at - 1) + 1;
  return std::stod(report.substr(begin, at - begin));
}

TEST_CASE("training a language model leaves a folder that inspect knows") {
  const std::string objective = GENERATE("causal", "masked", "bidirectional");
  const std::string layers = GENERATE("recurrent", "transformer", "convolutional");
  const std::string tokenizer = GENERATE("space", "char");
  INFO(objective << " " << layers << " " << tokenizer);
  const Workspace work;
  Given options = architecture(layers);
  options["objective"] = objective;
  options["tokenizer"] = tokenizer;
  const Outcome outcome = train_language(work, "model", options);
  CHECK(outcome.out.empty());
  CHECK_THAT(outcome.err, Contains("a vocabulary of") && Contains("perplexity"));
  for (const char* file : {"config.json", "text.vocabulary.txt", "best.safetensors",
                           "last.safetensors", "training.csv"})
    CHECK(work.exists(std::string("model/") + file));
  const auto config = nlohmann::json::parse(work.read("model/config.json"));
  CHECK(config["format"] == "alinea language model");
  CHECK(config["model"]["objective"] == objective);
  CHECK(config["model"]["architecture"] == layers);
  CHECK(config["tokenizer"] == tokenizer);
  const bool has_mask = work.read("model/text.vocabulary.txt").find("<mask>") != std::string::npos;
  CHECK(has_mask == (objective == "masked"));
  const Outcome inspected = work.run("inspect", {{"model", "model"}});
  CHECK(inspected.status == 0);
  CHECK_THAT(inspected.out, Contains("language model"));

  const Outcome generated = work.run("generate", {{"model", "model"}}, "one\n");
  if (objective == "causal") {
    CHECK(generated.status == 0);
  } else {
    check_refused(generated, 1, {"expected a causal language model", "a " + objective + " one"});
  }
}

TEST_CASE("generate writes behind every prompt, and the same again from the same seed") {
  const std::string layers = GENERATE("recurrent", "transformer", "convolutional");
  INFO(layers);
  const Workspace work;
  train_language(work, "model", architecture(layers));
  const std::string prompts = "one hundred\n\nnever-seen two\n";
  const Given drawn = {{"model", "model"}, {"sampling", ""}, {"seed", "3"}, {"max-length", "6"}};
  const Outcome outcome = work.run("generate", drawn, prompts);
  CHECK(outcome.status == 0);
  CHECK(outcome.err.empty());
  const Lines lines = lines_of(outcome.out);
  REQUIRE(lines.size() == 3);
  CHECK(lines[0].starts_with("one hundred"));
  CHECK(lines[2].starts_with("never-seen two"));
  for (const std::string& line : lines) CHECK(split(line, " ").size() <= 8);
  const Outcome longer =
      work.run("generate", {{"model", "model"}, {"max-length", "1"}, {"min-length", "9"}}, prompts);
  REQUIRE(longer.status == 0);
  const Lines by_one = lines_of(longer.out);
  REQUIRE(by_one.size() == 3);
  for (size_t i = 0; i < 3; ++i) CHECK(split(by_one[i], " ").size() == (i == 1 ? 1 : 3));
  CHECK(work.run("generate", drawn, prompts).out == outcome.out);
  Given other = drawn;
  other["seed"] = "4";
  CHECK(work.run("generate", other, prompts).out != outcome.out);

  const Outcome listed = work.run(
      "generate", {{"model", "model"}, {"n-best", ""}, {"beam-size", "3"}, {"word-scores", ""}},
      prompts);
  CHECK(listed.status == 0);
  const Lines rows = lines_of(listed.out);
  REQUIRE(rows.size() == 9);
  CHECK(rows[0].starts_with("0 ||| one hundred"));
  CHECK(rows[8].starts_with("2 ||| never-seen two"));
  CHECK_THAT(rows[4], Contains("||| WordScores="));
}

TEST_CASE("score of a text agrees with what generate says of it") {
  const Workspace work;
  Given options = architecture("transformer");
  options["updates"] = "150";  // it has learned where lines end
  options["learning-rate"] = "0.02";
  options["warmup"] = "10";
  train_language(work, "model", options);
  const Outcome listed = work.run(
      "generate", {{"model", "model"}, {"n-best", ""}, {"beam-size", "4"}, {"length-penalty", "0"}},
      "one\n");
  std::string text;
  std::vector<double> said;
  for (const std::string& row : lines_of(listed.out)) {
    const Lines fields = split(row, " ||| ");
    REQUIRE(fields.size() == 3);
    text += fields[1] + "\n";
    said.push_back(std::stod(fields[2]));
  }
  work.write("text", text);
  const Outcome scored = work.run("score", {{"model", "model"}, {"text", "text"}});
  CHECK(scored.status == 0);
  const Lines rows = lines_of(scored.out);
  REQUIRE(rows.size() == said.size());
  double nats = 0;
  int64_t tokens = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    const Lines fields = split(rows[i], "\t");
    REQUIRE(fields.size() == 4);
    CHECK(std::stod(fields[0]) == Approx(said[i]).margin(1e-4));
    const auto count = std::stoll(fields[1]);
    CHECK(count == std::ssize(split(lines_of(text)[i], " ")) + 1);
    CHECK(std::stod(fields[2]) == Approx(-said[i] / static_cast<double>(count)).margin(1e-4));
    CHECK(std::stod(fields[3]) == Approx(std::exp(std::stod(fields[2]))).epsilon(1e-3));
    nats -= said[i];
    tokens += count;
  }
  CHECK_THAT(scored.err, Contains(std::to_string(tokens) + " tokens with the ends of lines"));
  CHECK(nats_a_token(scored.err) == Approx(nats / static_cast<double>(tokens)).margin(1e-4));

  const Outcome letters =
      work.run("score", {{"model", "model"}, {"text", "text"}, {"unit", "character"}});
  const std::string first = lines_of(text)[0];
  const Lines fields = split(lines_of(letters.out)[0], "\t");
  CHECK(std::stoll(fields[1]) == std::ssize(first) + 1);
  CHECK_THAT(letters.err, Contains("nats a character"));
}

double best_loss(const std::string& log) {
  double best = 1e9;
  for (const std::string& row : split(log, "\r\n")) {
    const Lines fields = split(row, ",");
    if (fields.size() > 9 && !fields[9].empty() && fields[9] != "valid_loss")
      best = std::min(best, std::stod(fields[9]));
  }
  return best;
}

TEST_CASE("the perplexity of training is that of score") {
  const Workspace work;
  train_language(work, "model", architecture("recurrent"));
  const Outcome scored = work.run("score", {{"model", "model"}, {"text", "valid.en"}});
  CHECK(nats_a_token(scored.err) ==
        Approx(best_loss(work.read("model/training.csv"))).margin(2e-5));
}

TEST_CASE("score carries the states of a stream over, past a line that is no text") {
  const Workspace work;
  Given options = architecture("recurrent");
  options.merge(Given{{"stream", ""}, {"bptt", "7"}, {"learning-rate", "0.05"}});
  Given tiny = tiny_language("model", options);
  tiny["batch-size"] = "1";  // one stream, which validation reads as score does
  REQUIRE(work.run("train-language-model", tiny).status == 0);
  const double best = best_loss(work.read("model/training.csv"));
  Given score = {{"model", "model"}, {"text", "valid.en"}};
  const double alone = nats_a_token(work.run("score", score).err);
  score["stream"] = "";
  const Outcome streamed = work.run("score", score);
  CHECK(streamed.status == 0);
  CHECK(nats_a_token(streamed.err) == Approx(best).margin(2e-5));
  CHECK(alone != Approx(best).margin(1e-4));

  const Lines lines = lines_of(work.read("valid.en"));
  work.write("faulty", lines[0] + "\n\xff\n" + lines[1] + "\n");
  score["text"] = "faulty";
  const Outcome some = work.run("score", score);
  CHECK(some.status == 1);
  const Lines rows = lines_of(some.out), all = lines_of(streamed.out);
  REQUIRE(rows.size() == 3);
  CHECK(rows[0] == all[0]);
  CHECK(rows[1].empty());
  CHECK(rows[2] == all[1]);
}

TEST_CASE("score carries no states of a model that has none to go on from") {
  const Workspace work;
  const std::string name = GENERATE("transformer", "intra-attention");
  Given options = architecture(name == "transformer" ? name : "recurrent");
  if (name != "transformer") options[name] = "";
  train_language(work, "model", options);
  check_refused(work.run("score", {{"model", "model"}, {"text", "valid.en"}, {"stream", ""}}), 2,
                {"--stream requires a causal recurrent model", "leave it out"});
}

TEST_CASE("score shows what the words of a text look at") {
  const std::string name = GENERATE("transformer", "recurrent", "plain");
  INFO(name);
  const Workspace work;
  Given options = architecture(name);
  if (name == "recurrent") options["intra-attention"] = "";
  train_language(work, "lm", options);
  work.write("text", "one hundred\n\xff\none\n");
  Given score = {{"model", "lm"}, {"text", "text"}, {"attention", "looks.csv"}};
  if (name == "plain") {
    check_refused(work.run("score", score), 1, {"do not look at each other", "--intra-attention"});
    CHECK_FALSE(work.exists("looks.csv"));
    return;
  }
  score["attention-page"] = "page.html";
  CHECK(work.run("score", score).status == 1);  // the second line is no text
  std::vector<std::vector<std::string>> rows;
  for (const std::string& row : lines_of(work.read("looks.csv"))) rows.push_back(split(row, ","));
  const bool is_layered = name == "transformer";
  const size_t heads = is_layered ? 4 : 1, shift = is_layered ? 2 : 0;
  REQUIRE(rows.size() == 1 + heads * (3 * 3 + 2 * 2));
  const std::vector<std::string> words = {"<s>", "one", "hundred"},
                                 states = {"<initial>", "<s>", "one"};
  for (size_t i = 1; i < rows.size(); ++i) {
    if (rows[i][0] != "0") continue;
    CHECK(rows[i][2 + shift] == words.at(std::stoul(rows[i][1 + shift])));
    CHECK(rows[i][4 + shift] == (is_layered ? words : states).at(std::stoul(rows[i][3 + shift])));
  }
  CHECK(rows.back()[0] == "2");
  for (size_t i = 1; i < rows.size(); ++i)
    if (std::stoi(rows[i][3 + shift]) > std::stoi(rows[i][1 + shift]))
      CHECK(std::stod(rows[i][5 + shift]) == 0);
  CHECK_THAT(work.read("page.html"), Contains("<bdi>hundred</bdi>"));
}

TEST_CASE("rescore orders a translator's list by a language model") {
  const Workspace work;
  train_language(work, "lm", architecture("recurrent"));
  make_half_trained(work, "translator");
  const Outcome listed = work.run(
      "translate", {{"model", "translator"}, {"n-best", ""}, {"beam-size", "4"}}, "drei\n\nzwei\n");
  REQUIRE(listed.status == 0);
  work.write("list", listed.out);
  work.write("source", "drei\n\nzwei\n");
  const Outcome by_itself = work.run(
      "rescore", {{"model", "lm"}, {"n-best-list", "list"}, {"weights", "1,0"}, {"n-best", ""}});
  CHECK(by_itself.status == 0);
  const Lines before = lines_of(listed.out), after = lines_of(by_itself.out);
  REQUIRE(after.size() == before.size());
  for (size_t i = 0; i < before.size(); ++i)
    CHECK(split(after[i], " ||| ")[1] == split(before[i], " ||| ")[1]);

  const Outcome by_model = work.run("rescore", {{"model", "lm"},
                                                {"n-best-list", "list"},
                                                {"weights", "0,1"},
                                                {"length-penalty", "0"},
                                                {"n-best", ""}});
  std::string texts;
  for (const std::string& row : lines_of(by_model.out)) texts += split(row, " ||| ")[1] + "\n";
  work.write("texts", texts);
  const Outcome scored = work.run("score", {{"model", "lm"}, {"text", "texts"}});
  const Lines scores = lines_of(scored.out), rows = lines_of(by_model.out);
  REQUIRE(scores.size() == rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    const Lines fields = split(rows[i], " ||| ");
    CHECK(std::stod(fields[3]) == Approx(std::stod(scores[i])).margin(1e-4));
    if (i > 0 && fields[0] == split(rows[i - 1], " ||| ")[0])
      CHECK(std::stod(fields[3]) <= std::stod(split(rows[i - 1], " ||| ")[3]));
  }

  // By the translator that made it, the list is as it was.
  const Outcome again = work.run("rescore", {{"model", "translator"},
                                             {"n-best-list", "list"},
                                             {"source", "source"},
                                             {"weights", "0,1"},
                                             {"n-best", ""}});
  CHECK(again.status == 0);
  for (size_t i = 0; i < before.size(); ++i) {
    const Lines fields = split(lines_of(again.out)[i], " ||| ");
    if (fields[1].empty()) continue;  // an empty line has no translation to score
    CHECK(std::stod(fields[3]) == Approx(std::stod(split(before[i], " ||| ").back())).margin(1e-4));
  }
  const Outcome best = work.run("rescore", {{"model", "lm"}, {"n-best-list", "list"}});
  CHECK(lines_of(best.out).size() == 3);
}

TEST_CASE("what a language model cannot read is refused in one line") {
  const Workspace work;
  Given options = architecture("transformer");
  options["positions"] = "learned";
  options["max-positions"] = "12";
  options["max-length"] = "0";
  train_language(work, "model", options);
  const std::string eleven = "one two three four five six seven eight nine ten one\n";
  const Outcome fits = work.run("generate", {{"model", "model"}}, eleven);
  CHECK(fits.status == 0);
  const Outcome outcome =
      work.run("generate", {{"model", "model"}}, "one\none " + eleven + "two\n");
  check_passed_over_line_2(outcome,
                           "the prompt has 12 tokens, but the model's learned positions "
                           "end at 12",
                           3);
  work.write("text", "one\none " + eleven + "two\n");
  check_passed_over_line_2(work.run("score", {{"model", "model"}, {"text", "text"}}),
                           "the line has 12 tokens", 3);
  work.write("list", "0 ||| one ||| -1\n1 ||| one " + eleven.substr(0, eleven.size() - 1) +
                         " ||| -1\n1 ||| two ||| -9\n2 ||| one one ||| -1\n");
  const Outcome rescored =
      work.run("rescore", {{"model", "model"}, {"n-best-list", "list"}, {"n-best", ""}});
  CHECK(rescored.status == 1);
  CHECK_THAT(rescored.err, Contains("line 2: no score: the line has 12 tokens"));
  const Lines entries = lines_of(rescored.out);
  REQUIRE(entries.size() == 4);
  CHECK_THAT(entries[1], Catch::StartsWith("1 ||| two ||| Score0= -9.000000 Model1= -"));
  CHECK_THAT(entries[2], Catch::StartsWith("1 ||| one one") &&
                             Catch::EndsWith(" ||| Score0= -1.000000 Model1= -inf ||| -inf"));
  CHECK_THAT(entries[3], Catch::StartsWith("2 ||| one one ||| Score0="));
  check_passed_over_line_2(work.run("generate", {{"model", "model"}}, "one\n\xff\ntwo\n"), "UTF-8",
                           3);
  check_refused(work.run("score", {{"model", "model"}, {"source", "train.de"}}), 2, {"--text"});
  check_refused(work.run("score", {{"model", "model"}}), 2, {"--text is missing"});
  check_refused(work.run("translate", {{"model", "model"}}, "one\n"), 1,
                {"expected a translation model", "language model", "alinea generate"});
}

TEST_CASE("a line of an n-best list that is no entry takes no other with it") {
  const Workspace work;
  train_language(work, "model", architecture("recurrent"));
  const std::string good = "0 ||| one ||| -1\n", more = "1 ||| two ||| F0= 3 ||| -9\n";
  work.write("good", good + more);
  work.write("list", good + "0 ||| no score\n1 ||| \xff ||| -1\n" + more + "x ||| one ||| -1\n");
  const auto rescored = [&](const char* list) {
    return work.run("rescore", {{"model", "model"}, {"n-best-list", list}, {"n-best", ""}});
  };
  const Outcome outcome = rescored("list");
  CHECK(outcome.status == 1);
  CHECK(outcome.out == rescored("good").out);
  CHECK_THAT(outcome.err, Contains("line 2: no score: expected 'id ||| text ||| score'") &&
                              Contains("line 3: no score: expected UTF-8") &&
                              Contains("line 5: no score: expected a whole number as the id") &&
                              Contains("3 lines have no score, the first is line 2"));
}

TEST_CASE("an entry of score -inf stays as it is, and so does one whose source is no text") {
  const Workspace work;
  train_language(work, "lm", architecture("recurrent"));
  work.write("list", "0 ||| one ||| -inf\n1 ||| two ||| -1\n");
  Given given = {{"model", "lm"}, {"n-best-list", "list"}, {"n-best", ""}};
  const Outcome by_language = work.run("rescore", given);
  CHECK(by_language.status == 0);
  CHECK_THAT(by_language.out, Catch::StartsWith("0 ||| one ||| -inf\n1 ||| two ||| Score0= "));

  make_half_trained(work, "translator");
  work.write("list", "0 ||| one ||| -1\n1 ||| two ||| -1\n2 ||| two ||| -1\n");
  work.write("source", "\xff\nzwei\n\xff\n");
  given["model"] = "translator";
  given["source"] = "source";
  const Outcome outcome = work.run("rescore", given);
  CHECK(outcome.status == 1);
  const Lines lines = lines_of(outcome.out);
  REQUIRE(lines.size() == 3);
  CHECK(lines[0] == "0 ||| one ||| Score0= -1.000000 Model1= -inf ||| -inf");
  CHECK_THAT(lines[1], Catch::StartsWith("1 ||| two ||| Score0= ") && !Contains("inf"));
  CHECK_THAT(outcome.err, Contains("line 1: no score: ") && Contains("expected UTF-8 text") &&
                              Contains("2 lines have no score"));
}

TEST_CASE("generate keeps the blanks of a prompt of letters") {
  const Workspace work;
  Given options = architecture("recurrent");
  options["tokenizer"] = "char";
  options[GENERATE("lowercase", "no-lowercase")] = "";
  train_language(work, "model", options);
  const Given given = {{"model", "model"}, {"max-length", "3"}, {"min-length", "9"}};
  const Lines lines = lines_of(work.run("generate", given, "One \n  two\n").out);
  REQUIRE(lines.size() == 2);
  CHECK_THAT(lines[0], Catch::StartsWith("One "));
  CHECK(lines[0].size() == 4 + 3);
  CHECK_THAT(lines[1], Catch::StartsWith("  two"));
}

TEST_CASE("generate keeps the case of a prompt, and says once where positions end") {
  const Workspace work;
  Given options = architecture("transformer");
  options["positions"] = "learned";
  options["max-positions"] = "12";
  options["lowercase"] = "";
  options["max-length"] = "0";
  train_language(work, "model", options);
  const Outcome outcome = work.run("generate", {{"model", "model"}, {"min-length", "50"}},
                                   "One HUNDRED\n\nNever-seen Two\n");
  INFO(outcome.err);
  CHECK(outcome.status == 0);
  const Lines lines = lines_of(outcome.out);
  REQUIRE(lines.size() == 3);
  CHECK_THAT(lines[0], Catch::StartsWith("One HUNDRED "));
  CHECK_THAT(lines[2], Catch::StartsWith("Never-seen Two "));
  CHECK(split(lines[0], " ").size() == 11);
  CHECK(outcome.err ==
        "3 texts cut at the 12 positions that the model has learned, before --max-length, the "
        "first in line 1\n");
  CHECK(work.run("generate", {{"model", "model"}, {"max-length", "3"}}, "One\n").err.empty());
}

TEST_CASE("a masked model's own symbol may be one of the user's") {
  const Workspace work;
  Given options = architecture("recurrent");
  options.merge(Given{{"objective", "masked"},
                      {"tokenizer", "sentencepiece"},
                      {"vocabulary-size", "50"},
                      {"user-defined-symbols", "<mask>,<num>"}});
  train_language(work, "model", options);
  CHECK(split(work.read("model/text.vocabulary.txt"), "<mask>").size() == 2);
}

TEST_CASE("a vocabulary that there is is not made") {
  const Workspace work;
  work.write("words", "<unk>\n<s>\n</s>\none\ntwo\n");
  for (const char* option : {"vocabulary-size", "min-frequency"}) {
    check_refused(work.run("train-language-model",
                           tiny_language("model", {{"vocabulary", "words"}, {option, "4"}})),
                  2, {"--vocabulary takes", option});
    check_refused(
        work.train("model",
                   {{"source-vocabulary", "words"}, {"target-vocabulary", "words"}, {option, "4"}}),
        2, {"--target-vocabulary takes", option});
  }
  check_refused(
      work.train("model", {{"target-vocabulary", "words"}, {"target-vocabulary-size", "4"}}), 2,
      {"--target-vocabulary takes", "--target-vocabulary-size"});
  CHECK(work.train("model", {{"target-vocabulary", "words"}, {"vocabulary-size", "9"}}).status ==
        0);
}

TEST_CASE("texts that teach nothing are refused in one line") {
  const Workspace work;
  work.write("empty", "");
  work.write("blank", "\n\n");
  work.write("long", "a b c d e\na b c d e f\n");
  const auto refused = [&](const Given& options, int status,
                           const std::vector<std::string>& words) {
    check_refused(work.run("train-language-model", tiny_language("model", options)), status, words);
    CHECK_FALSE(work.exists("model"));
  };
  refused({{"train", "empty"}}, 1, {"empty"});
  refused({{"train", "blank"}}, 1, {"blank"});
  refused({{"valid", "empty"}}, 1, {"no text", "empty", "has no lines"});
  refused({{"train", "long"}, {"max-length", "4"}}, 1, {"2 longer than 4 tokens"});
  refused({{"train", "long"},
           {"architecture", "transformer"},
           {"positions", "learned"},
           {"max-positions", "5"}},
          1, {"2 longer than 4 tokens; raise --max-positions"});
  refused({{"stream", ""}, {"max-length", "4"}}, 2, {"--max-length", "--bptt"});
  refused({{"bptt", "4"}}, 2, {"--bptt", "--stream"});
  refused({{"architecture", "transformer"},
           {"stream", ""},
           {"positions", "learned"},
           {"max-positions", "100"}},
          2, {"--bptt 128", "100 positions"});
}

TEST_CASE("a line of 5,000 words is learned, scored and written on") {
  const std::string layers = GENERATE("recurrent", "transformer");
  INFO(layers);
  const Workspace work;
  std::string line;
  for (int i = 0; i < 5000; ++i) line += i % 2 == 0 ? "one " : "two ";
  work.write("text", line + "\none\n");
  Given options = architecture(layers);
  options.merge(Given{{"train", "text"}, {"valid", "text"}, {"max-length", "0"}, {"updates", "2"}});
  train_language(work, "model", options);
  const Outcome scored = work.run("score", {{"model", "model"}, {"text", "text"}});
  CHECK(scored.status == 0);
  CHECK(split(lines_of(scored.out)[0], "\t")[1] == "5001");
  const Outcome written = work.run(
      "generate", {{"model", "model"}, {"max-length", "3"}, {"beam-size", "1"}}, line + "\n");
  CHECK(written.status == 0);
  CHECK(lines_of(written.out).size() == 1);
  CHECK(split(lines_of(written.out)[0], " ").size() >= 5000);
}

TEST_CASE("lines before damaged gzip data have their scores") {
  const Workspace work;
  train_language(work, "model", architecture("recurrent"));
  work.write("text.gz", gzip("one\ntwo three\n") + "damaged");
  const Outcome scored = work.run("score", {{"model", "model"}, {"text", "text.gz"}});
  CHECK(scored.status == 1);
  CHECK_THAT(scored.err, Contains("its gzip data is damaged"));
  CHECK(lines_of(scored.out).size() == 2);
}

TEST_CASE("weights and sources that rescore cannot use are refused in one line") {
  const Workspace work;
  train_language(work, "lm", architecture("recurrent"));
  check_refused(work.run("rescore", {{"model", "lm"}, {"weights", "1"}}), 2,
                {"--weights", "each of 1 model,"});
  check_refused(work.run("rescore", {{"model", "lm"}, {"source", "train.de"}}), 2,
                {"--source", "only language models"});
  work.make_model("translator");
  check_refused(work.run("rescore", {{"model", "translator"}}), 2, {"--source is missing"});
  work.write("good", "0 ||| one ||| -1\n5 ||| two ||| -1\n");
  work.write("source", "eins\n");
  const Outcome short_source =
      work.run("rescore", {{"model", "translator"}, {"n-best-list", "good"}, {"source", "source"}});
  CHECK(short_source.status == 1);
  CHECK(short_source.out == "one\n");
  CHECK_THAT(short_source.err, Contains("expected a line 6") && Contains("got 1 line"));
}

TEST_CASE("every kind of model starts from a language model, and says what it took") {
  const std::string objective = GENERATE("causal", "masked", "bidirectional");
  INFO(objective);
  const DocumentWorkspace documents;
  const Workspace work;
  for (const Workspace* place : {&work, static_cast<const Workspace*>(&documents)}) {
    Given options = {{"objective", objective}, {"hidden-size", "6"}, {"embedding-size", "7"}};
    if (place == &documents) {
      place->write("text", "thank you for the card .\ni want my money back !\n");
      options.merge(Given{{"train", "text"}, {"valid", "text"}});
    }
    train_language(*place, "lm", options);
  }
  const Outcome translator = work.train("translator", {{"pretrained-model", "lm"}});
  CHECK(translator.status == 0);
  CHECK_THAT(translator.err, Contains("parameters are initialised from lm\n") &&
                                 Contains(objective == "masked" ? "rows, matched by word"
                                                                : "of encoder are those of "
                                                                  "decoder there") &&
                                 Contains("target vocabulary: ") && Contains("words kept"));

  const Outcome classifier = documents.train_classifier(
      "classifier", {{"pretrained-model", "lm"},
                     {"freeze", "encoder.embedding,encoder.layer0.forward"},
                     {"updates", "3"}});
  INFO(classifier.err);
  CHECK(classifier.status == 0);
  CHECK_THAT(classifier.err, Contains("parameters are initialised from lm\n"));
  CHECK(documents.read("classifier/vocabulary.txt") == documents.read("lm/text.vocabulary.txt"));
  const std::string side = objective == "masked" ? "encoder" : "decoder";
  const std::string layer = objective == "masked" ? "encoder.layer0.forward" : "decoder.layer0";
  CHECK(documents.tensor("classifier/last.safetensors", "encoder.embedding.weight") ==
        documents.tensor("lm/best.safetensors", side + ".embedding.weight"));
  CHECK(documents.tensor("classifier/last.safetensors", "encoder.layer0.forward.recurrent") ==
        documents.tensor("lm/best.safetensors", layer + ".recurrent"));
}

TEST_CASE("a tagger starts from a language model of either direction") {
  const auto& [objective, encoder] = GENERATE(table<std::string, std::string>(
      {{"causal", "transformer"}, {"masked", "transformer"}, {"bidirectional", "recurrent"}}));
  INFO(objective << " " << encoder);
  const Workspace work;
  Given options = architecture(encoder);
  options["objective"] = objective;
  train_language(work, "lm", options);
  work.write("tagged", "one\tA\nhundred\tB\n\ntwo\tA\n\n");
  Given tagger = architecture(encoder);
  if (encoder == "transformer") {
    tagger.erase("architecture");
    tagger[objective == "causal" ? "no-bidirectional" : "bidirectional"] = "";
  }
  tagger.merge(Given{{"train", "tagged"},
                     {"valid", "tagged"},
                     {"model", "tagger"},
                     {"encoder", encoder},
                     {"embedding-size", "12"},
                     {"validate-by", "accuracy"},
                     {"freeze", "encoder"},
                     {"pretrained-model", "lm"},
                     {"updates", "2"},
                     {"threads", "1"}});
  const Outcome outcome = work.run("train-tagger", tagger);
  INFO(outcome.err);
  REQUIRE(outcome.status == 0);
  CHECK_THAT(outcome.err, Contains("parameters are initialised from lm\n"));
  CHECK(work.read("tagger/vocabulary.txt") == work.read("lm/text.vocabulary.txt"));
  const std::string side = objective == "masked" ? "encoder" : "decoder";
  const auto same = [&](const std::string& mine, const std::string& theirs) {
    CHECK(work.tensor("tagger/last.safetensors", mine) ==
          work.tensor("lm/best.safetensors", theirs));
  };
  same("encoder.embedding.weight", side + ".embedding.weight");
  if (encoder == "transformer") {
    same("encoder.layer1.feed_forward.outer.weight", side + ".layer1.feed_forward.outer.weight");
  } else {
    same("encoder.layer0.backward.recurrent", "backward.layer0.recurrent");
  }
}

TEST_CASE("without options of its own an encoder is that of the language model it starts from") {
  const std::string name = GENERATE("transformer", "convolutional", "recurrent");
  INFO(name);
  const Workspace work;
  work.write("text", "One hundred\nTwo one hundred\n");
  Given options = architecture(name);
  if (name == "transformer") options.merge(Given{{"norm", "pre"}, {"activation", "gelu"}});
  options.merge(
      Given{{"train", "text"}, {"valid", "text"}, {"lowercase", ""}, {"dropout", "0.25"}});
  train_language(work, "lm", options);
  work.write("tagged", "One\tA\nhundred\tB\n\ntwo\tA\n\n");
  const Given tagger = {{"train", "tagged"},         {"valid", "tagged"},
                        {"pretrained-model", "lm"},  {"updates", "2"},
                        {"validate-by", "accuracy"}, {"threads", "1"}};
  const auto train = [&](const std::string& model, Given more) {
    more["model"] = model;
    more.insert(tagger.begin(), tagger.end());
    return work.run("train-tagger", more);
  };
  const Outcome outcome = train("tagger", {});
  INFO(outcome.err);
  REQUIRE(outcome.status == 0);
  CHECK_THAT(outcome.err, !Contains("compute something else"));
  const nlohmann::json theirs = nlohmann::json::parse(work.read("lm/config.json")),
                       made = nlohmann::json::parse(work.read("tagger/config.json"));
  CHECK(made["model"]["encoder"] == name);
  for (const char* same : {"cell", "layers", "embedding_size", "hidden_size", "heads", "norm",
                           "feed_forward_size", "activation", "positions", "kernel", "channels"})
    CHECK(made["model"][same] == theirs["model"][same]);
  CHECK(made["model"]["bidirectional"] == (name == "recurrent"));
  CHECK(made["model"]["dropout"] != 0.25);  // which is for training alone
  CHECK(made["text"]["lowercase"] == true);
  CHECK(work.read("tagger/vocabulary.txt") == work.read("lm/text.vocabulary.txt"));

  const Outcome cased = train("cased", {{"no-lowercase", ""}});
  REQUIRE(cased.status == 0);
  CHECK(work.read("cased/vocabulary.txt") != work.read("lm/text.vocabulary.txt"));
  CHECK_THAT(work.read("cased/vocabulary.txt"), Contains("One"));
  if (name == "recurrent") {
    const Outcome other = train("other", {{"encoder", "transformer"}, {"embedding-size", "12"}});
    CHECK(other.status == 0);
    const nlohmann::json network = nlohmann::json::parse(work.read("other/config.json"))["model"];
    CHECK(network["hidden_size"] != theirs["model"]["hidden_size"]);
  }
  if (name != "transformer") return;
  const Outcome unlike = train("unlike", {{"norm", "post"}, {"bidirectional", ""}});
  CHECK(unlike.status == 0);
  CHECK_THAT(unlike.err, Contains("compute something else: bidirectional false there, true "
                                  "here; norm \"pre\" there, \"post\" here\n"));
}

TEST_CASE("pieces and letters of a language model are no words of a tagger") {
  const Workspace work;
  train_language(work, "lm", {{"tokenizer", "char"}});
  work.write("tagged", "One\tA\nhundred\tB\n\ntwo\tA\n\n");
  Given tagger = {{"train", "tagged"}, {"valid", "tagged"}, {"pretrained-model", "lm"},
                  {"updates", "2"},    {"model", "tagger"}, {"validate-by", "accuracy"}};
  check_refused(work.run("train-tagger", tagger), 2,
                {"language model of words", "lm has the tokenizer char", "--update-vocabulary"});
  tagger["update-vocabulary"] = "";
  CHECK(work.run("train-tagger", tagger).status == 0);
}

TEST_CASE("a language model goes on from another one, and what is frozen stays as it is") {
  const Workspace work;
  train_language(work, "first", architecture("recurrent"));
  Given options = architecture("recurrent");
  options["pretrained-model"] = "first";
  options["freeze"] = "decoder";
  options["layer-decay"] = "0.5";
  const Outcome second = train_language(work, "second", options);
  CHECK_THAT(second.err, Contains("parameters are initialised from first"));
  CHECK(work.tensor("second/last.safetensors", "decoder.layer0.input") ==
        work.tensor("first/best.safetensors", "decoder.layer0.input"));
  CHECK(work.tensor("second/last.safetensors", "output.weight") !=
        work.tensor("first/best.safetensors", "output.weight"));
  options["optimizer"] = "sgd";
  train_language(work, "by-sgd", options);
  work.make_model("translator");
  check_refused(work.run("train-language-model",
                         tiny_language("third", {{"pretrained-model", "translator"}})),
                1, {"expected a language model", "translation model"});
}

}  // namespace
}  // namespace alinea
