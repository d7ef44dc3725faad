// A training that is interrupted and goes on.
#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <thread>

#include "reliability/child.h"
#include "training_setups.h"
#include "waiting.h"
#include "workspace.h"

namespace alinea {
namespace {

// Long enough to be interrupted; with everything that has a state.
Given long_options(Given options = {}) {
  options.merge(Given{{"updates", "150"},
                      {"epochs", "0"},
                      {"dropout", "0.2"},
                      {"schedule", "plateau"},
                      {"learning-rate", "0.01"},
                      {"validate-every", "20"},
                      {"patience", "0"},
                      {"save-every", "3"}});
  return options;
}

// Sends the signal once a checkpoint of so many updates is there; what was said then.
std::string interrupt(const Workspace& work, const std::string& model, const Given& options,
                      int64_t update, int signal) {
  Child child(ALINEA_PROGRAM, work.train_arguments(model, options), {}, work.path("said"));
  CHECK(comes_true([&] { return work.saved_at(model) >= update; }));
  child.send(signal);
  CHECK(child.wait() == (signal == SIGKILL ? 128 + SIGKILL : 0));
  return work.read("said");
}

void check_same(const Workspace& work, const std::string& first, const std::string& second) {
  for (const std::string file : {"/best.safetensors", "/last.safetensors"})
    CHECK(work.read(first + file) == work.read(second + file));
  CHECK(timeless_log(work, first) == timeless_log(work, second));
}

TEST_CASE("a training interrupted by each signal goes on to the same bits") {
  const Given variant = GENERATE(
      Given{}, Given{{"batch-unit", "tokens"}, {"batch-size", "70"}},
      Given{{"validate-by", "bleu"}, {"validate-every", "0"}},
      Given{{"cell", "lstm"},
            {"optimizer", "sgd"},
            {"momentum", "0.5"},
            {"exponential-smoothing", "0.01"}},
      Given{{"attention-choice", "hard"}, {"doubly-stochastic", "0.1"}, {"context-gate", ""}},
      Given{{"guided-alignment", "links"},
            {"full-context-alignment", ""},
            {"decoder", "transformer"},
            {"heads", "1"},
            {"scheduled-sampling", "linear"},
            {"scheduled-sampling-decay", "100"}},
      Given{{"guided-alignment", "links"},
            {"encoder-layers", "2"},
            {"decoder-layers", "2"},
            {"residual", ""},
            {"layer-normalization", ""},
            {"coverage", ""},
            {"word-dropout", "0.1"},
            {"variational-dropout", ""},
            {"weight-drop", "0.2"},
            {"scheduled-sampling", "linear"},
            {"scheduled-sampling-decay", "100"}});
  const Workspace work;
  std::string links;
  for (int64_t line = 0; line < std::ssize(lines_of(work.read("train.de"))); ++line)
    links += "0-0\n";
  work.write("links", links);
  const Given options = long_options(variant);
  work.make_model("whole", options);
  for (const auto& [update, signal] :
       {std::pair(6, SIGINT), {30, SIGTERM}, {60, SIGKILL}, {90, SIGINT}}) {
    const std::string said = interrupt(work, "parts", options, update, signal);
    if (signal != SIGKILL)
      CHECK_THAT(lines_of(said).back(), Catch::StartsWith("interrupted and saved at update ") &&
                                            Catch::Contains("resumes from there"));
  }
  const Outcome rest = work.train("parts", options);
  CHECK(rest.status == 0);
  CHECK_THAT(rest.err, Catch::Contains("resuming from update "));
  check_same(work, "whole", "parts");
}

TEST_CASE("a training goes on to the same bits where epochs have other batches, some of them cut") {
  const Workspace work;
  // Short pairs and a few long ones, more of them than the 100 batches that are sorted together.
  std::string source, target;
  for (int i = 0; i < 2400; ++i) {
    source += i % 12 == 0 ? "eins zwei drei vier fünf sechs sieben acht neun zehn elf\n" : "eins\n";
    target += i % 30 == 0 ? "one two three four five six\n" : "one\n";
  }
  work.write("train.de", source);
  work.write("train.en", target);
  Given options = {{"batch-size", "16"}, {"dropout", "0.2"}, {"updates", "250"}, {"epochs", "0"}};
  work.make_model("whole", options);
  options["updates"] = "200";  // in the second epoch
  work.make_model("parts", options);
  options["updates"] = "250";
  const Outcome rest = work.train("parts", options);
  CHECK(rest.status == 0);
  CHECK_THAT(rest.err, Catch::Contains(", which is split into "));
  CHECK_THAT(rest.err, Catch::Contains("resuming from update 200\n"));
  CHECK(work.read("whole/last.safetensors") == work.read("parts/last.safetensors"));
}

TEST_CASE("pieces are drawn anew in each epoch, the same ones in a training that goes on") {
  const std::string type = GENERATE("unigram", "bpe");
  const Workspace work;
  const auto options = [&](const std::string& alpha, const std::string& updates) {
    return Given{{"tokenizer", "sentencepiece"}, {"sentencepiece-type", type},
                 {"vocabulary-size", "50"},      {"sentencepiece-alpha", alpha},
                 {"batch-size", "100"},          {"updates", updates},
                 {"validate-every", "8"}};
  };
  work.make_model("whole", options("0.3", "8"));
  for (const char* updates : {"1", "5", "8"}) work.make_model("parts", options("0.3", updates));
  CHECK(work.read("whole/last.safetensors") == work.read("parts/last.safetensors"));
  work.make_model("certain", options("0", "8"));
  CHECK(work.read("whole/last.safetensors") != work.read("certain/last.safetensors"));
  // Nothing is drawn where nothing is learned.
  const Given pairs = {{"model", "whole"}, {"source", "valid.de"}, {"target", "valid.en"}};
  const Outcome scored = work.run("score", pairs);
  CHECK(scored.status == 0);
  CHECK(scored.out == work.run("score", pairs).out);
}

// With updates of a quarter of a second or more.
Given slow_options() {
  return {{"hidden-size", "640"},
          {"embedding-size", "128"},
          {"batch-size", "300"},
          {"updates", "1"},
          {"threads", "1"}};
}

// In the middle of the first update, one right after the other, as timeout does.
int interrupt_twice(const Workspace& work) {
  Child child(ALINEA_PROGRAM, work.train_arguments("model", slow_options()), {}, work.path("said"));
  CHECK(comes_true([&] { return work.saved_at("model") >= 0; }));
  std::this_thread::sleep_for(std::chrono::milliseconds(120));
  for (int i = 0; i < 2; ++i) {
    child.send(SIGINT);
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return child.wait();
}

TEST_CASE("a signal in the middle of a large product does no harm, nor one right after it") {
  const Workspace work;
  CHECK(interrupt_twice(work) == 0);
  CHECK_THAT(work.read("said"), Catch::Contains("interrupted and saved at update 1"));
  work.make_model("whole", slow_options());
  work.make_model("model", slow_options());
  CHECK(work.read("whole/last.safetensors") == work.read("model/last.safetensors"));
}

TEST_CASE("options that may change are taken over, others are refused and nothing is touched") {
  const Workspace work;
  work.make_model("model", {{"epochs", "2"}, {"updates", "0"}});
  work.write("other.de", work.read("train.de") + "eins\n");
  work.write("other.en", work.read("train.en") + "one\n");
  const std::string before = work.read("model/config.json") + work.read("model/training.csv");
  check_refused(work.train("model", {{"epochs", "3"}, {"dropout", "0.5"}, {"cell", "lstm"}}), 2,
                {"--dropout 0.3, now 0.5", "--cell \"gru\", now \"lstm\""});
  check_refused(work.train("model", {{"source", "other.de"}, {"target", "other.en"}}), 1,
                {"--source", "--overwrite"});
  CHECK(work.read("model/config.json") + work.read("model/training.csv") == before);

  // The same data may lie elsewhere, and the model too.
  work.write("moved.de", work.read("train.de"));
  std::filesystem::rename(work.path("model"), work.path("renamed"));
  const Outcome more = work.train(
      "renamed", {{"source", "moved.de"}, {"epochs", "3"}, {"updates", "0"}, {"threads", "2"}});
  CHECK(more.status == 0);
  CHECK_THAT(more.err,
             Catch::StartsWith("--epochs: 3 from now on, previously 2\n--threads: 2 from now on, "
                               "previously 1; the last digits may differ\n"));
  CHECK_THAT(work.read("renamed/config.json"), Catch::Contains("\"epochs\": 3"));
}

TEST_CASE("more epochs lead where a longer training leads, and no more has nothing to do") {
  const Workspace work;
  const Given two = {{"updates", "0"}, {"epochs", "2"}}, four = {{"updates", "0"}, {"epochs", "4"}};
  work.make_model("model", two);
  const std::string before = work.read("model/training.csv");
  const Outcome again = work.train("model", two);
  CHECK(again.status == 0);
  CHECK_THAT(again.err, Catch::Contains("nothing to do") && Catch::Contains("--epochs"));
  CHECK(work.read("model/training.csv") == before);
  work.make_model("model", four);
  work.make_model("whole", four);
  check_same(work, "whole", "model");
}

TEST_CASE("a training in less memory than a batch needs cuts it and learns the same") {
  const Workspace work;
  const Given wide = {{"hidden-size", "120"}, {"embedding-size", "70"}, {"dropout", "0"}};
  work.make_model("whole", wide);
  Given narrow = wide;
  narrow["memory"] = "6";
  const Outcome cut = work.train("cut", narrow);
  CHECK(cut.status == 0);
  CHECK_THAT(cut.err, Catch::Contains("memory: ") && Catch::Contains("parts"));
  const auto last = [&](const std::string& model) {
    return split(lines_of(work.read(model + "/training.csv")).back(), ",");
  };
  CHECK(std::stod(last("cut")[9]) == Approx(std::stod(last("whole")[9])).epsilon(1e-4));
  CHECK(std::stoll(last("cut")[7]) < 6'000'000 - 4'000'000);
  CHECK(2 * std::stoll(last("whole")[7]) > 3 * std::stoll(last("cut")[7]));
  narrow["memory"] = "1";
  CHECK_THAT(work.train("none", narrow).err, Catch::Contains("raise --memory"));
}

TEST_CASE("a damaged checkpoint is said, and the one before leads to the same bits") {
  const Workspace work;
  const Given options = long_options();
  work.make_model("whole", options);
  interrupt(work, "parts", options, 21, SIGINT);
  const std::string newest =
      "parts/checkpoint-" + std::to_string(work.saved_at("parts")) + ".safetensors";
  std::string bytes = work.read(newest);
  bytes[bytes.size() / 2] ^= 4;
  work.write(newest, bytes);
  const Outcome rest = work.train("parts", options);
  CHECK(rest.status == 0);
  CHECK_THAT(rest.err, Catch::StartsWith("damaged: ") && Catch::Contains(newest.substr(6)) &&
                           Catch::Contains("resuming from update"));
  check_same(work, "whole", "parts");
}

TEST_CASE("two trainings do not share a folder") {
  const Workspace work;
  const Given options = long_options({{"updates", "0"}});
  Child child(ALINEA_PROGRAM, work.train_arguments("model", options), {}, work.path("said"));
  CHECK(comes_true([&] { return work.saved_at("model") >= 6; }));
  check_refused(work.train("model", options), 1, {"another training", "model"});
  Given anew = options;
  anew["overwrite"] = "";
  check_refused(work.train("model", anew), 1, {"another training", "model"});
  child.send(SIGKILL);
  CHECK(child.wait() == 128 + SIGKILL);
  Given few = options;
  few["updates"] = "10";
  CHECK(work.train("model", few).status == 0);
}

TEST_CASE("a training that saved nothing yet begins anew") {
  const Workspace work;
  work.make_model("whole");
  work.make_model("parts");
  for (const std::string file : {"best", "last", "checkpoint-0", "checkpoint-10"})
    std::filesystem::remove(work.path("parts/" + file + ".safetensors"));
  std::filesystem::remove(work.path("parts/target.vocabulary.txt"));
  const Outcome again = work.train("parts");
  CHECK(again.status == 0);
  check_same(work, "whole", "parts");
}

}  // namespace
}  // namespace alinea
