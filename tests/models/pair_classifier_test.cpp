// What is particular to classifiers of pairs; what all classifiers share is in
// document_classifier_test.cpp.
#include <catch2/catch.hpp>
#include <cmath>

#include "models/classification.h"
#include "models/classifier_variants.h"
#include "models/near.h"
#include "models/pair_level.h"
#include "support/error.h"

namespace alinea {
namespace {

std::vector<ClassifierVariant> all_pairs() {
  std::vector<ClassifierVariant> pairs;
  for (ClassifierVariant& variant : all_classifiers())
    if (variant.options.pairs) pairs.push_back(std::move(variant));
  return pairs;
}

DocumentCorpus pair_of(const std::vector<int32_t>& premise,
                       const std::vector<int32_t>& hypothesis) {
  DocumentCorpus corpus;
  corpus.add_sentence(premise);
  corpus.add_sentence(hypothesis);
  corpus.add_document(0);
  return corpus;
}

std::vector<double> answer(const DocumentClassifier& model, const DocumentCorpus& corpus) {
  return classify(model, corpus).front().log_probabilities;
}

double distance(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += std::abs(a[i] - b[i]);
  return sum;
}

// Each row adds up to 1; without words to look at there is nothing.
void check_look(const PairLook& look, int64_t looking, int64_t looked_at) {
  REQUIRE(look.looking == looking);
  REQUIRE(look.looked_at == looked_at);
  REQUIRE(std::ssize(look.weights.alpha) == looking * looked_at);
  for (int64_t t = 0; t < looking && looked_at > 0; ++t) {
    double sum = 0;
    for (int64_t s = 0; s < looked_at; ++s) {
      const float weight = look.weights.alpha[t * looked_at + s];
      CHECK(weight > 0);
      sum += static_cast<double>(weight);
    }
    CHECK(sum == Approx(1));
  }
}

TEST_CASE("each word of the hypothesis has weights on the words of the premise") {
  for (const ClassifierVariant& variant : all_pairs()) {
    INFO(variant.name);
    const ClassifierOptions& options = variant.options;
    const DocumentCorpus corpus = tiny_documents(options);
    const auto model = random_classifier(options, 3);
    const auto results = classify(*model, corpus, {.batch_size = 4, .keep_weights = true});
    for (int64_t d = 0; d < corpus.size(); ++d) {
      const int64_t premise = std::ssize(corpus.words(d, 0)),
                    hypothesis = std::ssize(corpus.words(d, 1));
      if (!options.has_pair_attention()) {
        CHECK(results[d].of_hypothesis.weights.empty());
        continue;
      }
      check_look(results[d].of_hypothesis, options.pair_attention == "last" ? 1 : hypothesis + 1,
                 premise);
      if (options.pair_attention == "two-way")
        check_look(results[d].of_premise, premise + 1, hypothesis);
      else if (options.pair_attention == "compare")
        check_look(results[d].of_premise, premise, hypothesis + 1);
      else
        CHECK(results[d].of_premise.weights.empty());
    }
  }
}

TEST_CASE("weights are those of the pair alone, whatever else is in the batch") {
  for (const ClassifierVariant& variant : all_pairs()) {
    if (!variant.options.has_pair_attention()) continue;
    INFO(variant.name);
    const DocumentCorpus corpus = tiny_documents(variant.options);
    const auto model = random_classifier(variant.options, 3);
    const auto together = classify(*model, corpus, {.batch_size = 6, .keep_weights = true});
    const auto alone = classify(*model, corpus, {.batch_size = 1, .keep_weights = true});
    for (size_t d = 0; d < together.size(); ++d) {
      const std::vector<float>&a = together[d].of_hypothesis.weights.alpha,
            &b = alone[d].of_hypothesis.weights.alpha;
      REQUIRE(a.size() == b.size());
      for (size_t i = 0; i < a.size(); ++i) CHECK(a[i] == near(b[i], 1e-5));
    }
  }
}

TEST_CASE("the class of a pair depends on both texts and on which is which") {
  const std::vector<int32_t> a = {3, 4, 5}, b = {7, 8}, c = {7, 9};
  for (const ClassifierVariant& variant : all_pairs()) {
    INFO(variant.name);
    const auto model = random_classifier(variant.options, 3);
    const std::vector<double> first = answer(*model, pair_of(a, b));
    CHECK(distance(first, answer(*model, pair_of(c, b))) > 1e-4);
    CHECK(distance(first, answer(*model, pair_of(a, c))) > 1e-4);
    CHECK(distance(first, answer(*model, pair_of(b, a))) > 1e-4);
  }
}

TEST_CASE("without attention separate texts are judged by the hypothesis alone") {
  ClassifierOptions options = all_pairs().front().options;
  options.pair_encoding = "separate";
  options.pair_attention = "none";
  const auto model = random_classifier(options, 3);
  CHECK(distance(answer(*model, pair_of({3, 4}, {7, 8})), answer(*model, pair_of({5}, {7, 8}))) ==
        0);
}

TEST_CASE(
    "texts that a Transformer cannot read whole lose their last words, the longer one first") {
  CHECK(joined_lengths({5, 2}, std::nullopt).premise == 5);
  const auto check = [](JoinedLengths words, int64_t most, JoinedLengths expected) {
    const JoinedLengths lengths = joined_lengths(words, most);
    CHECK(lengths.premise == expected.premise);
    CHECK(lengths.hypothesis == expected.hypothesis);
  };
  check({5, 2}, 10, {5, 2});
  check({5, 2}, 9, {4, 2});
  check({5, 2}, 6, {2, 1});
  check({5, 2}, 5, {1, 1});
  check({0, 4}, 4, {0, 1});
  check({3, 3}, 2, {0, 0});

  ClassifierOptions options = all_pairs().back().options;
  REQUIRE(options.joins_pairs());
  options.words.transformer.positions = "learned";
  options.words.transformer.max_positions = 7;
  const auto model = random_classifier(options, 3);
  CHECK(distance(answer(*model, pair_of({3, 4, 5}, {6, 7})),
                 answer(*model, pair_of({3, 4}, {6, 7}))) < 1e-5);
  CHECK(model->joined({3, 2}).premise == 2);
}

TEST_CASE("encodings and encoders that do not go together are refused by name") {
  ClassifierOptions options = all_pairs().front().options;
  const auto refusal = [&](const std::string& text) {
    CHECK_THROWS_AS(DocumentClassifier(options, {5, 2}, ParameterStore::Gradients::kNone),
                    UsageError);
    CHECK_THROWS_WITH(DocumentClassifier(options, {5, 2}, ParameterStore::Gradients::kNone),
                      Catch::Contains(text));
  };
  options.words.encoder = "transformer";
  refusal("pair-encoding conditional requires the encoder recurrent");
  options.words.encoder = "recurrent";
  options.pair_attention = "words";
  refusal("pair-attention");
}

}  // namespace
}  // namespace alinea
