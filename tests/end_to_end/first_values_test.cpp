// What the parameters of a translation model start from: vectors of words, another model.
#include <algorithm>
#include <catch2/catch.hpp>

#include "document_workspace.h"

namespace alinea {
namespace {

using Catch::Matchers::Contains;

// The vector of a word in the newest parameters.
std::vector<float> vector_of(const Workspace& work, const std::string& model,
                             const std::string& side, const std::string& word) {
  const std::vector<std::string> words =
      lines_of(work.read(model + "/" + side + ".vocabulary.txt"));
  const auto row = std::ranges::find(words, word) - words.begin();
  const std::string layer = side == "source" ? "encoder" : "decoder";
  const std::vector<float> table =
      work.tensor(model + "/last.safetensors", layer + ".embedding.weight");
  return {table.begin() + row * 7, table.begin() + row * 7 + 7};
}

TEST_CASE("words of both languages start from vectors, which stay as they are if frozen") {
  const Workspace work;
  work.write("de.txt", "3 7\neins 1 2 3 4 5 6 7\nnirgends 0 0 0 0 0 0 0\nzwei 7 6 5 4 3 2 1\n");
  work.write("en.txt", "1 7\none 3 1 4 1 5 9 2\n");
  Given options = {{"source-embeddings", "de.txt"},
                   {"target-embeddings", "en.txt"},
                   {"no-train-source-embeddings", ""},
                   {"optimizer", "adamw"},
                   {"weight-decay", "1"},
                   {"updates", "4"}};
  const Outcome first = work.train("model", options);
  INFO(first.err);
  REQUIRE(first.status == 0);
  CHECK_THAT(first.err, Contains("\n2 of the ") && Contains(" words have a vector in de.txt\n") &&
                            Contains("\n1 of the ") &&
                            Contains(" words have a vector in en.txt\n"));
  CHECK(vector_of(work, "model", "source", "eins") == std::vector<float>{1, 2, 3, 4, 5, 6, 7});
  const std::vector<float> one = vector_of(work, "model", "target", "one"),
                           given = {3, 1, 4, 1, 5, 9, 2};
  CHECK(one != given);
  for (size_t i = 0; i < 7; ++i) CHECK(one[i] == Approx(given[i]).margin(0.1));

  options["updates"] = "8";
  const Outcome rest = work.train("model", options);
  CHECK(rest.status == 0);
  CHECK_THAT(rest.err, !Contains("have a vector"));
  CHECK(vector_of(work, "model", "source", "zwei") == std::vector<float>{7, 6, 5, 4, 3, 2, 1});
  work.make_model("whole", options);
  CHECK(work.read("model/last.safetensors") == work.read("whole/last.safetensors"));
}

// Takes a step that moves nothing.
Given still(Given options) {
  options.merge(Given{{"optimizer", "sgd"},
                      {"learning-rate", "1e-30"},
                      {"updates", "1"},
                      {"seed", "5"},
                      {"pretrained-model", "base"}});
  return options;
}

TEST_CASE("a model starts from another one") {
  const Workspace work;
  work.make_model("base", {{"updates", "20"}});
  const Outcome same = work.train("same", still({}));
  INFO(same.err);
  REQUIRE(same.status == 0);
  CHECK_THAT(same.err, Contains(" parameters are initialised from base\n") &&
                           !Contains("rows, matched by word"));
  CHECK(work.read("same/last.safetensors") == work.read("base/best.safetensors"));

  CHECK_THAT(same.err, Contains("\nsource vocabulary: 35 words kept, 0 new, 0 dropped\n"
                                "target vocabulary: 33 words kept, 0 new, 0 dropped\n"));

  const Outcome fewer =
      work.train("fewer", still({{"update-vocabulary", ""}, {"vocabulary-size", "20"}}));
  INFO(fewer.err);
  REQUIRE(fewer.status == 0);
  CHECK_THAT(fewer.err, Contains("\nsource vocabulary: 20 words kept, 0 new, 15 dropped\n"));
  CHECK_THAT(fewer.err,
             !Contains("rows, matched by word") && !Contains("not used"));  // all are known
  const auto best_of_base = [&](const std::string& word) {
    const std::vector<std::string> words = lines_of(work.read("base/source.vocabulary.txt"));
    const auto row = std::ranges::find(words, word) - words.begin();
    const std::vector<float> table =
        work.tensor("base/best.safetensors", "encoder.embedding.weight");
    return std::vector<float>(table.begin() + row * 7, table.begin() + row * 7 + 7);
  };
  CHECK(vector_of(work, "fewer", "source", "hundert") == best_of_base("hundert"));

  const Outcome more = work.train("more", still({{"pretrained-model", "fewer"},
                                                 {"update-vocabulary", ""},
                                                 {"encoder-layers", "2"},
                                                 {"attention", "general"}}));
  INFO(more.err);
  REQUIRE(more.status == 0);
  CHECK_THAT(more.err, Contains("\nsource vocabulary: 20 words kept, 15 new, 0 dropped\n"));
  CHECK_THAT(more.err,
             Contains("  encoder.embedding.weight: 20 of ") &&
                 Contains(" rows, matched by word\n") &&
                 Contains("missing there, or of a different shape: encoder.layer1.forward.input") &&
                 Contains("present there, but not used: ") && Contains("attention.query.weight"));
}

// Words that a small text does not have would be unknown to a model whose vocabulary is made of it.
TEST_CASE("a fine-tuned model keeps words that its new text does not have") {
  const Workspace work;
  const std::string tokenizer = GENERATE("space", "sentencepiece");
  CAPTURE(tokenizer);
  const bool is_cut = tokenizer == "sentencepiece";
  Given base = {{"tokenizer", tokenizer}, {"lowercase", ""}};
  if (is_cut) base["vocabulary-size"] = "50";
  work.make_model("base", base);
  work.write("few.de", "acht\nneun\nACHT neu\n");
  work.write("few.en", "eight\nnine\neight new\n");
  const auto fine_tuned = [&](const std::string& model, Given options) {
    options.merge(still({{"source", "few.de"}, {"target", "few.en"}}));
    const Outcome outcome = work.train(model, options);
    INFO(outcome.err);
    REQUIRE(outcome.status == 0);
    return outcome.err;
  };
  const auto same = [&](const std::string& model, const std::string& file) {
    return work.read(model + "/" + file) == work.read("base/" + file);
  };
  CHECK_THAT(fine_tuned("kept", {}), Contains(" 0 new, 0 dropped\n"));
  for (const char* file : {"source.vocabulary.txt", "target.vocabulary.txt", "best.safetensors"})
    CHECK(same("kept", file));
  CHECK(work.exists("kept/source.spm") == is_cut);
  if (is_cut) CHECK(same("kept", "source.spm"));
  CHECK_THAT(work.read("kept/config.json"),
             Contains("\"tokenizer\": \"" + tokenizer + "\"") && Contains("\"lowercase\": true"));
  const auto translated = [&](const std::string& model) {
    return work.run("translate", {{"model", model}, {"threads", "1"}}, "drei HUNDERT tausend\n")
        .out;
  };
  CHECK(translated("kept") == translated("base"));

  Given anew = {{"update-vocabulary", ""}};
  if (is_cut) anew["vocabulary-size"] = "12";
  fine_tuned("anew", anew);
  CHECK_FALSE(same("anew", "source.vocabulary.txt"));
  // A side that is given is taken, the other one kept.
  fine_tuned("mixed",
             {{"source-vocabulary", is_cut ? "anew/source.spm" : "anew/source.vocabulary.txt"}});
  CHECK(work.read("mixed/source.vocabulary.txt") == work.read("anew/source.vocabulary.txt"));
  CHECK(same("mixed", "target.vocabulary.txt"));
}

TEST_CASE("another tokenizer or case than the pretrained model's makes new vocabularies") {
  const Workspace work;
  work.make_model("base");
  const Outcome chars = work.train("chars", still({{"tokenizer", "char"}}));
  INFO(chars.err);
  REQUIRE(chars.status == 0);
  CHECK_THAT(chars.err, Contains("source vocabulary: 3 words kept, ") && Contains(" 32 dropped\n"));
  work.write("train.de", "Acht\n" + work.read("train.de"));
  work.write("train.en", "Eight\n" + work.read("train.en"));
  const Outcome lower = work.train("lower", still({{"lowercase", ""}}));
  REQUIRE(lower.status == 0);
  CHECK_THAT(work.read("lower/config.json"), Contains("\"lowercase\": true"));
}

TEST_CASE("what makes a vocabulary is refused where a model brings one") {
  const Workspace work;
  work.make_model("base");
  for (const char* name : {"vocabulary-size", "target-vocabulary-size", "min-frequency"})
    check_refused(work.train("model", still({{name, "9"}})), 2,
                  {std::string("--") + name, "--pretrained-model", "--update-vocabulary"});
  check_refused(work.train("model", {{"update-vocabulary", ""}}), 2, {"--pretrained-model"});
}

TEST_CASE("a model from which nothing can be taken is refused before anything is written") {
  const DocumentWorkspace work;
  work.make_model("base");
  work.make_classifier("classifier");
  const auto refusal = [&](const Given& options) {
    const Outcome outcome = work.train("model", options);
    CHECK(outcome.status != 0);
    CHECK_FALSE(work.exists("model"));
    return lines_of(outcome.err).back();
  };
  CHECK_THAT(refusal({{"pretrained-model", "base"},
                      {"hidden-size", "14"},
                      {"embedding-size", "9"},
                      {"attention", "none"}}),
             Contains("no parameter in base fits"));
  CHECK_THAT(refusal({{"pretrained-model", "classifier"}}),
             Contains("expected a translation model in classifier"));
  CHECK_THAT(refusal({{"pretrained-model", "nowhere"}}), Contains("nowhere"));
  CHECK_THAT(refusal({{"no-train-target-embeddings", ""}}),
             Contains("--no-train-target-embeddings requires --target-embeddings"));
  work.write("narrow.txt", "1 3\neins 1 2 3\n");
  CHECK_THAT(refusal({{"source-embeddings", "narrow.txt"}}),
             Contains("narrow.txt") && Contains("embedding-size 3"));
}

}  // namespace
}  // namespace alinea
