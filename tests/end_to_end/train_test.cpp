// What `alinea train` leaves behind, and that every way of training runs.
#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>
#include <regex>

#include "text/gzip.h"
#include "workspace.h"

namespace alinea {
namespace {

using nlohmann::json;

// Fields of the rows of training.csv below its header; the last one with --validate-by bleu only.
std::vector<std::vector<std::string>> log_rows(const Workspace& work, const std::string& model) {
  std::vector<std::string> lines = split(work.read(model + "/training.csv"), "\r\n");
  const std::string header =
      "update,epoch,loss,perplexity,learning_rate,gradient_norm,target_tokens_per_second,"
      "arena_bytes,seconds,valid_loss,valid_perplexity";
  const bool has_bleu = lines.front() != header;
  if (has_bleu) CHECK(lines.front() == header + ",valid_bleu");
  CHECK(lines.back().empty());
  std::vector<std::vector<std::string>> rows;
  for (size_t i = 1; i + 1 < lines.size(); ++i) rows.push_back(split(lines[i], ","));
  for (const auto& row : rows) REQUIRE(row.size() == (has_bleu ? 12 : 11));
  return rows;
}

// Of the rows that hold a validation.
std::vector<std::string> validated_column(const Workspace& work, size_t column) {
  std::vector<std::string> values;
  for (const auto& row : log_rows(work, "model"))
    if (!row[9].empty()) values.push_back(row[column]);
  return values;
}

TEST_CASE("a model folder holds what translating needs, and nothing unfinished") {
  const Workspace work;
  work.make_model("a/new/model");
  CHECK_THAT(work.list(),
             Catch::VectorContains(std::string("a/new/model/best.safetensors")) &&
                 Catch::VectorContains(std::string("a/new/model/checkpoint-0.safetensors")) &&
                 Catch::VectorContains(std::string("a/new/model/checkpoint-10.safetensors")) &&
                 Catch::VectorContains(std::string("a/new/model/config.json")) &&
                 Catch::VectorContains(std::string("a/new/model/last.safetensors")) &&
                 Catch::VectorContains(std::string("a/new/model/source.vocabulary.txt")) &&
                 Catch::VectorContains(std::string("a/new/model/target.vocabulary.txt")) &&
                 Catch::VectorContains(std::string("a/new/model/training.csv")) &&
                 Catch::VectorContains(std::string("a/new/model/training.lock")));
  CHECK(work.list().size() == 4 + 3 + 9);
}

TEST_CASE("the log has a row a report and a row a validation, and the loss falls") {
  const Workspace work;
  work.make_model(
      "model",
      {{"updates", "12"}, {"log-every", "4"}, {"validate-every", "6"}, {"learning-rate", "0.01"}});
  std::vector<std::string> updates;
  const auto rows = log_rows(work, "model");
  updates.reserve(rows.size());
  for (const auto& row : rows) updates.push_back(row[0]);
  CHECK(updates == std::vector<std::string>{"4", "6", "6", "8", "12", "12"});
  CHECK(validated_column(work, 0) == std::vector<std::string>{"6", "12"});
  CHECK(rows[2][2].empty());
  CHECK(rows[0][9].empty());
  CHECK(std::stod(rows[4][2]) < std::stod(rows[0][2]));
  for (const auto& row : rows) CHECK(std::stod(row[7]) > 0);
}

TEST_CASE("config.json holds the options that took effect") {
  const Workspace work;
  work.make_model("model", {{"cell", "lstm"},
                            {"attention", "general"},
                            {"seed", "7"},
                            {"no-input-feeding", ""},
                            {"dropout", "0.125"}});
  const json config = json::parse(work.read("model/config.json"));
  const json& model = config.at("model");
  CHECK(model.at("cell") == "lstm");
  CHECK(model.at("decoder") == "luong");
  CHECK(model.at("input_feeding") == false);
  CHECK(model.at("encoder_hidden_size") == 6);
  CHECK(model.at("dropout") == 0.125);
  CHECK(config.at("training").at("seed") == 7);
  CHECK(config.at("training").at("updates") == 10);
  CHECK(config.at("training").at("learning-rate") == 0.001);
  CHECK(config.at("tokenizer") == "space");
}

TEST_CASE("messages begin with the time where that is wanted, errors too") {
  const Workspace work;
  const Outcome trained =
      work.train("m", {{"updates", "4"}, {"log-every", "2"}, {"log", "log"}, {"timestamps", ""}});
  CHECK(trained.status == 0);
  const Outcome failed = work.run(
      "score", {{"model", "nowhere"}, {"source", "x"}, {"target", "x"}, {"timestamps", ""}});
  CHECK(failed.status == 1);
  const std::regex stamped(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ .*)");
  for (const std::string& text : {trained.err, work.read("log"), failed.err})
    for (const std::string& line : lines_of(text)) {
      CAPTURE(line);
      CHECK(std::regex_match(line, stamped));
    }
  CHECK(lines_of(trained.err).size() > 3);
}

TEST_CASE("a quiet run has errors alone on stderr, and a log has everything") {
  const Workspace work;
  const Given shown = Workspace::tiny("shown", {{"log-every", "2"}});
  const Outcome loud = work.run("train", shown);
  CHECK(loud.status == 0);
  Given quiet = Workspace::tiny("quiet", {{"log-every", "2"}, {"quiet", ""}, {"log", "log.txt"}});
  const Outcome silent = work.run("train", quiet);
  CHECK(silent.status == 0);
  CHECK(silent.err.empty());
  // The same lines but for what tells the time: a report in two, and the validation.
  const std::vector<std::string> said = lines_of(loud.err), logged = lines_of(work.read("log.txt"));
  REQUIRE(said.size() == logged.size());
  CHECK(said.size() >= 9);
  for (size_t i = 0; i < said.size(); ++i) CHECK(said[i].substr(0, 12) == logged[i].substr(0, 12));
  CHECK_THAT(work.read("log.txt"), Catch::Contains("\nvalidation at update 10 "));

  // The next run appends, errors too; another log is no other training.
  quiet["updates"] = "0";
  quiet["epochs"] = "-1";
  check_refused(work.run("train", quiet), 2, {"--epochs"});
  quiet["epochs"] = "1";
  quiet["source"] = "missing";
  check_refused(work.run("train", quiet), 1, {"missing"});
  CHECK(lines_of(work.read("log.txt")).size() == logged.size() + 1);
  CHECK_THAT(work.read("log.txt"), Catch::Contains("\nalinea train: ") && Catch::EndsWith("\n"));
  Given other = Workspace::tiny("quiet", {{"log-every", "2"}, {"log", "other.txt"}});
  CHECK(work.run("train", other).status == 0);
  CHECK_THAT(work.read("other.txt"), Catch::Contains("nothing to do"));
}

TEST_CASE("a log that cannot be written is a failure") {
  const Workspace work;
  check_refused(work.train("model", {{"log", "missing/log"}}), 1, {"--log", "missing/log"});
  const Outcome full = work.train("model", {{"log", "/dev/full"}});
  CHECK(full.status == 1);
  CHECK_THAT(lines_of(full.err).back(), Catch::Contains("/dev/full") && Catch::Contains("--log"));
}

TEST_CASE("train --config reads options, over which the command line takes precedence") {
  const Workspace work;
  work.write("options.conf", "# a comment\n\nattention = dot\nseed = 4\nbidirectional = false\n");
  work.make_model("model", {{"config", "options.conf"}, {"seed", "5"}});
  const json config = json::parse(work.read("model/config.json"));
  CHECK(config.at("model").at("attention") == "dot");
  CHECK(config.at("model").at("bidirectional") == false);
  CHECK(config.at("training").at("seed") == 5);
}

TEST_CASE("gzipped text trains the same model as plain text") {
  const Workspace work;
  work.make_model("plain");
  work.write("train.de.gz", gzip(work.read("train.de")));
  work.write("valid.en.gz", gzip(work.read("valid.en")));
  CHECK(work.read("train.de.gz").size() < work.read("train.de").size());
  work.make_model("packed", {{"source", "train.de.gz"}, {"valid-target", "valid.en.gz"}});
  CHECK(work.read("plain/best.safetensors") == work.read("packed/best.safetensors"));
}

// Lines of two texts side by side, with a tab between.
std::string side_by_side(const Workspace& work, const std::string& source,
                         const std::string& target) {
  const std::vector<std::string> sources = lines_of(work.read(source));
  const std::vector<std::string> targets = lines_of(work.read(target));
  std::string text;
  for (size_t i = 0; i < sources.size(); ++i) text += sources[i] + "\t" + targets[i] + "\n";
  return text;
}

TEST_CASE("one text with both languages trains the same model, from a file or standard input") {
  const Workspace work;
  work.make_model("two");
  const std::string both = side_by_side(work, "train.de", "train.en");
  work.write("both.tsv", both);
  const auto train = [&](const std::string& model, const std::string& corpus, Given options = {}) {
    options.merge(Workspace::tiny(model));
    options.erase("source");
    options.erase("target");
    options["corpus"] = corpus;
    return work.run("train", options, both);
  };
  CHECK(train("file", "both.tsv").status == 0);
  const Outcome piped = train("piped", "-");
  CHECK(piped.status == 0);
  CHECK_THAT(piped.err, Catch::Contains("'standard input': 300 pairs"));
  CHECK(work.read("file/best.safetensors") == work.read("two/best.safetensors"));
  CHECK(work.read("piped/best.safetensors") == work.read("two/best.safetensors"));
  CHECK(json::parse(work.read("piped/config.json")).at("training").at("corpus") == "-");
  // The same input again goes on.
  CHECK_THAT(train("piped", "-", {{"updates", "12"}}).err, Catch::Contains("resuming"));
  check_refused(work.train("piped", {{"updates", "14"}}), 2, {"--corpus", "--overwrite"});
}

TEST_CASE("a corpus on disk trains the same model, and leaves nothing there") {
  const Workspace work;
  std::filesystem::create_directory(work.path("scratch"));
  const Given options = {{"updates", "30"}, {"batch-unit", "tokens"}, {"batch-size", "90"}};
  work.make_model("memory", options);
  Given on_disk = options;
  on_disk.emplace("corpus-on-disk", "");
  CHECK(work.shell_train("TMPDIR=scratch", "disk", on_disk).status == 0);
  CHECK(std::filesystem::is_empty(work.path("scratch")));
  CHECK(work.read("disk/best.safetensors") == work.read("memory/best.safetensors"));
  check_refused(work.shell_train("TMPDIR=none", "other", on_disk), 1, {"none", "TMPDIR"});
  // It is no other training.
  CHECK_THAT(
      work.train("disk", {{"updates", "31"}, {"batch-unit", "tokens"}, {"batch-size", "90"}}).err,
      Catch::Contains("resuming from update 30"));
}

TEST_CASE("several texts are reported one by one and drawn by their weights") {
  const Workspace work;
  work.write("more.tsv", "ein Haus\ta house\n\tnothing\nzwei Häuser hier\ttwo houses here\n");
  const Outcome trained = work.train(
      "model",
      {{"corpus", "more.tsv"}, {"corpus-weights", "0.5,9"}, {"updates", "0"}, {"epochs", "1"}});
  INFO(trained.err);
  REQUIRE(trained.status == 0);
  CHECK_THAT(trained.err,
             Catch::Contains("'more.tsv': 2 pairs, 5 source and 5 target tokens, 0.00% and "
                             "0.00% of them unknown; skipped 1 with an empty side") &&
                 Catch::Contains("'train.de' and 'train.en': 300 pairs") &&
                 Catch::Contains("together: 302 pairs") &&
                 Catch::Contains("'valid.de' and 'valid.en': 20 pairs") &&
                 Catch::Contains("an epoch has 168 pairs"));
  CHECK(log_rows(work, "model").back()[0] == "11");  // 168 pairs, 16 at a time
  CHECK_THAT(work.read("model/source.vocabulary.txt"), Catch::Contains("Häuser"));
}

TEST_CASE("an epoch may have more pairs than the texts") {
  const Workspace work;
  const Outcome trained =
      work.train("model", {{"corpus-weights", "1.5"}, {"updates", "0"}, {"epochs", "1"}});
  INFO(trained.err);
  REQUIRE(trained.status == 0);
  CHECK_THAT(trained.err, Catch::Contains("an epoch has 450 pairs"));
  CHECK(log_rows(work, "model").back()[0] == "29");  // 450 pairs, 16 at a time
}

TEST_CASE("every tokenizer goes the whole road") {
  const auto [tokenizer, size] = GENERATE(
      table<std::string, std::string>({{"char", "0"}, {"icu", "0"}, {"sentencepiece", "50"}}));
  INFO(tokenizer);
  const Workspace work;
  work.make_model("model", {{"tokenizer", tokenizer},
                            {"vocabulary-size", size},
                            {"updates", "80"},
                            {"learning-rate", "0.02"}});
  CHECK(work.exists("model/source.spm") == (tokenizer == "sentencepiece"));
  const Outcome translated =
      work.run("translate", {{"model", "model"}}, "ein hundert eins\n\nein hundert zwei\n");
  CHECK(translated.status == 0);
  const std::vector<std::string> lines = lines_of(translated.out);
  REQUIRE(lines.size() == 3);
  INFO(lines[0]);
  // Joined to words again, without the mark that SentencePiece puts for a space.
  CHECK(std::regex_search(lines[0], std::regex("[a-z]{3}")));
  CHECK_THAT(lines[0], !Catch::Contains("\xe2\x96\x81"));
  CHECK(lines[1].empty());
}

TEST_CASE("one BPE model of both languages in lower case goes the whole road") {
  const Workspace work;
  std::string source = work.read("train.de");
  for (char& letter : source)
    if (letter == 'z') letter = 'Z';
  work.write("train.de", source);
  work.make_model("model", {{"tokenizer", "sentencepiece"},
                            {"sentencepiece-type", "bpe"},
                            {"joint-vocabulary", ""},
                            {"lowercase", ""},
                            {"vocabulary-size", "60"},
                            {"validate-by", "bleu"},
                            {"sentencepiece-max-lines", "400"},
                            {"character-coverage", "1"}});
  CHECK(work.read("model/source.spm") == work.read("model/target.spm"));
  CHECK(work.read("model/source.vocabulary.txt") == work.read("model/target.vocabulary.txt"));
  CHECK_THAT(work.read("model/source.vocabulary.txt"), !Catch::Contains("Z"));
  const json config = json::parse(work.read("model/config.json"));
  CHECK(config.at("lowercase") == true);
  CHECK(config.at("training").at("sentencepiece-type") == "bpe");
  const Given model = {{"model", "model"}};
  const Outcome small = work.run("translate", model, "zwei hundert eins\n");
  CHECK(small.status == 0);
  CHECK(small.out == work.run("translate", model, "ZWEI Hundert eins\n").out);
}

TEST_CASE("train --validate-by bleu keeps the parameters of the best BLEU") {
  const Workspace work;
  work.make_model("model", {{"validate-by", "bleu"},
                            {"updates", "120"},
                            {"validate-every", "40"},
                            {"learning-rate", "0.01"},
                            {"valid-source", "train.de"},
                            {"valid-target", "train.en"}});
  const std::vector<std::string> bleu = validated_column(work, 11);
  REQUIRE(bleu.size() == 3);
  CHECK(std::stod(bleu.back()) > std::stod(bleu.front()));
  CHECK(std::stod(bleu.back()) > 1);
}

TEST_CASE("the BLEU of a validation is that of evaluate, of tokenised and of other text") {
  const auto [tokenizer, tokenize] =
      GENERATE(table<std::string, std::string>({{"space", "none"}, {"char", "13a"}}));
  const Workspace work;
  for (const std::string file : {"train.en", "valid.en"}) {
    std::string text;
    for (const std::string& line : lines_of(work.read(file)))
      text += "well, so it is: " + line + "\n";
    work.write(file, text);
  }
  work.make_model("model", {{"tokenizer", tokenizer},
                            {"validate-by", "bleu"},
                            {"validate-every", "200"},
                            {"updates", "200"},
                            {"learning-rate", "0.02"}});
  work.write(
      "output",
      work.run("translate", {{"model", "model"}, {"beam-size", "1"}}, work.read("valid.de")).out);
  const auto bleu = [&](const std::string& kind) {
    const Outcome outcome = work.run(
        "evaluate", {{"hypotheses", "output"}, {"references", "valid.en"}, {"tokenize", kind}});
    return std::stod(outcome.out.substr(std::string("BLEU = ").size()));
  };
  CHECK(std::stod(validated_column(work, 11).back()) == Approx(bleu(tokenize)).margin(0.006));
  CHECK(std::abs(bleu("13a") - bleu("none")) > 0.05);  // one is not taken for the other
}

TEST_CASE("training ends when validation no longer improves; best and last are kept") {
  const Workspace work;
  // So large a rate spoils what the warm-up learned.
  work.make_model("model", {{"updates", "400"},
                            {"warmup", "20"},
                            {"learning-rate", "1"},
                            {"optimizer", "adam"},
                            {"validate-every", "2"},
                            {"patience", "3"}});
  const std::vector<std::string> perplexity = validated_column(work, 10);
  REQUIRE(perplexity.size() > 3);
  CHECK(perplexity.size() < 200);
  const double best = std::stod(perplexity[perplexity.size() - 4]);
  for (size_t i = perplexity.size() - 3; i < perplexity.size(); ++i)
    CHECK(std::stod(perplexity[i]) >= best);
  CHECK(work.read("model/best.safetensors") != work.read("model/last.safetensors"));
}

TEST_CASE("batches by tokens") {
  const Workspace work;
  work.make_model(
      "model", {{"batch-unit", "tokens"}, {"batch-size", "60"}, {"updates", "0"}, {"epochs", "1"}});
  // 1468 target tokens and 300 </s>.
  CHECK(std::stoi(log_rows(work, "model").back()[0]) >= 1768 / 60);
  CHECK(std::stoi(log_rows(work, "model").back()[0]) < 60);
}

TEST_CASE("every schedule moves the rate as it says") {
  const Workspace work;
  const auto last_rate = [&](Given options) {
    options.merge(Given{{"updates", "0"},
                        {"epochs", "3"},
                        {"learning-rate", "0.1"},
                        {"batch-size", "100"},
                        {"optimizer", "sgd"},
                        {"overwrite", ""}});
    work.make_model("model", options);
    return std::stod(log_rows(work, "model").back()[4]);
  };
  CHECK(last_rate({{"schedule", "constant"}}) == Approx(0.1));
  CHECK(last_rate({{"schedule", "luong-halving"}, {"decay-after", "1"}}) < 0.06);
  CHECK(last_rate({{"schedule", "inverse-sqrt"}, {"warmup", "4"}}) ==
        Approx(0.1 * std::sqrt(4.0 / 9)));
  // With such a rate no validation is a new best after the first.
  CHECK(last_rate({{"schedule", "plateau"}, {"learning-rate", "1e-30"}, {"decay-factor", "0.25"}}) <
        0.9e-30);
}

TEST_CASE("every optimizer learns, at a rate that suits it") {
  const auto [optimizer, rate] = GENERATE(table<std::string, std::string>({{"adam", "0.01"},
                                                                           {"adamw", "0.01"},
                                                                           {"sgd", "1"},
                                                                           {"adagrad", "0.05"},
                                                                           {"adadelta", ""},
                                                                           {"rmsprop", "0.01"}}));
  INFO(optimizer);
  const Workspace work;
  Given options = {{"optimizer", optimizer}, {"updates", "60"}, {"validate-every", "30"}};
  if (!rate.empty()) options["learning-rate"] = rate;
  work.make_model("model", options);
  const json training = json::parse(work.read("model/config.json")).at("training");
  CHECK(training.at("learning-rate") == (rate.empty() ? 1.0 : std::stod(rate)));
  const std::vector<std::string> perplexity = validated_column(work, 10);
  REQUIRE(perplexity.size() == 2);
  CHECK(std::stod(perplexity[1]) < 0.9 * std::stod(perplexity[0]));
}

TEST_CASE("a model with every part that options add is trained, translates and scores") {
  const Workspace work;
  work.make_model("model", {{"encoder-layers", "2"},
                            {"decoder-layers", "3"},
                            {"residual", ""},
                            {"layer-normalization", ""},
                            {"coverage", ""},
                            {"word-dropout", "0.1"},
                            {"variational-dropout", ""},
                            {"weight-drop", "0.2"},
                            {"updates", "30"}});
  const Outcome translated =
      work.run("translate", {{"model", "model"}, {"beam-size", "3"}}, work.read("valid.de"));
  CHECK(translated.status == 0);
  CHECK(lines_of(translated.out).size() == 20);
  const Given pairs = {{"model", "model"}, {"source", "valid.de"}, {"target", "valid.en"}};
  const Outcome scored = work.run("score", pairs);
  CHECK(scored.status == 0);
  CHECK(lines_of(scored.out).size() == 20);

  // What dropped something in training does nothing now.
  std::string config = work.read("model/config.json");
  for (const std::string field : {"word_dropout", "weight_drop"}) {
    const size_t begin = config.find("\"" + field + "\""), end = config.find(',', begin);
    REQUIRE(begin != std::string::npos);
    config.replace(begin, end - begin, "\"" + field + "\": 0.5");
  }
  work.write("model/config.json", config);
  CHECK(work.run("score", pairs).out == scored.out);
}

TEST_CASE("training runs on oneDNN's primitives for recurrent layers and products") {
  const auto [cell, algorithm] =
      GENERATE(table<std::string, std::string>({{"gru", "vanilla_gru"},
                                                {"lstm", "vanilla_lstm"},
                                                {"lbr-gru", "lbr_gru"},
                                                {"rnn", "vanilla_rnn"}}));
  const Workspace work;
  const Outcome trained = work.shell_train("DNNL_VERBOSE=1", "model",
                                           {{"cell", cell}, {"updates", "2"}, {"batch-size", "1"}});
  CHECK(trained.status == 0);
  size_t forward = 0, backward = 0, products = 0;
  for (const std::string& line : lines_of(trained.out)) {
    const bool runs = line.find(",exec,") != std::string::npos;
    const bool is_cell = line.find("alg:" + algorithm) != std::string::npos;
    forward += runs && is_cell && line.find(",forward_training,") != std::string::npos;
    backward += runs && is_cell && line.find(",backward,") != std::string::npos;
    products += runs && line.find(",matmul,") != std::string::npos;
  }
  // Two updates of an encoder in both directions, at least.
  CHECK(forward >= 4);
  CHECK(backward >= 4);
  CHECK(products > 0);
}

}  // namespace
}  // namespace alinea
