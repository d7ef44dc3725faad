// Training on several ranks, by real MPI, against training in one process.
#include <catch2/catch.hpp>

#include "ranks_workspace.h"

namespace alinea {
namespace {

constexpr double kRounding = 1e-4;

// A hundred updates and two validations, nothing dropped.
Given hundred(Given options = {}) {
  options.merge(Given{{"updates", "100"},
                      {"epochs", "0"},
                      {"dropout", "0"},
                      {"validate-every", "60"},
                      {"log-every", "30"},
                      {"patience", "0"}});
  return options;
}

// The figures of two logs, up to rounding.
void check_same_log(const RanksWorkspace& work, const std::string& a, const std::string& b) {
  const std::vector<std::string> one = work.log(a), other = work.log(b);
  REQUIRE(one.size() == other.size());
  CHECK(one[0] == other[0]);
  for (size_t row = 1; row < one.size(); ++row) {
    const std::vector<std::string> fields = split(one[row], ","), others = split(other[row], ",");
    REQUIRE(fields.size() == others.size());
    for (size_t i = 0; i < fields.size(); ++i) {
      INFO(one[row] << "\n" << other[row]);
      CHECK(fields[i].empty() == others[i].empty());
      if (!fields[i].empty())
        CHECK(std::stod(fields[i]) == Approx(std::stod(others[i])).epsilon(1e-3));
    }
  }
}

TEST_CASE("a translator learns on ranks what it learns in one process") {
  const auto [ranks, variant] = GENERATE(table<int, Given>(
      {{2, {{"validate-by", "bleu"}, {"optimizer", "sgd"}, {"learning-rate", "0.3"}}},
       {4, {{"batch-unit", "tokens"}, {"batch-size", "70"}, {"cell", "lstm"}}},
       // Batches of fewer sentences than ranks.
       {4, {{"batch-size", "3"}, {"attention", "general"}, {"label-smoothing", "0.1"}}}}));
  const RanksWorkspace work;
  work.make_model("alone", hundred(variant));
  work.make_model_on(ranks, "ranks", hundred(variant));
  for (const std::string file : {"last.safetensors", "best.safetensors"})
    CHECK(distance(work.parameters("alone", file), work.parameters("ranks", file)) < kRounding);
  check_same_log(work, "alone", "ranks");
  CHECK(work.read("alone/source.vocabulary.txt") == work.read("ranks/source.vocabulary.txt"));
}

TEST_CASE("a classifier learns on ranks what it learns in one process") {
  const RanksWorkspace work;
  Given options = {{"train", "train.tsv"},        {"valid", "valid.tsv"},  {"embedding-size", "7"},
                   {"hidden-size", "6"},          {"attention-size", "5"}, {"batch-size", "7"},
                   {"class-weights", "balanced"}, {"threads", "1"}};
  options.merge(hundred());
  options["model"] = "alone";
  CHECK(work.run("train-classifier", options).status == 0);
  options["model"] = "ranks";
  const Outcome outcome = work.shell(RanksWorkspace::mpirun(3), "train-classifier", options, "");
  INFO(outcome.err);
  CHECK(outcome.status == 0);
  CHECK(distance(work.parameters("alone", "last.safetensors"),
                 work.parameters("ranks", "last.safetensors")) < kRounding);
  CHECK_THAT(outcome.err, Catch::Contains("60 training documents"));
}

TEST_CASE("a tagger learns on ranks what it learns in one process") {
  const RanksWorkspace work;
  std::string text;
  for (int i = 0; i < 40; ++i)
    text +=
        i % 3 == 0 ? "the\tB-NP\ndog\tI-NP\nruns\tB-VP\n\n" : "it\tB-NP\nstops\tB-VP\nnow\tO\n\n";
  work.write("tagged.tsv", text);
  Given options = {{"train", "tagged.tsv"},   {"valid", "tagged.tsv"},
                   {"embedding-size", "7"},   {"hidden-size", "6"},
                   {"batch-size", "7"},       {"threads", "1"},
                   {"word-dropout", "0"},     {"crf", ""},
                   {"character-features", ""}};
  options.merge(hundred());
  options["model"] = "alone";
  CHECK(work.run("train-tagger", options).status == 0);
  options["model"] = "ranks";
  const Outcome outcome = work.shell(RanksWorkspace::mpirun(3), "train-tagger", options, "");
  INFO(outcome.err);
  CHECK(outcome.status == 0);
  CHECK(distance(work.parameters("alone", "last.safetensors"),
                 work.parameters("ranks", "last.safetensors")) < kRounding);
}

// With everything that has a state, and dropout.
Given with_dropout() {
  return hundred({{"dropout", "0.2"},
                  {"schedule", "plateau"},
                  {"validate-every", "20"},
                  {"save-every", "3"},
                  {"updates", "60"}});
}

TEST_CASE("one rank is told to stop, and all go on later to the same bits") {
  const RanksWorkspace work;
  work.make_model_on(2, "whole", with_dropout());
  // Rank 1 gets the signal once there is a checkpoint.
  const std::string rank =
      RanksWorkspace::mpirun(2) +
      " bash -c 'if ((OMPI_COMM_WORLD_RANK == 1)); then (until compgen -G "
      "\"parts/checkpoint-[3-9]*\" > /dev/null; do sleep 0.01; done; kill -TERM $$) & fi; "
      "exec \"${@:3}\"' --";
  const Outcome outcome =
      work.shell(rank, "train", RanksWorkspace::tiny("parts", with_dropout()), "");
  INFO(outcome.err);
  CHECK(outcome.status == 0);
  CHECK_THAT(lines_of(outcome.err).back(), Catch::StartsWith("interrupted and saved at update "));
  CHECK(work.saved_at("parts") < 60);
  work.make_model_on(2, "parts", with_dropout());
  for (const std::string file : {"/best.safetensors", "/last.safetensors"})
    CHECK(work.read("whole" + file) == work.read("parts" + file));
  CHECK(work.log("whole") == work.log("parts"));
}

TEST_CASE("a training goes on with another number of ranks") {
  const RanksWorkspace work;
  work.make_model("alone", hundred());
  Given options = hundred({{"updates", "30"}});
  work.make_model_on(4, "ranks", options);
  options["updates"] = "70";
  const Outcome outcome = work.train("ranks", options);
  CHECK(outcome.status == 0);
  CHECK_THAT(outcome.err, Catch::Contains("ranks: 1 from now on, previously 4; the last digits"));
  options["updates"] = "100";
  work.make_model_on(2, "ranks", options);
  CHECK(distance(work.parameters("alone", "last.safetensors"),
                 work.parameters("ranks", "last.safetensors")) < kRounding);
}

TEST_CASE("dropout on ranks is another choice of units, and learns as well") {
  const RanksWorkspace work;
  const Given options = hundred({{"dropout", "0.2"}});
  work.make_model("alone", options);
  work.make_model_on(2, "ranks", options);
  CHECK(distance(work.parameters("alone", "last.safetensors"),
                 work.parameters("ranks", "last.safetensors")) > kRounding);
  const auto last_loss = [&](const std::string& model) {
    return std::stod(split(lines_of(work.read(model + "/training.csv")).back(), ",").at(9));
  };
  CHECK(last_loss("ranks") == Approx(last_loss("alone")).epsilon(0.1));
}

}  // namespace
}  // namespace alinea
