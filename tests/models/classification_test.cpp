#include "models/classification.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "models/classifier_variants.h"
#include "models/near.h"

namespace alinea {
namespace {

TEST_CASE("results come in the order of the corpus, whatever the batches") {
  const DocumentCorpus corpus = tiny_documents();
  const auto model = random_classifier(all_classifiers().front().options, 3);
  const std::vector<Classification> together = classify(*model, corpus, {.batch_size = 100});
  REQUIRE(std::ssize(together) == corpus.size());
  for (const int64_t batch_size : {1, 2, 4}) {
    const std::vector<Classification> results =
        classify(*model, corpus, {.batch_size = batch_size, .keep_weights = true});
    for (int64_t d = 0; d < corpus.size(); ++d) {
      INFO("document " << d << " in batches of " << batch_size);
      CHECK(results[d].label == together[d].label);
      for (int64_t c = 0; c < kTinyClasses; ++c)
        CHECK(results[d].log_probabilities[c] == near(together[d].log_probabilities[c], 1e-5));
      REQUIRE(std::ssize(results[d].weights.sentences) == corpus.sentences(d));
      CHECK(together[d].weights.sentences.empty());
    }
  }
}

TEST_CASE("probabilities add up to 1, and the label is the most probable class") {
  const auto model = random_classifier(all_classifiers().front().options, 3);
  for (const Classification& result : classify(*model, tiny_documents())) {
    double sum = 0;
    for (const double value : result.log_probabilities) {
      sum += std::exp(value);
      CHECK(value <= result.log_probabilities[result.label]);
    }
    CHECK(sum == Approx(1).epsilon(1e-5));
  }
}

TEST_CASE("no documents have no results") {
  const auto model = random_classifier(all_classifiers().front().options, 3);
  CHECK(classify(*model, DocumentCorpus()).empty());
}

// Longer than any batch may be, beside short ones.
TEST_CASE("a document of 20,000 words is read whole") {
  DocumentCorpus corpus = tiny_documents();
  std::vector<int32_t> words;
  for (int32_t i = 0; i < 20000; ++i) words.push_back(3 + i % 7);
  corpus.add_sentence(words);
  corpus.add_document(0);
  words.back() = 10;
  corpus.add_sentence(words);
  corpus.add_document(0);
  ClassifierOptions options = all_classifiers().front().options;
  options.hierarchical = GENERATE(true, false);
  const auto model = random_classifier(options, 3);
  const std::vector<Classification> results = classify(*model, corpus, {.keep_weights = true});
  CHECK(results[6].weights.words[0].size() == 20000);
  CHECK(results[6].weights.words[0] != results[7].weights.words[0]);
}

}  // namespace
}  // namespace alinea
