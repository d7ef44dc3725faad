// Classifiers of documents and of pairs of texts, in memory. Exceptions and threads as in
// translate.h.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "alinea/export.h"

namespace alinea {

// The options of `alinea classify`, with the same defaults.
struct ClassifyingOptions {
  int64_t batch_size = 64;  // documents
  int64_t threads = 0;      // of a call; 0: as many as OpenMP is given (OMP_NUM_THREADS)
  bool keep_attention = false;
};

// A sentence of a document and how much attention it has: `weight` among the sentences, `weights`
// of its words. Of several rows of attention, their mean.
struct WeighedSentence {
  double weight = 0;
  std::vector<std::string> words;
  std::vector<float> weights;  // one for each word
};

struct ClassifiedText {
  std::string label;                  // the most probable class
  std::vector<double> probabilities;  // in the order of TextClassifier::labels()
  // Where attention is kept, of a model that has it: all words in one where it knows no sentences.
  std::vector<WeighedSentence> sentences;
  std::string fault;  // why there is no class; or empty
};

class ALINEA_EXPORT TextClassifier {
 public:
  // Throws std::runtime_error if the folder does not contain a complete classifier.
  explicit TextClassifier(const std::filesystem::path& model_folder);
  TextClassifier(TextClassifier&&) noexcept;
  TextClassifier& operator=(TextClassifier&&) noexcept;
  ~TextClassifier();

  // An answer for each text: a line of UTF-8; for a model of pairs, premise TAB hypothesis. What is
  // wrong with one is its fault and changes no other.
  std::vector<ClassifiedText> classify(std::span<const std::string> texts,
                                       const ClassifyingOptions& options = {}) const;

  const std::vector<std::string>& labels() const;
  // Whether there are weights of words and sentences to keep.
  bool has_attention() const;

 private:
  class Model;
  std::unique_ptr<Model> model_;
};

}  // namespace alinea
