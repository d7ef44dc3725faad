// Any number of documents through a classifier, in batches of similar length.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/document_classifier.h"
#include "support/cancellation.h"

namespace alinea {

struct ClassificationOptions {
  int64_t batch_size = 64;  // documents; long ones make smaller batches
  bool keep_weights = false;
  bool keep_self_attention = false;
  IsCancelled is_cancelled = {};  // asked before each batch
};

struct Classification {
  std::vector<double> log_probabilities;  // of each class
  int32_t label = 0;                      // the most probable class, the first of equals
  Classified::Weights weights;            // where asked for, of a model with attention
  SelfAttentionOf self_attention;         // where asked for, of a flat model
  PairLook of_hypothesis, of_premise;     // as the weights, of pairs that are not joined
};

// In the order of the documents, which are numbers in the corpus. Throws ComputationCancelled.
std::vector<Classification> classify(const DocumentClassifier& model, const DocumentCorpus& corpus,
                                     std::span<const int64_t> documents,
                                     const ClassificationOptions& options = {});
// All of the corpus.
std::vector<Classification> classify(const DocumentClassifier& model, const DocumentCorpus& corpus,
                                     const ClassificationOptions& options = {});

}  // namespace alinea
