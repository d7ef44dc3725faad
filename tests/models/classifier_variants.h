// Every document classifier that the options allow, for tests that go through all of them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/classifier_options.h"
#include "models/document_classifier.h"
#include "text/document_corpus.h"

namespace alinea {

struct ClassifierVariant {
  std::string name;
  ClassifierOptions options;
};

// Tiny classifiers with odd, different sizes: every cell x pooling, hierarchical and flat, with and
// without intra-attention, and Transformers; and of pairs every cell x attention and every encoding.
std::vector<ClassifierVariant> all_classifiers();

// A classifier for tiny_documents(options) whose parameters, biases too, are large enough that neither its
// classes nor its attention are near uniform.
std::unique_ptr<DocumentClassifier> random_classifier(const ClassifierOptions& options,
                                                      uint64_t seed);

inline constexpr int64_t kTinyWords = 11, kTinyClasses = 3;

// Six documents of different lengths: an empty one and one with an empty sentence among them.
DocumentCorpus tiny_documents();
// The same, or of pairs six pairs, with an empty premise, an empty hypothesis and both among them.
DocumentCorpus tiny_documents(const ClassifierOptions& options);

}  // namespace alinea
