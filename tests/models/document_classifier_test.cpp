#include "models/document_classifier.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>
#include <tuple>

#include "autograd/gradient_check.h"
#include "models/classifier_variants.h"
#include "models/near.h"
#include "ops/cross_entropy.h"
#include "ops/engine.h"
#include "ops/sum.h"
#include "options/limits.h"
#include "support/error.h"

namespace alinea {
namespace {

using Indices = std::vector<int64_t>;
constexpr DocumentClassifier::Keep kWeights{.weights = true};

const Indices kAll = {0, 1, 2, 3, 4, 5};

std::vector<float> logits_of(const DocumentClassifier& model, const DocumentCorpus& corpus,
                             const Indices& documents) {
  Arena arena;
  Tape tape(arena, Tape::Mode::kInference);
  const Variable logits = model(tape, corpus, documents).logits;
  return {logits.values().begin(), logits.values().end()};
}

TEST_CASE("the gradient of the loss agrees with central differences in every classifier") {
  ops::set_threads(1);  // the sizes are too small for more
  const std::vector<float> weights = {0.5F, 2, 1, 1.5F, 1, 0.25F};
  Arena arena;
  for (const ClassifierVariant& variant : all_classifiers()) {
    INFO(variant.name);
    const DocumentCorpus corpus = tiny_documents(variant.options);
    std::vector<int32_t> labels;
    for (const int64_t d : kAll) labels.push_back(corpus.label(d));
    const auto model = random_classifier(variant.options, 5);
    const auto loss = [&](bool backward) {
      arena.reset();
      Tape tape(arena, Tape::Mode::kTraining);
      const Classified classified = (*model)(tape, corpus, kAll);
      const ops::CrossEntropy entropy =
          ops::cross_entropy(tape, classified.logits, labels, 0, weights);
      double value = 0;  // the loss, summed in double
      for (size_t d = 0; d < labels.size(); ++d)
        value -=
            static_cast<double>(weights[d]) * static_cast<double>(entropy.log_probabilities[d]);
      const Variable& penalty = classified.penalty;
      if (penalty) value += static_cast<double>(penalty.value()[0]);
      if (backward) tape.backward(penalty ? ops::add(tape, entropy.loss, penalty) : entropy.loss);
      return value;
    };
    check_parameter_gradients(model->parameters(), loss, /*samples=*/7, {3e-3F, 4e-3});
  }
}

TEST_CASE("the class of a document does not depend on its batch") {
  for (const ClassifierVariant& variant : all_classifiers()) {
    INFO(variant.name);
    const DocumentCorpus corpus = tiny_documents(variant.options);
    const auto model = random_classifier(variant.options, 7);
    const std::vector<float> together = logits_of(*model, corpus, kAll);
    for (const int64_t d : kAll) {
      INFO("document " << d);
      const std::vector<float> alone = logits_of(*model, corpus, {d});
      for (int64_t c = 0; c < kTinyClasses; ++c)
        CHECK(together[d * kTinyClasses + c] == near(alone[c], 1e-5));
    }
  }
}

TEST_CASE("different documents are given different answers") {
  for (const ClassifierVariant& variant : all_classifiers()) {
    INFO(variant.name);
    const DocumentCorpus corpus = tiny_documents(variant.options);
    const auto model = random_classifier(variant.options, 7);
    const std::vector<float> logits = logits_of(*model, corpus, kAll);
    for (const int64_t other : {1, 3, 5}) {
      double difference = 0;
      for (int64_t c = 0; c < kTinyClasses; ++c)
        difference += std::abs(static_cast<double>(logits[c] - logits[other * kTinyClasses + c]));
      CHECK(difference > 1e-3);
    }
  }
}

TEST_CASE("an empty document is given the classes' biases") {
  const DocumentCorpus corpus = tiny_documents();
  for (const ClassifierVariant& variant : all_classifiers()) {
    if (variant.options.pairs) continue;  // a pair has marks beside its words
    INFO(variant.name);
    const auto model = random_classifier(variant.options, 7);
    const Parameter& bias = model->parameters().parameters().back();
    REQUIRE(bias.name() == "output.bias");
    const std::vector<float> empty = logits_of(*model, corpus, {2, 2});
    for (int64_t c = 0; c < kTinyClasses; ++c)
      CHECK(empty[kTinyClasses + c] == Approx(bias.value()[c]));
  }
}

TEST_CASE("the weights of each sentence's words and of each document's sentences add up to 1") {
  const DocumentCorpus corpus = tiny_documents();
  ClassifierOptions options = all_classifiers().front().options;
  options.hierarchical = GENERATE(true, false);
  options.words.encoder = GENERATE("recurrent", "transformer");
  const auto model = random_classifier(options, 7);
  Arena arena;
  Tape tape(arena, Tape::Mode::kInference);
  const Classified classified = (*model)(tape, corpus, kAll, kWeights);
  REQUIRE(classified.weights.size() == kAll.size());
  for (const int64_t d : kAll) {
    const Classified::Weights& weights = classified.weights[d];
    const auto sum = [](const std::vector<float>& w) {
      return std::accumulate(w.begin(), w.end(), 0.0);
    };
    REQUIRE(std::ssize(weights.sentences) == (options.hierarchical ? corpus.sentences(d) : 1));
    REQUIRE(weights.words.size() == weights.sentences.size());
    if (!weights.sentences.empty()) CHECK(sum(weights.sentences) == Approx(1));
    for (int64_t s = 0; s < std::ssize(weights.words); ++s) {
      const auto words = options.hierarchical ? corpus.words(d, s) : corpus.words(d);
      REQUIRE(weights.words[s].size() == words.size());
      if (!words.empty()) CHECK(sum(weights.words[s]) == Approx(1));
    }
  }
  CHECK(classified.weights[0].words[0][0] != near(1.0 / 3, 1e-3));
}

TEST_CASE("self-attentive pooling has rows of weights, each of which adds up to 1") {
  const DocumentCorpus corpus = tiny_documents();
  ClassifierOptions options = all_classifiers().front().options;
  options.pooling.kind = "self-attentive";
  options.pooling.rows = 3;
  options.hierarchical = GENERATE(true, false);
  const auto model = random_classifier(options, 7);
  Arena arena;
  Tape tape(arena, Tape::Mode::kInference);
  const Classified classified = (*model)(tape, corpus, kAll, kWeights);
  REQUIRE(classified.weights.size() == kAll.size());
  const auto check_rows = [](const std::vector<float>& weights, int64_t count) {
    REQUIRE(std::ssize(weights) == 3 * count);
    for (size_t row = 0; row < 3 && count > 0; ++row) {
      double sum = 0;
      for (size_t i = row; i < weights.size(); i += 3) sum += static_cast<double>(weights[i]);
      CHECK(sum == Approx(1));
    }
  };
  for (const int64_t d : kAll) {
    const Classified::Weights& weights = classified.weights[d];
    CHECK(weights.rows == 3);
    if (options.hierarchical) check_rows(weights.sentences, corpus.sentences(d));
    if (!options.hierarchical) CHECK(weights.sentences == std::vector<float>{1, 1, 1});
    for (int64_t s = 0; s < std::ssize(weights.words); ++s)
      check_rows(weights.words[s],
                 std::ssize(options.hierarchical ? corpus.words(d, s) : corpus.words(d)));
  }
  CHECK(classified.weights[0].words[0][0] != near(classified.weights[0].words[0][1], 1e-3));
}

TEST_CASE("a text that is longer than the encoder's positions is read as far as they go") {
  ClassifierOptions options = all_classifiers().front().options;
  options.hierarchical = false;
  options.words.encoder = "transformer";
  options.words.transformer.positions = "learned";
  options.words.transformer.max_positions = 3;
  const auto model = random_classifier(options, 7);
  DocumentCorpus corpus;
  corpus.add_sentence(std::vector<int32_t>{3, 4, 5, 6, 7});
  corpus.add_document(0);
  corpus.add_sentence(std::vector<int32_t>{3, 4, 5});
  corpus.add_document(0);
  Arena arena;
  Tape tape(arena, Tape::Mode::kInference);
  const Classified both = (*model)(tape, corpus, Indices{0, 1}, {true, true});
  for (int64_t c = 0; c < kTinyClasses; ++c)
    CHECK(both.logits.value()[c] == near(both.logits.value()[kTinyClasses + c], 1e-6));
  REQUIRE(both.weights[0].words[0].size() == 5);
  CHECK(both.weights[0].words[0][2] > 0);
  CHECK(both.weights[0].words[0][3] == 0);
  CHECK(both.self_attention[0].words == 3);
}

TEST_CASE("what the words of a text look at is kept of every layer and head") {
  ClassifierOptions options = all_classifiers().front().options;
  options.hierarchical = false;
  options.words.layers = 2;
  const bool transformer = GENERATE(false, true);
  options.words.encoder = transformer ? "transformer" : "recurrent";
  options.words.intra_attention = !transformer;
  const auto model = random_classifier(options, 7);
  const DocumentCorpus corpus = tiny_documents();
  Arena arena;
  Tape tape(arena, Tape::Mode::kInference);
  const Classified classified = (*model)(tape, corpus, kAll, {.self_attention = true});
  REQUIRE(classified.self_attention.size() == kAll.size());
  CHECK(classified.weights.empty());
  for (const int64_t d : kAll) {
    const auto& [words, weights] = classified.self_attention[d];
    REQUIRE(words == std::ssize(corpus.words(d)));
    if (words == 0) continue;
    CHECK(weights.layers == 2);
    CHECK(weights.heads == 2 * (transformer ? options.words.transformer.heads : 2));
    REQUIRE(std::ssize(weights.alpha) == weights.heads * words * words);
    for (int64_t row = 0; row < words * weights.heads; ++row) {
      double sum = 0;
      for (int64_t i = 0; i < words; ++i)
        sum += static_cast<double>(weights.alpha[row * words + i]);
      const int64_t t = row / weights.heads, head = row % weights.heads;
      const bool looks = transformer || (head % 2 == 0 ? t > 0 : t + 1 < words);
      CHECK(sum == Approx(looks ? 1 : 0).margin(1e-6));
    }
  }
}

// The order of the words within a sentence counts, in both directions of reading.
TEST_CASE("weights belong to their own words") {
  const auto model = random_classifier(all_classifiers().front().options, 7);
  DocumentCorpus corpus;
  corpus.add_sentence(std::vector<int32_t>{3, 4, 5, 6});
  corpus.add_sentence(std::vector<int32_t>{9, 8});
  corpus.add_document(0);
  corpus.add_sentence(std::vector<int32_t>{9, 8});
  corpus.add_sentence(std::vector<int32_t>{3, 4, 5, 6});
  corpus.add_document(0);
  Arena arena;
  Tape tape(arena, Tape::Mode::kInference);
  const Classified classified = (*model)(tape, corpus, Indices{0, 1}, kWeights);
  const auto& [first, second] = std::tie(classified.weights[0].words, classified.weights[1].words);
  for (size_t t = 0; t < 4; ++t) CHECK(first[0][t] == near(second[1][t], 1e-6));
  for (size_t t = 0; t < 2; ++t) CHECK(first[1][t] == near(second[0][t], 1e-6));
}

TEST_CASE("poolings without attention have no weights to show") {
  ClassifierOptions options = all_classifiers().front().options;
  options.pooling.kind = GENERATE("average", "max", "first", "last");
  const auto model = random_classifier(options, 7);
  Arena arena;
  Tape tape(arena, Tape::Mode::kInference);
  CHECK((*model)(tape, tiny_documents(), kAll, kWeights).weights.empty());
}

TEST_CASE("dropout changes training and leaves inference alone") {
  const DocumentCorpus corpus = tiny_documents();
  ClassifierOptions options = all_classifiers().front().options;
  const auto [dropout, word_dropout] = GENERATE(table<double, double>({{0.5, 0}, {0, 0.5}}));
  const auto plain = random_classifier(options, 7);
  options.words.dropout = dropout;
  options.words.word_dropout = word_dropout;
  const auto model = random_classifier(options, 7);
  CHECK(logits_of(*model, corpus, kAll) == logits_of(*plain, corpus, kAll));
  const auto trained = [&](uint64_t seed) {
    Arena arena;
    Random random(seed);
    Tape tape(arena, Tape::Mode::kTraining, &random);
    const Variable logits = (*model)(tape, corpus, kAll).logits;
    return std::vector<float>(logits.values().begin(), logits.values().end());
  };
  CHECK(trained(1) == trained(1));
  CHECK(trained(1) != trained(2));
}

TEST_CASE("a frozen embedding gets no gradient, everything else does") {
  const DocumentCorpus corpus = tiny_documents();
  const auto model = random_classifier(all_classifiers().front().options, 7);
  model->parameters().at("encoder.embedding.weight").freeze();
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  const std::vector<int32_t> labels(kAll.size(), 1);
  tape.backward(ops::cross_entropy(tape, (*model)(tape, corpus, kAll).logits, labels).loss);
  for (const Parameter& parameter : model->parameters().parameters()) {
    INFO(parameter.name());
    double sum = 0;
    for (const float value : parameter.gradient()) sum += std::abs(static_cast<double>(value));
    CHECK((sum == 0) == (parameter.name() == "encoder.embedding.weight"));
  }
}

TEST_CASE("options that make no classifier are refused by their names") {
  const auto refused = [](auto change, const std::string& name) {
    ClassifierOptions options;
    change(options);
    CHECK_THROWS_AS(DocumentClassifier(options, {5, 2}, ParameterStore::Gradients::kNone),
                    UsageError);
    CHECK_THROWS_WITH(DocumentClassifier(options, {5, 2}, ParameterStore::Gradients::kNone),
                      Catch::Contains(name));
  };
  refused([](ClassifierOptions& o) { o.words.cell = "elman"; }, "cell");
  refused([](ClassifierOptions& o) { o.pooling.kind = "sum"; }, "pooling");
  refused([](ClassifierOptions& o) { o.words.embedding_size = 0; }, "embedding-size");
  refused([](ClassifierOptions& o) { o.words.hidden_size = -1; }, "hidden-size");
  refused([](ClassifierOptions& o) { o.pooling.attention_size = kLargestSize + 1; },
          "attention-size");
  refused([](ClassifierOptions& o) { o.words.dropout = 1; }, "dropout");
  refused([](ClassifierOptions& o) { o.words.word_dropout = -0.1; }, "word-dropout");
  refused([](ClassifierOptions& o) { o.words.encoder = "lstm"; }, "encoder");
  refused([](ClassifierOptions& o) { o.pooling.rows = 0; }, "pooling-rows");
  refused([](ClassifierOptions& o) { o.pooling.penalty = -1; }, "pooling-penalty");
  refused(
      [](ClassifierOptions& o) {
        o.words.encoder = "transformer";
        o.words.embedding_size = 7;
      },
      "heads");
}

}  // namespace
}  // namespace alinea
